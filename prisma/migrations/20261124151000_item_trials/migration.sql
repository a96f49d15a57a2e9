-- A trial is more than what was expected of the item: how often the budget showed it, and how it ended.
ALTER TABLE item_expectation RENAME TO item_trial;
ALTER INDEX item_expectation_pkey RENAME TO item_trial_pkey;
ALTER TABLE item_trial RENAME CONSTRAINT item_expectation_item_number_fkey TO item_trial_item_number_fkey;
ALTER TABLE item_trial RENAME CONSTRAINT item_expectation_catalogue_id_fkey TO item_trial_catalogue_id_fkey;
ALTER TABLE item_trial
  -- slots that explored with it, counted when their lists are logged
  ADD COLUMN impressions  integer NOT NULL DEFAULT 0,
  -- of these that were clicked, when the trial ended; until then they are counted from the events
  ADD COLUMN clicks       integer,
  -- null: on trial
  ADD COLUMN outcome      text CHECK (outcome IN ('GRADUATED', 'RETIRED')),
  ADD COLUMN cause        text,
  -- a person's own words, and who it was
  ADD COLUMN reason       text,
  ADD COLUMN decided_by   text,
  ADD COLUMN decided_at   timestamptz;
DROP INDEX item_expectation_catalogue;
CREATE INDEX item_trial_newest ON item_trial (catalogue_id, expected_at DESC, item_number DESC);

-- Every change of an item after it was made: by whom, by which file or edit, and what of it.
CREATE TABLE item_history (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  item_number  bigint NOT NULL REFERENCES item (number) ON DELETE CASCADE,
  -- UPDATED, DELETED, RESTORED
  kind         text NOT NULL,
  actor        text NOT NULL,
  -- Either may be gone by the time that somebody looks; the change is still told.
  import_id    uuid,
  edit_id      uuid,
  -- by field: [before, after]
  fields       jsonb NOT NULL DEFAULT '{}',
  created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX item_history_item ON item_history (item_number, id DESC);
-- In the order in which they are written: what has had its time is found without reading the rest.
CREATE INDEX item_history_time ON item_history USING brin (created_at);

-- Who made it. Two columns instead of a row for each item: a first import makes a million of them at once.
ALTER TABLE item ADD COLUMN made_by text, ADD COLUMN made_by_import uuid;

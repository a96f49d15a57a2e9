-- Impressions for new items, by placement and UTC day. Processes take blocks of it and give back what they do not
-- spend, so `granted` never falls below what was shown.
CREATE TABLE exploration_budget (
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  placement     text NOT NULL,
  day           date NOT NULL,
  granted       integer NOT NULL,
  -- of the reservation that wrote the row last: how one statement learns what it got
  last_grant    integer NOT NULL,
  PRIMARY KEY (catalogue_id, placement, day)
);

-- The click rate that was expected of an item before anybody had seen it, to be held against what came.
CREATE TABLE item_expectation (
  item_number   bigint PRIMARY KEY REFERENCES item (number) ON DELETE CASCADE,
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  click_rate    double precision NOT NULL,
  expected_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX item_expectation_catalogue ON item_expectation (catalogue_id);

-- Which slots were clicked. Few events say so, and only they pay for the index.
CREATE INDEX event_click ON event (catalogue_id, recommendation_id, item_id)
  WHERE type = 'CLICK' AND recommendation_id IS NOT NULL;
CREATE INDEX recommendation_exploring ON recommendation (catalogue_id, created_at) WHERE true = ANY (explorations);

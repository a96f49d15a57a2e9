-- One edit of many items: asked for in the console, worked off by a worker in batches, undone while nobody changed them.
CREATE TABLE item_edit (
  number        bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  id            uuid PRIMARY KEY,
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  edit          jsonb NOT NULL,
  -- of the items, decided when it was asked for
  items         bigint[] NOT NULL,
  -- the edit that this one takes back
  undoes        uuid REFERENCES item_edit (id) ON DELETE SET NULL,
  status        text NOT NULL DEFAULT 'QUEUED',
  total         integer NOT NULL,
  -- places of `items` that are dealt with; where another worker goes on
  done          integer NOT NULL DEFAULT 0,
  changed       integer NOT NULL DEFAULT 0,
  unchanged     integer NOT NULL DEFAULT 0,
  refused       integer NOT NULL DEFAULT 0,
  attempts      integer NOT NULL DEFAULT 0,
  error         text,
  requested_by  text NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  finished_at   timestamptz
);
CREATE INDEX item_edit_page ON item_edit (catalogue_id, number DESC);
CREATE INDEX item_edit_open ON item_edit (number) WHERE status IN ('QUEUED', 'RUNNING');

-- What became of an item; those that were as wanted already are only counted.
CREATE TABLE item_edit_row (
  edit_id       uuid NOT NULL REFERENCES item_edit (id) ON DELETE CASCADE,
  item_number   bigint NOT NULL REFERENCES item (number) ON DELETE CASCADE,
  -- CHANGED, REFUSED
  outcome       text NOT NULL,
  reason        text,
  -- the fields that were changed, as they were
  before        jsonb,
  -- row_hash that the edit left
  after_hash    text,
  PRIMARY KEY (edit_id, item_number)
);
CREATE INDEX item_edit_row_item ON item_edit_row (item_number);

-- Filters of the catalogue under a name, for everybody of it.
CREATE TABLE item_view (
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  name          text NOT NULL,
  version       integer NOT NULL DEFAULT 1,
  filters       jsonb NOT NULL,
  changed_by    text NOT NULL,
  changed_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (catalogue_id, name)
);

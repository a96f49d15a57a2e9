-- The truth. Vector index, queue and caches can be lost and are rebuilt from these tables.

-- Every change of an item or a vector takes the next number, under the catalogue's lock (see
-- packages/storage change-sequence.ts), so that a follower that reads "everything after n" misses nothing.
CREATE SEQUENCE change_sequence AS bigint;

CREATE TABLE encoder_model (
  id          text PRIMARY KEY,
  name        text NOT NULL,
  revision    text NOT NULL,
  dimensions  integer NOT NULL,
  pooling     text NOT NULL,
  licence     text,
  created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE catalogue (
  id               text PRIMARY KEY,
  name             text NOT NULL,
  scenario         text NOT NULL,
  text_template    text NOT NULL,
  -- event weights, half-lives, segment attribute: see domain CatalogueSettings
  settings         jsonb NOT NULL DEFAULT '{}',
  -- the model whose vectors serve; a new one is built beside it and then swapped in
  active_model_id  text REFERENCES encoder_model (id),
  version          integer NOT NULL DEFAULT 1,
  created_at       timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE item (
  number           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  catalogue_id     text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  id               text NOT NULL,
  title            text NOT NULL,
  description      text,
  categories       text[] NOT NULL DEFAULT '{}',
  tags             text[] NOT NULL DEFAULT '{}',
  attributes       jsonb NOT NULL DEFAULT '{}',
  price            double precision,
  currency         text,
  image_url        text,
  url              text,
  published_at     timestamptz,
  expires_at       timestamptz,
  status           text NOT NULL DEFAULT 'ACTIVE',
  -- a tombstone, so that followers hear of the deletion
  deleted_at       timestamptz,
  -- of every column above: an unchanged row of a file is no write
  row_hash         text NOT NULL,
  -- of the text that the encoder reads; the item waits for the worker while it differs from embedded_hash
  content_hash     text NOT NULL,
  embedded_hash    text,
  embed_attempts   integer NOT NULL DEFAULT 0,
  embed_error      text,
  -- not retried before this time
  embed_after      timestamptz,
  change           bigint NOT NULL,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  UNIQUE (catalogue_id, id)
);
CREATE INDEX item_change ON item (catalogue_id, change);
CREATE INDEX item_waiting ON item (catalogue_id, number)
  WHERE deleted_at IS NULL AND embedded_hash IS DISTINCT FROM content_hash;
CREATE INDEX item_newest ON item (catalogue_id, created_at DESC);

CREATE TABLE item_vector (
  item_number   bigint NOT NULL REFERENCES item (number) ON DELETE CASCADE,
  model_id      text NOT NULL REFERENCES encoder_model (id),
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  content_hash  text NOT NULL,
  -- float32[dimensions], little endian, L2-normalised
  vector        bytea NOT NULL,
  change        bigint NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (item_number, model_id)
);
CREATE INDEX item_vector_change ON item_vector (catalogue_id, model_id, change);
-- the cache by content hash: equal texts of one model are encoded once
CREATE INDEX item_vector_content ON item_vector (model_id, content_hash);

CREATE TABLE profile (
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  id            text NOT NULL,
  attributes    jsonb NOT NULL DEFAULT '{}',
  consent       jsonb NOT NULL DEFAULT '{}',
  merged_into   text,
  simulated     boolean NOT NULL DEFAULT false,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (catalogue_id, id)
);

CREATE TABLE event (
  catalogue_id       text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  id                 text NOT NULL,
  type               text NOT NULL,
  profile_id         text,
  session_id         text,
  -- the caller's id: an event about an item that is not known yet is kept, and counts when it arrives
  item_id            text,
  query              text,
  value              double precision,
  occurred_at        timestamptz NOT NULL,
  received_at        timestamptz NOT NULL DEFAULT now(),
  recommendation_id  text,
  attributes         jsonb NOT NULL DEFAULT '{}',
  simulated          boolean NOT NULL DEFAULT false,
  PRIMARY KEY (catalogue_id, id)
);
CREATE INDEX event_profile ON event (catalogue_id, profile_id, occurred_at DESC)
  WHERE profile_id IS NOT NULL;
CREATE INDEX event_session ON event (catalogue_id, session_id, occurred_at DESC)
  WHERE session_id IS NOT NULL;
CREATE INDEX event_closing ON event (catalogue_id, profile_id, item_id)
  WHERE type IN ('PURCHASE', 'DISLIKE', 'HIDE');
CREATE INDEX event_item ON event (catalogue_id, item_id, occurred_at DESC);
CREATE INDEX event_time ON event (catalogue_id, occurred_at);

-- Counts of events by item, segment, type and day: whole numbers, so the order in which events arrive does
-- not matter, and they can be recomputed exactly from the events. Popularity is decayed from these in memory.
CREATE TABLE item_day (
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  item_id       text NOT NULL,
  -- value of the catalogue's segment attribute; '' where there is none
  segment       text NOT NULL DEFAULT '',
  type          text NOT NULL,
  day           date NOT NULL,
  events        bigint NOT NULL,
  -- sum of ratingEvidence in thousandths for RATING; of seconds for DWELL; else 0
  value_sum     bigint NOT NULL DEFAULT 0,
  changed_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (catalogue_id, item_id, segment, type, day)
);
CREATE INDEX item_day_changed ON item_day (catalogue_id, changed_at);

-- The exposure log.
CREATE TABLE recommendation (
  id             uuid PRIMARY KEY,
  catalogue_id   text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  operation      text NOT NULL,
  placement      text NOT NULL,
  profile_id     text,
  session_id     text,
  strategy_key   text NOT NULL,
  strategy_version integer NOT NULL,
  experiment_key text,
  variant_key    text,
  model_id       text,
  coldness       text NOT NULL,
  served_level   text NOT NULL,
  degraded       jsonb NOT NULL DEFAULT '[]',
  -- by position in the answer: item numbers, scores, propensities, whether the slot explored
  first_rank     integer NOT NULL DEFAULT 1,
  item_numbers   bigint[] NOT NULL,
  scores         real[] NOT NULL,
  propensities   real[] NOT NULL,
  explorations   boolean[] NOT NULL,
  simulated      boolean NOT NULL DEFAULT false,
  created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX recommendation_time ON recommendation (catalogue_id, created_at);
CREATE INDEX recommendation_profile ON recommendation (catalogue_id, profile_id, created_at DESC);

-- Whole rankings behind cursors, kept for an hour. Unlogged: after a crash a cursor is merely expired.
CREATE UNLOGGED TABLE ranking (
  recommendation_id  uuid PRIMARY KEY,
  catalogue_id       text NOT NULL,
  body               jsonb NOT NULL,
  expires_at         timestamptz NOT NULL
);
CREATE INDEX ranking_expiry ON ranking (expires_at);

CREATE TABLE strategy (
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  key           text NOT NULL,
  version       integer NOT NULL,
  name          text NOT NULL,
  config        jsonb NOT NULL,
  created_by    text,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (catalogue_id, key, version)
);

CREATE TABLE placement (
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  key           text NOT NULL,
  version       integer NOT NULL DEFAULT 1,
  name          text NOT NULL,
  kind          text NOT NULL,
  strategy_key  text NOT NULL,
  size          integer NOT NULL DEFAULT 10,
  fallback      jsonb NOT NULL DEFAULT '[]',
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (catalogue_id, key)
);

CREATE TABLE uploaded_file (
  id            uuid PRIMARY KEY,
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  name          text NOT NULL,
  bytes         bigint NOT NULL DEFAULT 0,
  sha256        text,
  complete      boolean NOT NULL DEFAULT false,
  created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE uploaded_chunk (
  file_id   uuid NOT NULL REFERENCES uploaded_file (id) ON DELETE CASCADE,
  position  integer NOT NULL,
  data      bytea NOT NULL,
  PRIMARY KEY (file_id, position)
);
-- chunks are compressed by whoever uploads; squeezing them again costs time for nothing
ALTER TABLE uploaded_chunk ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE import_run (
  id              uuid PRIMARY KEY,
  catalogue_id    text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  file_id         uuid REFERENCES uploaded_file (id) ON DELETE SET NULL,
  file_name       text NOT NULL,
  format          text NOT NULL,
  mapping         jsonb NOT NULL DEFAULT '{}',
  dry_run         boolean NOT NULL DEFAULT false,
  status          text NOT NULL DEFAULT 'QUEUED',
  total_bytes     bigint NOT NULL DEFAULT 0,
  read_bytes      bigint NOT NULL DEFAULT 0,
  rows            bigint NOT NULL DEFAULT 0,
  created         bigint NOT NULL DEFAULT 0,
  updated         bigint NOT NULL DEFAULT 0,
  unchanged       bigint NOT NULL DEFAULT 0,
  rejected        bigint NOT NULL DEFAULT 0,
  -- where a killed run goes on: written in the same transaction as the rows before it
  checkpoint_row  bigint NOT NULL DEFAULT 0,
  error           text,
  created_by      text,
  created_at      timestamptz NOT NULL DEFAULT now(),
  started_at      timestamptz,
  finished_at     timestamptz
);
CREATE INDEX import_run_catalogue ON import_run (catalogue_id, created_at DESC);
CREATE TABLE import_reject (
  run_id   uuid NOT NULL REFERENCES import_run (id) ON DELETE CASCADE,
  line     bigint NOT NULL,
  -- several problems of one line are told apart by this
  position integer NOT NULL DEFAULT 0,
  field    text,
  code     text NOT NULL,
  message  text NOT NULL,
  fix      text NOT NULL,
  excerpt  text,
  PRIMARY KEY (run_id, line, position)
);
CREATE TABLE import_mapping (
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  -- sha256 of the file's column names in order
  columns_hash  text NOT NULL,
  mapping       jsonb NOT NULL,
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (catalogue_id, columns_hash)
);

CREATE TABLE dead_letter (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  job           text NOT NULL,
  subject       text NOT NULL,
  reason        text NOT NULL,
  attempts      integer NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  resolved_at   timestamptz,
  UNIQUE (catalogue_id, job, subject)
);

CREATE TABLE api_key (
  id            uuid PRIMARY KEY,
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  kind          text NOT NULL,
  name          text NOT NULL,
  -- the first characters, to recognise a key by; the key itself is nowhere
  prefix        text NOT NULL,
  sha256        text NOT NULL UNIQUE,
  scopes        text[] NOT NULL,
  -- pk_ keys answer only to these origins; empty: to all
  origins       text[] NOT NULL DEFAULT '{}',
  expires_at    timestamptz,
  revoked_at    timestamptz,
  created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX api_key_catalogue ON api_key (catalogue_id);

CREATE TABLE member (
  id             uuid PRIMARY KEY,
  email          text NOT NULL UNIQUE,
  name           text NOT NULL,
  -- argon2id, PHC string
  password_hash  text,
  created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE membership (
  member_id     uuid NOT NULL REFERENCES member (id) ON DELETE CASCADE,
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  role          text NOT NULL,
  PRIMARY KEY (member_id, catalogue_id)
);
CREATE TABLE session (
  token_sha256  text PRIMARY KEY,
  member_id     uuid NOT NULL REFERENCES member (id) ON DELETE CASCADE,
  created_at    timestamptz NOT NULL DEFAULT now(),
  expires_at    timestamptz NOT NULL
);

CREATE TABLE audit_entry (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  actor         text NOT NULL,
  action        text NOT NULL,
  target        text NOT NULL,
  detail        jsonb NOT NULL DEFAULT '{}',
  -- sha256 of the previous entry's hash and this row: a removed or altered row breaks the chain
  previous_hash text NOT NULL,
  hash          text NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_entry_catalogue ON audit_entry (catalogue_id, id DESC);

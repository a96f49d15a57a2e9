-- Trainings of a catalogue's model: at most one is open (waits or runs) at a time.
CREATE TABLE training_run (
  -- the order in which they were asked for
  number        bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  id            uuid PRIMARY KEY,
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  status        text NOT NULL DEFAULT 'QUEUED',
  trigger       text NOT NULL,
  stage         text,
  done          integer NOT NULL DEFAULT 0,
  total         integer NOT NULL DEFAULT 0,
  -- raised by every worker that takes the run up: a write of an earlier one changes nothing
  attempt       integer NOT NULL DEFAULT 0,
  -- times that a worker died or failed over it: bounded
  faults        integer NOT NULL DEFAULT 0,
  -- a running one whose lease is over has lost its worker
  lease_until   timestamptz,
  requested_by  text NOT NULL,
  error_code    text,
  error         text,
  model_id      uuid,
  created_at    timestamptz NOT NULL DEFAULT now(),
  started_at    timestamptz,
  finished_at   timestamptz
);
CREATE UNIQUE INDEX training_run_open ON training_run (catalogue_id) WHERE status IN ('QUEUED', 'RUNNING');
CREATE INDEX training_run_page ON training_run (catalogue_id, number DESC);

-- What a training made: never changed afterwards, but for its status.
CREATE TABLE model_version (
  id                 uuid PRIMARY KEY,
  catalogue_id       text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  number             integer NOT NULL,
  run_id             uuid NOT NULL REFERENCES training_run (id) ON DELETE CASCADE,
  -- whose vectors it was trained with; NULL: of no encoder's
  encoder_model_id   text REFERENCES encoder_model (id),
  status             text NOT NULL DEFAULT 'READY',
  data               jsonb NOT NULL,
  parameters         jsonb NOT NULL,
  metrics            jsonb NOT NULL,
  gate               jsonb NOT NULL,
  duration_ms        integer NOT NULL,
  peak_memory_bytes  bigint NOT NULL,
  cpu_seconds        double precision NOT NULL,
  -- that a busy core was taken to draw: the energy estimate is cpu_seconds times this
  watts              double precision NOT NULL,
  artefact_bytes     bigint NOT NULL,
  artefact_sha256    text NOT NULL,
  -- when its artefact was deleted to save room; the row stays, for what was served with it
  artefact_dropped_at timestamptz,
  created_at         timestamptz NOT NULL DEFAULT now(),
  activated_at       timestamptz,
  activated_by       text,
  activation_reason  text,
  UNIQUE (catalogue_id, number)
);
ALTER TABLE training_run ADD FOREIGN KEY (model_id) REFERENCES model_version (id) ON DELETE SET NULL;

CREATE TABLE model_chunk (
  model_id  uuid NOT NULL REFERENCES model_version (id) ON DELETE CASCADE,
  position  integer NOT NULL,
  sha256    text NOT NULL,
  data      bytea NOT NULL,
  PRIMARY KEY (model_id, position)
);
-- scores do not shrink; squeezing them costs time for nothing
ALTER TABLE model_chunk ALTER COLUMN data SET STORAGE EXTERNAL;

-- Every change of the serving model. NULL: none serves.
CREATE TABLE model_activation (
  id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  catalogue_id       text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  model_id           uuid REFERENCES model_version (id) ON DELETE CASCADE,
  previous_model_id  uuid REFERENCES model_version (id) ON DELETE CASCADE,
  actor              text NOT NULL,
  reason             text,
  -- a person's word against that of the gate
  overridden         boolean NOT NULL,
  created_at         timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX model_activation_catalogue ON model_activation (catalogue_id, id DESC);

-- The trained model that serves, and a number that rises with every change of it, for those who follow.
ALTER TABLE catalogue ADD COLUMN trained_model_id uuid REFERENCES model_version (id);
ALTER TABLE catalogue ADD COLUMN trained_model_change bigint NOT NULL DEFAULT 0;

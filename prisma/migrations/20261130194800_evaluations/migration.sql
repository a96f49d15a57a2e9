-- Evaluations of what is served on a catalogue's own events: at most one is open (waits or runs) at a time.
CREATE TABLE evaluation_run (
  -- the order in which they were asked for
  number             bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  id                 uuid PRIMARY KEY,
  catalogue_id       text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  status             text NOT NULL DEFAULT 'QUEUED',
  splits             text[] NOT NULL,
  seeds              integer NOT NULL,
  -- who are judged at most, a split and seed
  people             integer NOT NULL,
  -- what is being judged now
  split              text,
  seed               integer,
  method             text,
  done               integer NOT NULL DEFAULT 0,
  total              integer NOT NULL DEFAULT 0,
  -- raised by every worker that takes the run up: a write of an earlier one changes nothing
  attempt            integer NOT NULL DEFAULT 0,
  -- times that a worker died or failed over it: bounded
  faults             integer NOT NULL DEFAULT 0,
  -- a running one whose lease is over has lost its worker
  lease_until        timestamptz,
  requested_by       text NOT NULL,
  error_code         text,
  error              text,
  -- what it was judged on
  data               jsonb,
  cpu_seconds        double precision,
  peak_memory_bytes  bigint,
  created_at         timestamptz NOT NULL DEFAULT now(),
  started_at         timestamptz,
  finished_at        timestamptz
);
CREATE UNIQUE INDEX evaluation_run_open ON evaluation_run (catalogue_id) WHERE status IN ('QUEUED', 'RUNNING');
CREATE INDEX evaluation_run_page ON evaluation_run (catalogue_id, number DESC);

-- A split that is judged: a run that is taken up again goes on with the next one.
CREATE TABLE evaluation_result (
  run_id      uuid NOT NULL REFERENCES evaluation_run (id) ON DELETE CASCADE,
  split       text NOT NULL,
  -- NULL where the split could judge nobody
  result      jsonb,
  problem     text,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run_id, split)
);

-- A draft against what is live, over a sample of the people: asked for, worked out by an API process, kept for the gate.
CREATE TABLE population_diff (
  -- the order in which they were asked for
  number        bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  id            uuid PRIMARY KEY,
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  placement     text NOT NULL,
  -- NULL: the draft is a strategy for the placement
  rule_key      text,
  -- the whole rule, or the strategy's config
  draft         jsonb NOT NULL,
  profiles      integer NOT NULL,
  status        text NOT NULL DEFAULT 'QUEUED',
  done          integer NOT NULL DEFAULT 0,
  total         integer NOT NULL DEFAULT 0,
  -- raised by every process that takes it up: a write of an earlier one changes nothing
  attempt       integer NOT NULL DEFAULT 0,
  -- a running one whose lease is over has lost its process
  lease_until   timestamptz,
  requested_by  text NOT NULL,
  error_code    text,
  error         text,
  -- what it was compared with: a digest of the live rules, the segments and the placement's strategy
  basis         text,
  result        jsonb,
  created_at    timestamptz NOT NULL DEFAULT now(),
  started_at    timestamptz,
  finished_at   timestamptz
);
CREATE INDEX population_diff_page ON population_diff (catalogue_id, number DESC);
CREATE INDEX population_diff_open ON population_diff (number) WHERE status IN ('QUEUED', 'RUNNING');

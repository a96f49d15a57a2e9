-- What is measured. A changed definition is a new version; experiments keep the one that they started with.
CREATE TABLE metric (
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  key           text NOT NULL,
  version       integer NOT NULL,
  definition    jsonb NOT NULL,
  created_by    text,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (catalogue_id, key, version)
);

CREATE TABLE experiment (
  -- short, for the tables below
  number        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  key           text NOT NULL,
  version       integer NOT NULL,
  status        text NOT NULL DEFAULT 'DRAFT',
  definition    jsonb NOT NULL,
  -- metrics, strategies and placements as they were at the start
  frozen        jsonb,
  -- of the assignment
  salt          text NOT NULL,
  -- of the parameters that force a variant
  secret        text NOT NULL,
  -- what may change while it runs
  ramp          double precision NOT NULL DEFAULT 1,
  killed        boolean NOT NULL DEFAULT false,
  revision      integer NOT NULL DEFAULT 1,
  created_by    text,
  created_at    timestamptz NOT NULL DEFAULT now(),
  started_at    timestamptz,
  stopped_at    timestamptz,
  stop_reason   text,
  -- who decided what and why, with the results as they were then
  decision      jsonb,
  UNIQUE (catalogue_id, key, version)
);
CREATE UNIQUE INDEX experiment_running ON experiment (catalogue_id, key) WHERE status = 'RUNNING';

-- The first time that a unit was served its arm. `counted_as` is the profile it has been merged into, or itself.
CREATE TABLE experiment_exposure (
  experiment    bigint NOT NULL REFERENCES experiment (number) ON DELETE CASCADE,
  unit          text NOT NULL,
  catalogue_id  text NOT NULL,
  counted_as    text NOT NULL,
  variant       integer NOT NULL,
  exposed_at    timestamptz NOT NULL,
  -- seen in another arm, too, without a merge: not counted
  several_arms  boolean NOT NULL DEFAULT false,
  -- when it took part in a merge: its arm is then no longer what its id says
  merged_at     timestamptz,
  placement     text NOT NULL,
  coldness      text NOT NULL,
  device        text NOT NULL,
  locale        text NOT NULL,
  category      text NOT NULL,
  PRIMARY KEY (experiment, unit)
);
CREATE INDEX experiment_exposure_counted ON experiment_exposure (catalogue_id, counted_as);
CREATE INDEX experiment_exposure_time ON experiment_exposure (experiment, exposed_at);
CREATE INDEX experiment_exposure_several ON experiment_exposure (experiment, counted_as) WHERE several_arms;
CREATE INDEX experiment_exposure_merged ON experiment_exposure (experiment, merged_at) WHERE merged_at IS NOT NULL;

-- Up to when events have been looked at. Its row is the lock of whoever changes the statistics.
CREATE TABLE experiment_roll_up (
  experiment    bigint PRIMARY KEY REFERENCES experiment (number) ON DELETE CASCADE,
  rolled_to     timestamptz NOT NULL,
  -- the statistics are to be added up again from the outcomes
  rebuild       boolean NOT NULL DEFAULT false,
  -- by metric, in its whole numbers: where heavy tails are cut; fixed once, before the arms were looked at
  caps          bigint[] NOT NULL DEFAULT '{}'
);

-- Units whose outcome may have changed.
CREATE TABLE experiment_dirty (
  experiment    bigint NOT NULL REFERENCES experiment (number) ON DELETE CASCADE,
  unit          text NOT NULL,
  PRIMARY KEY (experiment, unit)
);

-- What is counted of a unit at the moment: taken out of the statistics when it changes.
CREATE TABLE experiment_outcome (
  experiment    bigint NOT NULL REFERENCES experiment (number) ON DELETE CASCADE,
  unit          text NOT NULL,
  variant       integer NOT NULL,
  day           date NOT NULL,
  coldness      text NOT NULL,
  device        text NOT NULL,
  locale        text NOT NULL,
  category      text NOT NULL,
  -- whether an impression came back, then four numbers a metric: y, x, before the start, on the first day
  amounts       bigint[] NOT NULL,
  PRIMARY KEY (experiment, unit)
);

-- Sums over units: whole numbers, so that they are the same in any order. Metric -1 counts the units themselves.
CREATE TABLE experiment_statistic (
  experiment    bigint NOT NULL REFERENCES experiment (number) ON DELETE CASCADE,
  metric        integer NOT NULL,
  variant       integer NOT NULL,
  dimension     text NOT NULL,
  value         text NOT NULL,
  n             bigint NOT NULL,
  y             numeric NOT NULL,
  yy            numeric NOT NULL,
  x             numeric NOT NULL,
  xx            numeric NOT NULL,
  xy            numeric NOT NULL,
  p             numeric NOT NULL,
  pp            numeric NOT NULL,
  py            numeric NOT NULL,
  w             numeric NOT NULL,
  ww            numeric NOT NULL,
  f             numeric NOT NULL,
  ff            numeric NOT NULL,
  fy            numeric NOT NULL,
  PRIMARY KEY (experiment, metric, variant, dimension, value)
);

-- Lists asked for at the placements of an experiment, by what became of them.
CREATE TABLE experiment_funnel (
  experiment    bigint NOT NULL REFERENCES experiment (number) ON DELETE CASCADE,
  stage         text NOT NULL,
  lists         bigint NOT NULL,
  PRIMARY KEY (experiment, stage)
);

-- Events come in the order of their receipt, so a few bytes a block find the new ones.
CREATE INDEX event_received ON event USING brin (received_at) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX profile_merged ON profile (catalogue_id, merged_into) WHERE merged_into IS NOT NULL;

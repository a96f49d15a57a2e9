-- The shares that a bandit serves at the moment; null: those of its definition.
ALTER TABLE experiment ADD COLUMN round integer NOT NULL DEFAULT 0, ADD COLUMN shares double precision[];

-- Every time that a bandit's shares were worked out, with what was known of the arms then.
CREATE TABLE experiment_round (
  experiment    bigint NOT NULL REFERENCES experiment (number) ON DELETE CASCADE,
  round         integer NOT NULL,
  shares        double precision[] NOT NULL,
  -- by variant: n, mean, standardError
  arms          jsonb NOT NULL,
  -- by variant, the units that came in this round; counted when later rounds begin
  units         bigint[] NOT NULL,
  started_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (experiment, round)
);

-- Of a bandit: the round by whose shares a unit got its arm, and the chance of that arm then.
ALTER TABLE experiment_exposure ADD COLUMN round integer, ADD COLUMN propensity double precision;
CREATE INDEX experiment_exposure_round ON experiment_exposure (experiment, round) WHERE round IS NOT NULL;

-- Of an interleaved list: by slot, the position of the variant that drafted it.
ALTER TABLE recommendation ADD COLUMN teams smallint[];

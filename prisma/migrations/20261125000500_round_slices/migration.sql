-- Units of a bandit by trait, against the shares that they were let in by: of all rounds until this one, kept in the newest that is counted.
ALTER TABLE "experiment_round" ADD COLUMN "slices" JSONB NOT NULL DEFAULT '[]';

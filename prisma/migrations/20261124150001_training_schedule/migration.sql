-- Events that the catalogue had counted when the run was asked for: how many are new since is told from this.
ALTER TABLE training_run ADD COLUMN counted_events bigint NOT NULL DEFAULT 0;

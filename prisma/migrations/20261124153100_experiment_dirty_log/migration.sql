-- A log instead of a set: whoever marks a unit never waits for the batch that is just counting it.
ALTER TABLE experiment_dirty DROP CONSTRAINT experiment_dirty_pkey;
ALTER TABLE experiment_dirty ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
CREATE INDEX experiment_dirty_unit ON experiment_dirty (experiment, unit);

-- Lists are empty, not missing, as everywhere else. Nothing has been written to them yet that has to be kept.
ALTER TABLE recommendation DROP COLUMN teams, ADD COLUMN teams integer[] NOT NULL DEFAULT '{}';
ALTER TABLE experiment ALTER COLUMN shares SET DEFAULT '{}';
UPDATE experiment SET shares = '{}' WHERE shares IS NULL;
ALTER TABLE experiment ALTER COLUMN shares SET NOT NULL;

-- Attributes of profiles that were replaced by others, kept for a while so that a list of the past can be made again for
-- the person of then. They go with the profile.
CREATE TABLE replaced_attributes (
  catalogue_id  text NOT NULL,
  profile_id    text NOT NULL,
  -- until then they were the profile's
  replaced_at   timestamptz NOT NULL DEFAULT now(),
  attributes    jsonb NOT NULL,
  PRIMARY KEY (catalogue_id, profile_id, replaced_at),
  FOREIGN KEY (catalogue_id, profile_id) REFERENCES profile (catalogue_id, id) ON DELETE CASCADE
);
-- In the order in which they are written: what has had its time is found without reading the rest.
CREATE INDEX replaced_attributes_time ON replaced_attributes USING brin (replaced_at);

-- Every version of a placement, as strategies keep theirs: a list of the past is made again at the placement of then.
CREATE TABLE placement_version (
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  key           text NOT NULL,
  version       integer NOT NULL,
  name          text NOT NULL,
  kind          text NOT NULL,
  strategy_key  text NOT NULL,
  size          integer NOT NULL,
  fallback      jsonb NOT NULL,
  -- With this version it went away; the next one brings it back.
  deleted       boolean NOT NULL DEFAULT false,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (catalogue_id, key, version)
);
-- What was before the newest one is not known of those that are there already.
INSERT INTO placement_version (catalogue_id, key, version, name, kind, strategy_key, size, fallback, created_at)
SELECT catalogue_id, key, version, name, kind, strategy_key, size, fallback, updated_at FROM placement;

-- A strategy whose newest version is archived serves no more; exposures still name the older ones.
ALTER TABLE strategy ADD COLUMN archived boolean NOT NULL DEFAULT false;

-- Definitions of segments at a time are read out of the log.
CREATE INDEX audit_entry_segments ON audit_entry (catalogue_id, target, id DESC)
  WHERE action IN ('segment.save', 'segment.delete');

-- Times that a worker took up an import since its last progress: a file that kills its worker is given up at last.
ALTER TABLE import_run ADD COLUMN attempts integer NOT NULL DEFAULT 0;
CREATE INDEX import_run_open ON import_run (created_at) WHERE status IN ('QUEUED', 'RUNNING');
CREATE INDEX dead_letter_open ON dead_letter (catalogue_id, id DESC) WHERE resolved_at IS NULL;
-- The list of items in the console, in its other orders.
CREATE INDEX item_updated ON item (catalogue_id, updated_at DESC);
CREATE INDEX item_title ON item (catalogue_id, title text_pattern_ops);
-- How far a follower outside of the database (Qdrant) has come with the change feed.
CREATE TABLE follower_watermark (
  follower      text NOT NULL,
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  model_id      text NOT NULL REFERENCES encoder_model (id),
  change        bigint NOT NULL,
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (follower, catalogue_id, model_id)
);

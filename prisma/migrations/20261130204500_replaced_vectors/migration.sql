-- Vectors that a later text of their item has replaced, kept for a while so that a list of the past can be made again
-- with what its items said then.
CREATE TABLE replaced_vector (
  item_number   bigint NOT NULL REFERENCES item (number) ON DELETE CASCADE,
  model_id      text NOT NULL REFERENCES encoder_model (id),
  -- from made_at until replaced_at it was the item's vector
  replaced_at   timestamptz NOT NULL DEFAULT now(),
  made_at       timestamptz NOT NULL,
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  content_hash  text NOT NULL,
  vector        bytea NOT NULL,
  PRIMARY KEY (item_number, model_id, replaced_at)
);
CREATE INDEX replaced_vector_time ON replaced_vector (catalogue_id, model_id, replaced_at);
-- which vectors are younger than a moment of the past
CREATE INDEX item_vector_made ON item_vector (catalogue_id, model_id, created_at);

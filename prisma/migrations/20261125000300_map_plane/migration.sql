-- The plane on which a catalogue's items are drawn, fitted once and kept: new items do not move the old ones.
CREATE TABLE map_plane (
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  model_id      text NOT NULL REFERENCES encoder_model (id),
  version       integer NOT NULL DEFAULT 1,
  -- float32, little-endian: the mean, then two axes, of the model's dimensions each
  mean          bytea NOT NULL,
  axes          bytea NOT NULL,
  explained     double precision NOT NULL,
  reach         double precision NOT NULL,
  -- vectors that there were when it was fitted
  fitted_on     integer NOT NULL,
  fitted_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (catalogue_id, model_id)
);

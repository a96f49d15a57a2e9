-- The model that is being built beside the serving one, and takes over when it has every vector. NULL: none.
ALTER TABLE catalogue ADD COLUMN next_model_id text REFERENCES encoder_model (id);

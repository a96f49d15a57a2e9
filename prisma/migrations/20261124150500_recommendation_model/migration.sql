-- Which trained model a list was made with. No reference: the log outlives the models.
ALTER TABLE recommendation ADD COLUMN trained_model_id uuid;

-- Whether a training also judges what could be used in the model's place.
ALTER TABLE "training_run" ADD COLUMN "baselines" BOOLEAN NOT NULL DEFAULT false;

-- What new visitors are asked. Answers are events (attributes.onboarding names the flow): they act on the next list, and
-- are merged, exported and erased with everything else that a person did.
CREATE TABLE onboarding_flow (
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  key           text NOT NULL,
  version       integer NOT NULL DEFAULT 1,
  config        jsonb NOT NULL,
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (catalogue_id, key)
);
CREATE INDEX event_onboarding ON event (catalogue_id, (attributes ->> 'onboarding'))
  WHERE attributes ->> 'onboarding' IS NOT NULL;

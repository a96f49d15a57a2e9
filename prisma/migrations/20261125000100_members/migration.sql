-- Who may work on a catalogue: suspension, sessions that can be told apart, invitations.
ALTER TABLE membership
  ADD COLUMN created_at   timestamptz NOT NULL DEFAULT now(),
  -- a suspended member keeps their role for the day on which they are let in again
  ADD COLUMN suspended_at timestamptz;
CREATE INDEX membership_of_catalogue ON membership (catalogue_id);

ALTER TABLE session
  -- what a person may see of a session and end it by; the token stays unknown
  ADD COLUMN id         uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  ADD COLUMN address    text,
  ADD COLUMN user_agent text,
  -- to within some minutes
  ADD COLUMN seen_at    timestamptz NOT NULL DEFAULT now();
CREATE INDEX session_of_member ON session (member_id);

CREATE TABLE invitation (
  -- the order in which they were sent
  number        bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  id            uuid PRIMARY KEY,
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  email         text NOT NULL,
  role          text NOT NULL,
  -- the link itself is stored nowhere
  token_sha256  text NOT NULL UNIQUE,
  invited_by    text NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  expires_at    timestamptz NOT NULL,
  accepted_at   timestamptz,
  withdrawn_at  timestamptz
);
-- one way in a person and catalogue: a new invitation takes the place of an open one
CREATE UNIQUE INDEX invitation_open ON invitation (catalogue_id, email)
  WHERE accepted_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX invitation_page ON invitation (catalogue_id, number DESC);

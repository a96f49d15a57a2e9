-- Who a member is to an OpenID provider: what the provider calls them never changes, their address may.
CREATE TABLE member_identity (
  issuer      text NOT NULL,
  subject     text NOT NULL,
  member_id   uuid NOT NULL REFERENCES member (id) ON DELETE CASCADE,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX member_identity_of_member ON member_identity (member_id);

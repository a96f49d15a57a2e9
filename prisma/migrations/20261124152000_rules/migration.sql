-- The newest state of every rule. What acts is the content of `live_revision`, which a draft may have gone on from.
CREATE TABLE rule (
  catalogue_id   text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  key            text NOT NULL,
  revision       integer NOT NULL,
  kind           text NOT NULL,
  priority       integer NOT NULL,
  condition      jsonb NOT NULL,
  arguments      jsonb NOT NULL,
  status         text NOT NULL CHECK (status IN ('DRAFT', 'IN_REVIEW', 'PUBLISHED', 'ARCHIVED')),
  authors        text[] NOT NULL,
  reviewer       text,
  live_revision  integer,
  changed_at     timestamptz NOT NULL,
  PRIMARY KEY (catalogue_id, key)
);
CREATE INDEX rule_live ON rule (catalogue_id) WHERE live_revision IS NOT NULL;

-- Every change of every rule, never altered: history, roll-back, and which rules acted at a time in the past.
CREATE TABLE rule_revision (
  catalogue_id   text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  key            text NOT NULL,
  revision       integer NOT NULL,
  action         text NOT NULL,
  status         text NOT NULL,
  content        jsonb NOT NULL,
  authors        text[] NOT NULL,
  reviewer       text,
  live_revision  integer,
  actor          text NOT NULL,
  note           text,
  created_at     timestamptz NOT NULL,
  PRIMARY KEY (catalogue_id, key, revision)
);
CREATE INDEX rule_revision_time ON rule_revision (catalogue_id, created_at);

-- Named groups of profiles that rules call by their key.
CREATE TABLE segment (
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  key           text NOT NULL,
  version       integer NOT NULL DEFAULT 1,
  label         text NOT NULL,
  filter        jsonb NOT NULL,
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (catalogue_id, key)
);

-- What a visitor without a profile was shown, for rotation.
CREATE INDEX recommendation_session ON recommendation (catalogue_id, session_id, created_at DESC)
  WHERE profile_id IS NULL AND session_id IS NOT NULL;

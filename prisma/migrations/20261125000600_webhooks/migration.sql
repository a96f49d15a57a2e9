-- Endpoints of others that hear of changes. Messages and deliveries are an outbox: written in the transaction of the
-- change, sent by workers.
CREATE TABLE webhook_endpoint (
  id               uuid PRIMARY KEY,
  catalogue_id     text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  url              text NOT NULL,
  description      text NOT NULL,
  kinds            text[] NOT NULL,
  -- as it is, because every delivery is signed with it
  secret           text NOT NULL,
  -- after a rotation both sign until then
  previous_secret  text,
  previous_until   timestamptz,
  paused_at        timestamptz,
  created_by       text NOT NULL,
  created_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX webhook_endpoint_of_catalogue ON webhook_endpoint (catalogue_id);

CREATE TABLE webhook_message (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  kind          text NOT NULL,
  data          jsonb NOT NULL,
  -- of what is noticed by looking again and again: told once a catalogue, kind and this
  once          text,
  created_at    timestamptz NOT NULL DEFAULT now(),
  UNIQUE (catalogue_id, kind, once)
);
CREATE INDEX webhook_message_age ON webhook_message (created_at);

CREATE TABLE webhook_delivery (
  -- the order of the log and, where nothing fails, of sending
  number           bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  catalogue_id     text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  endpoint_id      uuid NOT NULL REFERENCES webhook_endpoint (id) ON DELETE CASCADE,
  message_id       uuid NOT NULL REFERENCES webhook_message (id) ON DELETE CASCADE,
  status           text NOT NULL DEFAULT 'PENDING',
  -- the fence: what an earlier attempt writes changes nothing
  attempts         integer NOT NULL DEFAULT 0,
  due_at           timestamptz NOT NULL DEFAULT now(),
  -- a delivery whose lease is over has lost its worker
  lease_until      timestamptz,
  attempted_at     timestamptz,
  response_status  integer,
  took_ms          integer,
  error            text,
  finished_at      timestamptz,
  created_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, due_at) WHERE status = 'PENDING';
CREATE INDEX webhook_delivery_page ON webhook_delivery (endpoint_id, number DESC);
CREATE INDEX webhook_delivery_message ON webhook_delivery (message_id);

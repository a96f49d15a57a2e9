import type { CatalogueId, JsonObject } from '@kindling/domain';
import { execute, type Queryable, statement } from './database.js';

/** What an endpoint may hear of. */
export const webhookKinds = [
  'import.finished',
  'training.finished',
  'model.activated',
  'experiment.needs-decision',
  'experiment.broken-split',
  'rule.published',
  'dead-letter.created',
] as const;
export type WebhookKind = (typeof webhookKinds)[number];

export interface WebhookNews {
  readonly catalogue: CatalogueId;
  readonly kind: WebhookKind;
  /** Ids and states, nothing of a person: a receiver that may know more asks the API. */
  readonly data: JsonObject;
  /** For what is noticed by looking again and again: the same words are told once. */
  readonly once?: string;
}

/**
 * Writes a message and a delivery for each endpoint that listens to its kind, inside the transaction of the change that
 * it tells of: both are there or neither. Where nobody listens nothing is written, and it costs one look at an index.
 */
export async function tellWebhooks(
  db: Queryable,
  { catalogue, kind, data, once }: WebhookNews,
): Promise<void> {
  await execute(db, tellSql, catalogue, kind, JSON.stringify(data), once ?? null);
}

/** Whether anybody in the catalogue listens to one of these kinds. */
export async function hasWebhooksFor(
  db: Queryable,
  catalogue: CatalogueId,
  kinds: readonly WebhookKind[],
): Promise<boolean> {
  return (await execute(db, listenersSql, catalogue, kinds)).length > 0;
}

const tellSql = statement<never, [CatalogueId, string, string, string | null]>(
  'webhook-tell',
  `WITH receivers AS (
     SELECT id FROM webhook_endpoint WHERE catalogue_id = $1 AND $2 = ANY (kinds) AND paused_at IS NULL),
   message AS (
     INSERT INTO webhook_message (catalogue_id, kind, data, once)
     SELECT $1, $2, $3::jsonb, $4 WHERE EXISTS (SELECT FROM receivers)
     ON CONFLICT (catalogue_id, kind, once) DO NOTHING RETURNING id)
   INSERT INTO webhook_delivery (catalogue_id, endpoint_id, message_id)
   SELECT $1, receivers.id, message.id FROM message, receivers`,
);
const listenersSql = statement<{ id: string }, [CatalogueId, readonly string[]]>(
  'webhook-listeners',
  `SELECT id FROM webhook_endpoint WHERE catalogue_id = $1 AND kinds && $2::text[] AND paused_at IS NULL LIMIT 1`,
);

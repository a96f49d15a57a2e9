import { type CatalogueId, catalogueId, type JsonObject, KindlingError } from '@kindling/domain';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type Queryable, statement, transaction } from './database.js';
import { expectWebhook } from './webhook-store.js';

export const webhookDeliveryStatuses = ['PENDING', 'DELIVERED', 'FAILED'] as const;
export type WebhookDeliveryStatus = (typeof webhookDeliveryStatuses)[number];

/** One message on its way to one endpoint, and how the last attempt went. */
export interface WebhookDelivery {
  readonly id: string;
  readonly number: number;
  readonly endpointId: string;
  readonly messageId: string;
  readonly kind: string;
  readonly data: JsonObject;
  readonly status: WebhookDeliveryStatus;
  readonly attempts: number;
  /** When it is tried next, if it waits. */
  readonly dueAt: Date;
  readonly attemptedAt: Date | null;
  /** Of HTTP; null where there was no answer. */
  readonly responseStatus: number | null;
  readonly tookMs: number | null;
  readonly error: string | null;
  readonly createdAt: Date;
}

/** A delivery that this worker makes now: no other does until its lease is over. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly attempt: number;
  readonly catalogue: CatalogueId;
  readonly url: string;
  readonly messageId: string;
  readonly kind: string;
  readonly data: JsonObject;
  readonly createdAt: Date;
  /** One, or two for a day after a rotation; the newest first. */
  readonly secrets: readonly string[];
}

export interface DeliveryOutcome {
  readonly responseStatus: number | null;
  readonly tookMs: number;
  /** Null: it was delivered. */
  readonly error: string | null;
}

/** Endpoints with deliveries that are due. */
export async function findDueWebhooks(db: Queryable, limit = 100): Promise<readonly string[]> {
  return (await execute(db, dueSql, limit)).map(({ endpoint_id }) => endpoint_id);
}

/** The next due delivery of an endpoint, in the order of the changes; null when there is none. */
export async function claimWebhookDelivery(
  db: Queryable,
  endpointId: string,
  leaseMs: number,
): Promise<ClaimedDelivery | null> {
  const [row] = await execute(db, claimSql, endpointId, leaseMs);
  if (!row) return null;
  const { previous_secret: previous, secret } = row;
  return {
    id: row.id,
    attempt: row.attempts,
    catalogue: catalogueId(row.catalogue_id),
    url: row.url,
    messageId: row.message_id,
    kind: row.kind,
    data: row.data,
    createdAt: row.created_at,
    secrets: previous === null ? [secret] : [secret, previous],
  };
}

/**
 * Writes down how an attempt went. A failed one is tried again after `retryMs`; null gives it up, which is FAILED and a
 * dead letter. A worker that has lost the delivery changes nothing.
 */
export function settleWebhookDelivery(
  pool: Pool,
  { id, attempt }: Pick<ClaimedDelivery, 'id' | 'attempt'>,
  outcome: DeliveryOutcome,
  retryMs: number | null,
): Promise<void> {
  const { responseStatus, tookMs, error } = outcome;
  const status = error === null ? 'DELIVERED' : retryMs === null ? 'FAILED' : 'PENDING';
  return transaction(pool, async (client) => {
    const [settled] = await execute(
      client,
      settleSql,
      id,
      attempt,
      status,
      responseStatus,
      Math.round(tookMs),
      error?.slice(0, 500) ?? null,
      retryMs ?? 0,
    );
    if (settled && status !== 'PENDING') await execute(client, letterSql, id, status);
  });
}

/** Newest first; `before` is the number that an earlier page ended with. */
export async function listWebhookDeliveries(
  db: Queryable,
  catalogue: CatalogueId,
  endpointId: string,
  page: { readonly first: number; readonly before: number | null },
): Promise<readonly WebhookDelivery[]> {
  await expectWebhook(db, catalogue, endpointId);
  return (await execute(db, pageSql, endpointId, page.before, page.first)).map(deliveryOf);
}

/** A test message to this endpoint alone, whatever it listens to. */
export function sendTestWebhook(
  pool: Pool,
  catalogue: CatalogueId,
  endpointId: string,
  actor: string,
): Promise<WebhookDelivery> {
  return transaction(pool, async (client) => {
    const { url } = await expectWebhook(client, catalogue, endpointId);
    const [made] = await execute(client, testSql, catalogue, endpointId, JSON.stringify({ askedBy: actor }));
    await appendAudit(client, { catalogue, actor, action: 'webhook.test', target: url });
    const [row] = made ? await execute(client, oneSql, catalogue, made.id) : [];
    if (!row) throw new Error('a test delivery is gone within its own transaction');
    return deliveryOf(row);
  });
}

/** Sends the same message once more, under the same id, so that a receiver that has it can tell. */
export function redeliverWebhook(
  pool: Pool,
  catalogue: CatalogueId,
  deliveryId: string,
  actor: string,
): Promise<WebhookDelivery> {
  return transaction(pool, async (client) => {
    const [again] = await execute(client, againSql, catalogue, deliveryId);
    const [row] = again ? await execute(client, oneSql, catalogue, deliveryId) : [];
    if (!row) {
      throw new KindlingError('NOT_FOUND', `There is no delivery ${deliveryId.slice(0, 40)}`, {
        field: 'id',
      });
    }
    await appendAudit(client, {
      catalogue,
      actor,
      action: 'webhook.redeliver',
      target: row.message_id,
      detail: { kind: row.kind },
    });
    return deliveryOf(row);
  });
}

/** Messages of that age go with their deliveries, unless one still waits; how many. */
export async function expireWebhookMessages(db: Queryable, keptDays: number): Promise<number> {
  return (await execute(db, expireSql, keptDays)).length;
}

interface Row {
  readonly id: string;
  readonly number: number;
  readonly endpoint_id: string;
  readonly message_id: string;
  readonly kind: string;
  readonly data: JsonObject;
  readonly status: WebhookDeliveryStatus;
  readonly attempts: number;
  readonly due_at: Date;
  readonly attempted_at: Date | null;
  readonly response_status: number | null;
  readonly took_ms: number | null;
  readonly error: string | null;
  readonly created_at: Date;
}
const deliveryOf = (row: Row): WebhookDelivery => ({
  id: row.id,
  number: row.number,
  endpointId: row.endpoint_id,
  messageId: row.message_id,
  kind: row.kind,
  data: row.data,
  status: row.status,
  attempts: row.attempts,
  dueAt: row.due_at,
  attemptedAt: row.attempted_at,
  responseStatus: row.response_status,
  tookMs: row.took_ms,
  error: row.error,
  createdAt: row.created_at,
});

const from = `SELECT d.id, d.number::float8 AS number, d.endpoint_id, d.message_id, m.kind, m.data, d.status, d.attempts, d.due_at,
    d.attempted_at, d.response_status, d.took_ms, d.error, d.created_at
  FROM webhook_delivery AS d JOIN webhook_message AS m ON m.id = d.message_id`;
const isDue = `d.status = 'PENDING' AND d.due_at <= now() AND (d.lease_until IS NULL OR d.lease_until < now())`;

const dueSql = statement<{ endpoint_id: string }, [number]>(
  'webhook-due',
  `SELECT d.endpoint_id FROM webhook_delivery AS d JOIN webhook_endpoint AS e ON e.id = d.endpoint_id
   WHERE ${isDue} AND e.paused_at IS NULL GROUP BY d.endpoint_id ORDER BY min(d.due_at) LIMIT $1`,
);
const claimSql = statement<
  Row & {
    readonly catalogue_id: string;
    readonly url: string;
    readonly secret: string;
    readonly previous_secret: string | null;
  },
  [string, number]
>(
  'webhook-claim',
  `WITH next AS (
     SELECT d.id FROM webhook_delivery AS d JOIN webhook_endpoint AS e ON e.id = d.endpoint_id
     WHERE d.endpoint_id = $1::uuid AND ${isDue} AND e.paused_at IS NULL
     ORDER BY d.number LIMIT 1 FOR UPDATE OF d SKIP LOCKED)
   UPDATE webhook_delivery AS d SET attempts = d.attempts + 1, attempted_at = now(),
     lease_until = now() + $2 * interval '1 millisecond'
   FROM next, webhook_message AS m, webhook_endpoint AS e
   WHERE d.id = next.id AND m.id = d.message_id AND e.id = d.endpoint_id
   RETURNING d.id, d.attempts, d.catalogue_id, d.message_id, m.kind, m.data, m.created_at, e.url, e.secret,
     CASE WHEN e.previous_until > now() THEN e.previous_secret END AS previous_secret`,
);
const settleSql = statement<
  { id: string },
  [string, number, string, number | null, number, string | null, number]
>(
  'webhook-settle',
  `UPDATE webhook_delivery SET status = $3, response_status = $4, took_ms = $5, error = $6, lease_until = NULL,
     due_at = now() + $7 * interval '1 millisecond', finished_at = CASE WHEN $3 = 'PENDING' THEN NULL ELSE now() END
   WHERE id = $1::uuid AND attempts = $2 AND status = 'PENDING' RETURNING id`,
);
// It tells no webhook of itself: an endpoint that is gone would be sent the news of its own failure for ever.
const letterSql = statement<never, [string, string]>(
  'webhook-letter',
  `WITH resolved AS (
     UPDATE dead_letter SET resolved_at = now()
     WHERE job = 'deliver-webhook' AND subject = $1::text AND resolved_at IS NULL AND $2 = 'DELIVERED')
   INSERT INTO dead_letter (catalogue_id, job, subject, reason, attempts)
   SELECT d.catalogue_id, 'deliver-webhook', d.id::text, left(e.url || ': ' || d.error, 2000), d.attempts
   FROM webhook_delivery AS d JOIN webhook_endpoint AS e ON e.id = d.endpoint_id
   WHERE d.id::text = $1 AND $2 = 'FAILED'
   ON CONFLICT (catalogue_id, job, subject) DO UPDATE SET
     reason = excluded.reason, attempts = excluded.attempts, created_at = now(), resolved_at = NULL`,
);
const pageSql = statement<Row, [string, number | null, number]>(
  'webhook-delivery-page',
  `${from} WHERE d.endpoint_id = $1::uuid AND ($2::bigint IS NULL OR d.number < $2) ORDER BY d.number DESC LIMIT $3`,
);
const oneSql = statement<Row, [CatalogueId, string]>(
  'webhook-delivery-one',
  `${from} WHERE d.catalogue_id = $1 AND d.id::text = $2`,
);
const againSql = statement<{ id: string }, [CatalogueId, string]>(
  'webhook-delivery-again',
  `UPDATE webhook_delivery SET status = 'PENDING', attempts = 0, due_at = now(), lease_until = NULL, finished_at = NULL
   WHERE catalogue_id = $1 AND id::text = $2 RETURNING id`,
);
const testSql = statement<{ id: string }, [CatalogueId, string, string]>(
  'webhook-test',
  `WITH message AS (
     INSERT INTO webhook_message (catalogue_id, kind, data) VALUES ($1, 'webhook.test', $3::jsonb) RETURNING id)
   INSERT INTO webhook_delivery (catalogue_id, endpoint_id, message_id) SELECT $1, $2::uuid, id FROM message RETURNING id`,
);
const expireSql = statement<{ id: string }, [number]>(
  'webhook-expire',
  `DELETE FROM webhook_message AS m WHERE created_at < now() - $1 * interval '1 day'
     AND NOT EXISTS (SELECT FROM webhook_delivery AS d WHERE d.message_id = m.id AND d.status = 'PENDING')
   RETURNING id`,
);

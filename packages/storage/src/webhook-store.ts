import { randomBytes, randomUUID } from 'node:crypto';
import { type CatalogueId, KindlingError } from '@kindling/domain';
import { z } from 'zod';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';
import { type WebhookKind, webhookKinds } from './webhook-message.js';

/** Somewhere that hears of changes; what signs its deliveries is told once and not part of this. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  readonly kinds: readonly WebhookKind[];
  readonly pausedAt: Date | null;
  /** The secret of before a rotation signs beside the new one until then. */
  readonly previousUntil: Date | null;
  readonly createdBy: string;
  readonly createdAt: Date;
}

export const mostWebhooks = 20;
const rotationHours = 24;

export const webhookSchema = z.object({
  url: z.string().max(2_000, 'is longer than 2000 characters'),
  description: z.string().trim().max(200, 'is longer than 200 characters'),
  kinds: z.array(z.enum(webhookKinds)).min(1, 'is empty: choose what it hears of'),
});
export type WebhookInput = z.infer<typeof webhookSchema>;

/** Of one catalogue, oldest first; at most `mostWebhooks`. */
export async function listWebhooks(
  db: Queryable,
  catalogue: CatalogueId,
): Promise<readonly WebhookEndpoint[]> {
  return (await execute(db, listSql, catalogue)).map(endpointOf);
}

/** NOT_FOUND for one of another catalogue. */
export async function expectWebhook(
  db: Queryable,
  catalogue: CatalogueId,
  id: string,
): Promise<WebhookEndpoint> {
  const [row] = await execute(db, oneSql, catalogue, id);
  if (row) return endpointOf(row);
  throw new KindlingError('NOT_FOUND', `There is no webhook ${id.slice(0, 40)}`, { field: 'id' });
}

/** Makes an endpoint and its secret (192 bits, in the form of Standard Webhooks), which is told once, here. */
export function createWebhook(
  pool: Pool,
  catalogue: CatalogueId,
  input: WebhookInput,
  actor: string,
): Promise<{ readonly webhook: WebhookEndpoint; readonly secret: string }> {
  const { url, description, kinds } = webhookSchema.parse(input);
  const secret = newSecret();
  return transaction(pool, async (client) => {
    await client.query('SELECT 1 FROM catalogue WHERE id = $1 FOR NO KEY UPDATE', [catalogue]);
    if ((await listWebhooks(client, catalogue)).length >= mostWebhooks) {
      throw new KindlingError(
        'CONFLICT',
        `A catalogue has at most ${mostWebhooks} webhooks: remove one first`,
      );
    }
    const id = randomUUID();
    await execute(client, insertSql, id, catalogue, url, description, kinds, secret, actor);
    await audit(client, catalogue, actor, 'create', url, { kinds });
    return { webhook: await expectWebhook(client, catalogue, id), secret };
  });
}

/** A paused endpoint gets nothing new, and what waits for it waits. */
export function saveWebhook(
  pool: Pool,
  catalogue: CatalogueId,
  id: string,
  input: WebhookInput & { readonly paused: boolean },
  actor: string,
): Promise<WebhookEndpoint> {
  const { url, description, kinds } = webhookSchema.parse(input);
  return transaction(pool, async (client) => {
    await expectWebhook(client, catalogue, id);
    await execute(client, saveSql, catalogue, id, url, description, kinds, input.paused);
    await audit(client, catalogue, actor, 'save', url, { kinds, paused: input.paused });
    return expectWebhook(client, catalogue, id);
  });
}

/** A new secret, told once, here. For a day deliveries carry the signatures of both, so that no receiver misses one. */
export function rotateWebhookSecret(
  pool: Pool,
  catalogue: CatalogueId,
  id: string,
  actor: string,
): Promise<{ readonly webhook: WebhookEndpoint; readonly secret: string }> {
  const secret = newSecret();
  return transaction(pool, async (client) => {
    const { url } = await expectWebhook(client, catalogue, id);
    await execute(client, rotateSql, catalogue, id, secret, rotationHours);
    await audit(client, catalogue, actor, 'rotate', url, {});
    return { webhook: await expectWebhook(client, catalogue, id), secret };
  });
}

/** With its deliveries, also those that wait. */
export function removeWebhook(pool: Pool, catalogue: CatalogueId, id: string, actor: string): Promise<void> {
  return transaction(pool, async (client) => {
    const { url } = await expectWebhook(client, catalogue, id);
    await client.query('DELETE FROM webhook_endpoint WHERE catalogue_id = $1 AND id = $2', [catalogue, id]);
    await audit(client, catalogue, actor, 'remove', url, {});
  });
}

const newSecret = () => `whsec_${randomBytes(24).toString('base64')}`;

const audit = (
  client: PoolClient,
  catalogue: CatalogueId,
  actor: string,
  verb: 'create' | 'save' | 'rotate' | 'remove',
  target: string,
  detail: Record<string, readonly string[] | boolean>,
) =>
  appendAudit(client, {
    catalogue,
    actor,
    action: `webhook.${verb}`,
    target,
    detail: JSON.parse(JSON.stringify(detail)),
  });

interface Row {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  readonly kinds: string[];
  readonly paused_at: Date | null;
  readonly previous_until: Date | null;
  readonly created_by: string;
  readonly created_at: Date;
}
const columns = `id, url, description, kinds, paused_at, created_by, created_at,
  CASE WHEN previous_until > now() THEN previous_until END AS previous_until`;
const endpointOf = (row: Row): WebhookEndpoint => ({
  id: row.id,
  url: row.url,
  description: row.description,
  kinds: webhookKinds.filter((kind) => row.kinds.includes(kind)),
  pausedAt: row.paused_at,
  previousUntil: row.previous_until,
  createdBy: row.created_by,
  createdAt: row.created_at,
});

const listSql = statement<Row, [CatalogueId]>(
  'webhook-list',
  `SELECT ${columns} FROM webhook_endpoint WHERE catalogue_id = $1 ORDER BY created_at, id`,
);
const oneSql = statement<Row, [CatalogueId, string]>(
  'webhook-one',
  `SELECT ${columns} FROM webhook_endpoint WHERE catalogue_id = $1 AND id::text = $2`,
);
const insertSql = statement<never, [string, CatalogueId, string, string, readonly string[], string, string]>(
  'webhook-insert',
  `INSERT INTO webhook_endpoint (id, catalogue_id, url, description, kinds, secret, created_by)
   VALUES ($1, $2, $3, $4, $5, $6, $7)`,
);
const saveSql = statement<never, [CatalogueId, string, string, string, readonly string[], boolean]>(
  'webhook-save',
  `UPDATE webhook_endpoint SET url = $3, description = $4, kinds = $5,
     paused_at = CASE WHEN $6 THEN coalesce(paused_at, now()) END
   WHERE catalogue_id = $1 AND id = $2::uuid`,
);
const rotateSql = statement<never, [CatalogueId, string, string, number]>(
  'webhook-rotate',
  `UPDATE webhook_endpoint SET previous_secret = secret, previous_until = now() + $4 * interval '1 hour', secret = $3
   WHERE catalogue_id = $1 AND id = $2::uuid`,
);

import { createHash } from 'node:crypto';
import type { CatalogueId, JsonObject } from '@kindling/domain';
import type { AuditAction } from './audit-actions.js';
import { execute, type PoolClient, type Queryable, statement } from './database.js';

export interface NewAuditEntry {
  readonly catalogue: CatalogueId;
  /** Who: `key:<prefix>`, `member:<email>` or `system`. */
  readonly actor: string;
  readonly action: AuditAction;
  readonly target: string;
  readonly detail?: JsonObject;
}
export interface AuditEntry extends Required<Omit<NewAuditEntry, 'action'>> {
  /** One of `auditActions`, or what a later release recorded. */
  readonly action: string;
  readonly id: number;
  readonly hash: string;
  readonly createdAt: Date;
}

/**
 * Appends to the catalogue's audit log, inside the transaction of the change that it records: both are there or
 * neither. Entries form a chain: each hash covers the previous one, so a removed or altered row shows.
 */
export async function appendAudit(client: PoolClient, entry: NewAuditEntry): Promise<void> {
  await client.query({
    name: 'audit-lock',
    text: `SELECT pg_advisory_xact_lock(hashtextextended('kindling audit ' || $1::text, 0))`,
    values: [entry.catalogue],
  });
  const [last] = await execute(client, lastSql, entry.catalogue);
  const createdAt = new Date();
  const previous = last?.hash ?? '';
  await execute(
    client,
    insertSql,
    entry.catalogue,
    entry.actor,
    entry.action,
    entry.target,
    JSON.stringify(entry.detail ?? {}),
    previous,
    chainHash(previous, { ...entry, detail: entry.detail ?? {}, createdAt }),
    createdAt,
  );
}

/** For what a member does to their own account: it stands in the log of each of their catalogues. */
export async function appendMemberAudit(
  client: PoolClient,
  memberId: string,
  entry: Omit<NewAuditEntry, 'catalogue' | 'target'>,
): Promise<void> {
  for (const { catalogue, email } of await execute(client, cataloguesSql, memberId)) {
    await appendAudit(client, { ...entry, catalogue, target: email });
  }
}

/** Newest first. `before` is the id of the last entry seen. */
export async function listAudit(
  db: Queryable,
  catalogue: CatalogueId,
  limit: number,
  before: number | null,
): Promise<readonly AuditEntry[]> {
  return (await execute(db, pageSql, catalogue, before, limit)).map((row) => entryOf(catalogue, row));
}

/** Some milliseconds of hashing: requests are answered between two such pieces. */
const checkedAtOnce = 500;

/** The id of the first entry whose hash does not follow from what stands before it; null when the chain holds. */
export async function findBrokenAudit(db: Queryable, catalogue: CatalogueId): Promise<number | null> {
  let previous = '';
  for (let after = 0, more = true; more; ) {
    const rows = await execute(db, chainSql, catalogue, after, checkedAtOnce);
    for (const row of rows) {
      const entry = entryOf(catalogue, row);
      if (row.previous_hash !== previous || row.hash !== chainHash(previous, entry)) return entry.id;
      previous = row.hash;
    }
    after = rows.at(-1)?.id ?? after;
    more = rows.length === checkedAtOnce;
  }
  return null;
}

/** Keys are sorted, because jsonb does not keep their order. */
function chainHash(previous: string, entry: Omit<AuditEntry, 'id' | 'hash'>): string {
  const { catalogue, actor, action, target, detail, createdAt } = entry;
  const text = JSON.stringify([
    previous,
    catalogue,
    actor,
    action,
    target,
    sorted(detail),
    createdAt.getTime(),
  ]);
  return createHash('sha256').update(text).digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}

interface AuditRow {
  readonly id: number;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail: JsonObject;
  readonly previous_hash: string;
  readonly hash: string;
  readonly created_at: Date;
}
const columns = 'id::float8 AS id, actor, action, target, detail, previous_hash, hash, created_at';
// in one order: each takes the lock of its chain
const cataloguesSql = statement<{ catalogue: CatalogueId; email: string }, [string]>(
  'audit-member-catalogues',
  `SELECT catalogue_id AS catalogue, email FROM membership JOIN member ON member.id = member_id
   WHERE member_id = $1::uuid ORDER BY catalogue_id`,
);
const lastSql = statement<{ hash: string }, [CatalogueId]>(
  'audit-last',
  'SELECT hash FROM audit_entry WHERE catalogue_id = $1 ORDER BY id DESC LIMIT 1',
);
const insertSql = statement<never, [CatalogueId, string, string, string, string, string, string, Date]>(
  'audit-insert',
  `INSERT INTO audit_entry (catalogue_id, actor, action, target, detail, previous_hash, hash, created_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
);
const pageSql = statement<AuditRow, [CatalogueId, number | null, number]>(
  'audit-page',
  `SELECT ${columns} FROM audit_entry WHERE catalogue_id = $1 AND ($2::bigint IS NULL OR id < $2::bigint)
   ORDER BY audit_entry.id DESC LIMIT $3`,
);
const chainSql = statement<AuditRow, [CatalogueId, number, number]>(
  'audit-chain',
  `SELECT ${columns} FROM audit_entry WHERE catalogue_id = $1 AND id > $2::bigint ORDER BY audit_entry.id LIMIT $3`,
);

const entryOf = (catalogue: CatalogueId, row: AuditRow): AuditEntry => ({
  id: row.id,
  catalogue,
  actor: row.actor,
  action: row.action,
  target: row.target,
  detail: row.detail,
  hash: row.hash,
  createdAt: row.created_at,
});

import { createHash, randomBytes } from 'node:crypto';
import { type CatalogueId, catalogueId, KindlingError } from '@kindling/domain';
import { z } from 'zod';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type Queryable, statement, transaction } from './database.js';
import { prismaOn } from './prisma.js';

export const keyKinds = ['public', 'secret'] as const;
export type KeyKind = (typeof keyKinds)[number];
/** Recommend: lists, search and items · track: events · merge: join profiles · manage: the admin schema, secret keys only. */
export const keyScopeNames = ['recommend', 'track', 'merge', 'manage'] as const;

export interface ApiKey {
  readonly id: string;
  readonly catalogue: CatalogueId;
  readonly kind: KeyKind;
  readonly name: string;
  /** The first characters, to recognise a key by; the key itself is stored nowhere. */
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly origins: readonly string[];
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly createdAt: Date;
}

const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    'is not an origin such as https://shop.example',
  );
export const newKeySchema = z
  .object({
    catalogue: z.string().transform(catalogueId),
    kind: z.enum(keyKinds, `is not one of ${keyKinds.join(', ')}`),
    name: z.string().trim().min(1, 'is empty').max(200, 'is longer than 200 characters'),
    scopes: z.array(z.enum(keyScopeNames)).min(1, 'is empty').optional(),
    origins: z.array(origin).max(100, 'has more than 100 entries').default([]),
    expiresAt: z.date().nullable().default(null),
    /** For a launcher that keeps its keys over restarts of an emptied database. */
    secret: z
      .string()
      .regex(/^[ps]k_[A-Za-z0-9_-]{43}$/)
      .optional(),
    actor: z.string().default('system'),
  })
  .refine((key) => key.kind === 'secret' || !key.scopes?.includes('manage'), {
    path: ['scopes'],
    message: 'manage is for secret keys only',
  });
export type NewKey = z.input<typeof newKeySchema>;

/** Makes a key of 256 random bits. Its `secret` is told once, here. */
export async function createKey(
  pool: Pool,
  input: NewKey,
): Promise<{ readonly key: ApiKey; readonly secret: string }> {
  const wanted = newKeySchema.parse(input);
  const mark = wanted.kind === 'public' ? 'pk_' : 'sk_';
  const secret = wanted.secret ?? newSecret(wanted.kind);
  if (!secret.startsWith(mark))
    throw new KindlingError('BAD_INPUT', `A ${wanted.kind} key begins with ${mark}`, { field: 'secret' });
  const scopes = wanted.scopes ?? (wanted.kind === 'public' ? ['recommend', 'track'] : [...keyScopeNames]);
  const key = await transaction(pool, async (client) => {
    const [row] = await execute(
      client,
      insertSql,
      wanted.catalogue,
      wanted.kind,
      wanted.name,
      secret.slice(0, 10),
      secretSha256(secret),
      scopes,
      wanted.origins,
      wanted.expiresAt,
    );
    if (!row) throw new KindlingError('CONFLICT', 'This key is registered already', { field: 'secret' });
    await appendAudit(client, {
      catalogue: wanted.catalogue,
      actor: wanted.actor,
      action: 'key.create',
      target: row.prefix,
      detail: { kind: wanted.kind, name: wanted.name, scopes },
    });
    return keyOf(row);
  });
  return { key, secret };
}

/** The living key of that hash; null when it is unknown or revoked. Expiry is for the caller's clock. */
export async function findKey(db: Queryable, sha256: string): Promise<ApiKey | null> {
  const [row] = await execute(db, findSql, sha256);
  return row ? keyOf(row) : null;
}

export async function listKeys(pool: Pool, catalogue: CatalogueId): Promise<readonly ApiKey[]> {
  const keys = await prismaOn(pool).apiKey.findMany({
    where: { catalogueId: catalogue },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    omit: { sha256: true },
  });
  return keys.map(({ catalogueId: _, kind, ...key }) => ({
    ...key,
    catalogue,
    kind: z.enum(keyKinds).parse(kind),
  }));
}

/** A key of another catalogue is NOT_FOUND; a revoked one stays revoked. */
export async function revokeKey(
  pool: Pool,
  catalogue: CatalogueId,
  id: string,
  actor: string,
): Promise<ApiKey> {
  return transaction(pool, async (client) => {
    const [row] = await execute(client, revokeSql, catalogue, id);
    if (!row) throw new KindlingError('NOT_FOUND', `There is no key ${id}`, { field: 'id' });
    await appendAudit(client, { catalogue, actor, action: 'key.revoke', target: row.prefix });
    return keyOf(row);
  });
}

/** How long the key of before goes on, so that programs change over without a gap. */
export const rotatedKeyHours = 24;

/**
 * A new key with what the old one may do. The old one stops a day later, or earlier where it would have ended before. A
 * key of another catalogue, a revoked and an expired one are NOT_FOUND. The new `secret` is told once, here.
 */
export async function rotateKey(
  pool: Pool,
  catalogue: CatalogueId,
  id: string,
  actor: string,
): Promise<{ readonly key: ApiKey; readonly secret: string }> {
  return transaction(pool, async (client) => {
    const [old] = await execute(client, retireSql, catalogue, id, rotatedKeyHours);
    if (!old)
      throw new KindlingError('NOT_FOUND', `There is no key ${id} that could be rotated`, { field: 'id' });
    const secret = newSecret(z.enum(keyKinds).parse(old.kind));
    const [row] = await execute(
      client,
      insertSql,
      catalogue,
      old.kind,
      old.name,
      secret.slice(0, 10),
      secretSha256(secret),
      old.scopes,
      old.origins,
      old.ended_before,
    );
    if (!row) throw new Error('256 random bits were there already');
    await appendAudit(client, {
      catalogue,
      actor,
      action: 'key.rotate',
      target: old.prefix,
      detail: { name: old.name, by: row.prefix },
    });
    return { key: keyOf(row), secret };
  });
}

const newSecret = (kind: KeyKind) =>
  `${kind === 'public' ? 'pk_' : 'sk_'}${randomBytes(32).toString('base64url')}`;

export const secretSha256 = (secret: string) => createHash('sha256').update(secret).digest('hex');

interface KeyRow {
  readonly id: string;
  readonly catalogue_id: string;
  readonly kind: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: string[];
  readonly origins: string[];
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly created_at: Date;
}
const columns = 'id, catalogue_id, kind, name, prefix, scopes, origins, expires_at, revoked_at, created_at';
const insertSql = statement<
  KeyRow,
  [CatalogueId, string, string, string, string, readonly string[], readonly string[], Date | null]
>(
  'key-insert',
  `INSERT INTO api_key (id, catalogue_id, kind, name, prefix, sha256, scopes, origins, expires_at)
   VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (sha256) DO NOTHING RETURNING ${columns}`,
);
const findSql = statement<KeyRow, [string]>(
  'key-find',
  `SELECT ${columns} FROM api_key WHERE sha256 = $1 AND revoked_at IS NULL`,
);
// where the old one had an end of its own, the new one has it: a rotation makes nothing last longer
const retireSql = statement<KeyRow & { readonly ended_before: Date | null }, [CatalogueId, string, number]>(
  'key-retire',
  `UPDATE api_key AS key SET expires_at = least(key.expires_at, now() + $3 * interval '1 hour')
   FROM api_key AS before
   WHERE key.catalogue_id = $1 AND key.id::text = $2 AND before.id = key.id AND key.revoked_at IS NULL
     AND (key.expires_at IS NULL OR key.expires_at > now())
   RETURNING ${columns.replace(/\w+/g, 'key.$&')}, before.expires_at AS ended_before`,
);
const revokeSql = statement<KeyRow, [CatalogueId, string]>(
  'key-revoke',
  `UPDATE api_key SET revoked_at = coalesce(revoked_at, now()) WHERE catalogue_id = $1 AND id::text = $2
   RETURNING ${columns}`,
);

const keyOf = (row: KeyRow): ApiKey => ({
  id: row.id,
  catalogue: catalogueId(row.catalogue_id),
  kind: z.enum(keyKinds).parse(row.kind),
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes,
  origins: row.origins,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  createdAt: row.created_at,
});

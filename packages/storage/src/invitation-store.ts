import { randomBytes, randomUUID } from 'node:crypto';
import { type CatalogueId, catalogueId, KindlingError } from '@kindling/domain';
import { z } from 'zod';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';
import { secretSha256 } from './key-store.js';
import { emailSchema, type MemberRole, memberRoles } from './member-store.js';

/** A way for one person into one catalogue, by a link that is shown once; nothing is mailed. */
export interface Invitation {
  readonly id: string;
  readonly number: number;
  readonly catalogue: CatalogueId;
  readonly catalogueName: string;
  readonly email: string;
  readonly role: MemberRole;
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly acceptedAt: Date | null;
  readonly withdrawnAt: Date | null;
}

const invitationDays = 7;

export const newInvitationSchema = z.object({
  email: emailSchema,
  role: z.enum(memberRoles, `is not one of ${memberRoles.join(', ')}`),
});

/** Makes a link of 256 random bits, told once, here. An open invitation of the same address is replaced by it. */
export function createInvitation(
  pool: Pool,
  catalogue: CatalogueId,
  input: z.input<typeof newInvitationSchema>,
  actor: string,
): Promise<{ readonly invitation: Invitation; readonly token: string }> {
  const { email, role } = newInvitationSchema.parse(input);
  const token = randomBytes(32).toString('base64url');
  return transaction(pool, async (client) => {
    const [member] = await execute(client, memberSql, catalogue, email);
    if (member) {
      throw new KindlingError(
        'CONFLICT',
        member.suspended
          ? `${email} is a suspended member of this catalogue: reinstate them`
          : `${email} is a member of this catalogue already: change their role`,
        { field: 'input.email' },
      );
    }
    // two invitations of the same address wait for each other here
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('kindling invitation ' || $1, 0))`, [
      `${catalogue} ${email}`,
    ]);
    await execute(client, replaceSql, catalogue, email);
    const expiresAt = new Date(Date.now() + invitationDays * 86_400_000);
    const id = randomUUID();
    await execute(client, insertSql, id, catalogue, email, role, secretSha256(token), actor, expiresAt);
    await appendAudit(client, {
      catalogue,
      actor,
      action: 'invitation.create',
      target: email,
      detail: { role },
    });
    const invitation = await findInvitation(client, catalogue, id);
    if (!invitation) throw new Error(`invitation ${id} is gone within its own transaction`);
    return { invitation, token };
  });
}

/** Newest first, those of every state; `before` is the number that an earlier page ended with. */
export async function listInvitations(
  db: Queryable,
  catalogue: CatalogueId,
  page: { readonly first: number; readonly before: number | null },
): Promise<readonly Invitation[]> {
  return (await execute(db, pageSql, catalogue, page.before, page.first)).map(invitationOf);
}

export async function findInvitation(
  db: Queryable,
  catalogue: CatalogueId,
  id: string,
): Promise<Invitation | null> {
  const [row] = await execute(db, findSql, catalogue, id);
  return row ? invitationOf(row) : null;
}

/** By its link, if it can still be accepted. */
export async function findOpenInvitation(db: Queryable, tokenSha256: string): Promise<Invitation | null> {
  const [row] = await execute(db, openSql, tokenSha256);
  return row ? invitationOf(row) : null;
}

/** An accepted one is CONFLICT: its member is to be removed instead. */
export function withdrawInvitation(
  pool: Pool,
  catalogue: CatalogueId,
  id: string,
  actor: string,
): Promise<Invitation> {
  return transaction(pool, async (client) => {
    const [withdrawn] = await execute(client, withdrawSql, catalogue, id);
    const found = await findInvitation(client, catalogue, id);
    if (!found)
      throw new KindlingError('NOT_FOUND', `There is no invitation ${id.slice(0, 40)}`, { field: 'id' });
    if (found.acceptedAt) {
      throw new KindlingError('CONFLICT', `${found.email} has accepted already: remove them as a member`, {
        field: 'id',
      });
    }
    if (withdrawn) {
      await appendAudit(client, { catalogue, actor, action: 'invitation.withdraw', target: found.email });
    }
    return found;
  });
}

/** Who accepts: somebody who has an account, or somebody who gets one. */
export type Invitee =
  | { readonly memberId: string }
  | { readonly name: string; readonly passwordHash: string | null };

/**
 * Makes the invited person a member: once, whoever tries at the same time. NOT_FOUND for a link that is unknown, used,
 * withdrawn or expired, in the same words.
 */
export function acceptInvitation(
  pool: Pool,
  tokenSha256: string,
  invitee: Invitee,
): Promise<{ readonly memberId: string; readonly invitation: Invitation }> {
  return transaction(pool, async (client) => {
    const [taken] = await execute(client, acceptSql, tokenSha256);
    const invitation = taken && (await findInvitation(client, catalogueId(taken.catalogue_id), taken.id));
    if (!invitation) throw voidInvitation();
    return { memberId: await settleInvitation(client, invitation, invitee), invitation };
  });
}

/**
 * Makes a member of whoever an open invitation of this address names, whose proof is not the link (a provider vouches
 * for the address). Null when there is none.
 */
export async function acceptInvitationsOf(
  client: PoolClient,
  email: string,
  invitee: Invitee,
): Promise<string | null> {
  let member = invitee;
  let memberId: string | null = null;
  for (const { id, catalogue_id } of await execute(client, acceptAllSql, email)) {
    const invitation = await findInvitation(client, catalogueId(catalogue_id), id);
    if (!invitation) continue;
    memberId = await settleInvitation(client, invitation, member);
    member = { memberId };
  }
  return memberId;
}

async function settleInvitation(
  client: PoolClient,
  invitation: Invitation,
  invitee: Invitee,
): Promise<string> {
  const { catalogue, email, role } = invitation;
  const memberId = 'memberId' in invitee ? invitee.memberId : await insertMember(client, email, invitee);
  await execute(client, joinSql, memberId, catalogue, role);
  await appendAudit(client, {
    catalogue,
    actor: `member:${email}`,
    action: 'invitation.accept',
    target: email,
    detail: { role },
  });
  return memberId;
}

async function insertMember(
  client: PoolClient,
  email: string,
  { name, passwordHash }: Extract<Invitee, { name: string }>,
): Promise<string> {
  const id = randomUUID();
  const [made] = await execute(client, insertMemberSql, id, email, name, passwordHash);
  if (made) return id;
  throw new KindlingError('CONFLICT', `${email} has an account by now: accept with its password`, {
    field: 'input.password',
  });
}

export const voidInvitation = () =>
  new KindlingError(
    'NOT_FOUND',
    'This invitation is unknown, was used or withdrawn, or has expired: ask for a new one',
    { field: 'token' },
  );

interface Row {
  readonly id: string;
  readonly number: number;
  readonly catalogue_id: string;
  readonly catalogue_name: string;
  readonly email: string;
  readonly role: string;
  readonly invited_by: string;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly accepted_at: Date | null;
  readonly withdrawn_at: Date | null;
}
const invitationOf = (row: Row): Invitation => ({
  id: row.id,
  number: row.number,
  catalogue: catalogueId(row.catalogue_id),
  catalogueName: row.catalogue_name,
  email: row.email,
  role: z.enum(memberRoles).parse(row.role),
  invitedBy: row.invited_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  acceptedAt: row.accepted_at,
  withdrawnAt: row.withdrawn_at,
});

const from = `SELECT invitation.id, number::float8 AS number, catalogue_id, catalogue.name AS catalogue_name, email, role,
    invited_by, invitation.created_at, expires_at, accepted_at, withdrawn_at
  FROM invitation JOIN catalogue ON catalogue.id = catalogue_id`;
const isOpen = 'accepted_at IS NULL AND withdrawn_at IS NULL AND expires_at > now()';
const memberSql = statement<{ suspended: boolean }, [CatalogueId, string]>(
  'invitation-member',
  `SELECT suspended_at IS NOT NULL AS suspended FROM membership JOIN member ON member.id = member_id
   WHERE catalogue_id = $1 AND email = $2`,
);
const replaceSql = statement<never, [CatalogueId, string]>(
  'invitation-replace',
  `UPDATE invitation SET withdrawn_at = now()
   WHERE catalogue_id = $1 AND email = $2 AND accepted_at IS NULL AND withdrawn_at IS NULL`,
);
const insertSql = statement<never, [string, CatalogueId, string, string, string, string, Date]>(
  'invitation-insert',
  `INSERT INTO invitation (id, catalogue_id, email, role, token_sha256, invited_by, expires_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7)`,
);
const pageSql = statement<Row, [CatalogueId, number | null, number]>(
  'invitation-page',
  `${from} WHERE catalogue_id = $1 AND ($2::bigint IS NULL OR invitation.number < $2) ORDER BY invitation.number DESC LIMIT $3`,
);
const findSql = statement<Row, [CatalogueId, string]>(
  'invitation-find',
  `${from} WHERE catalogue_id = $1 AND invitation.id::text = $2`,
);
const openSql = statement<Row, [string]>('invitation-open', `${from} WHERE token_sha256 = $1 AND ${isOpen}`);
const withdrawSql = statement<{ id: string }, [CatalogueId, string]>(
  'invitation-withdraw',
  `UPDATE invitation SET withdrawn_at = now()
   WHERE catalogue_id = $1 AND id::text = $2 AND accepted_at IS NULL AND withdrawn_at IS NULL RETURNING id`,
);
const acceptSql = statement<{ id: string; catalogue_id: string }, [string]>(
  'invitation-accept',
  `UPDATE invitation SET accepted_at = now() WHERE token_sha256 = $1 AND ${isOpen} RETURNING id, catalogue_id`,
);
const acceptAllSql = statement<{ id: string; catalogue_id: string }, [string]>(
  'invitation-accept-all',
  `UPDATE invitation SET accepted_at = now() WHERE email = $1 AND ${isOpen} RETURNING id, catalogue_id`,
);
const insertMemberSql = statement<{ id: string }, [string, string, string, string | null]>(
  'invitation-member-insert',
  `INSERT INTO member (id, email, name, password_hash) VALUES ($1, $2, $3, $4) ON CONFLICT (email) DO NOTHING RETURNING id`,
);
// a member who is there keeps what they have: an old link must not lift a suspension or a role
const joinSql = statement<never, [string, CatalogueId, string]>(
  'invitation-join',
  `INSERT INTO membership (member_id, catalogue_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
);

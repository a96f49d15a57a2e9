import { randomUUID } from 'node:crypto';
import type { CatalogueId } from '@kindling/domain';
import { appendAudit, appendMemberAudit } from './audit-store.js';
import { execute, type Pool, type PoolClient, statement, transaction } from './database.js';
import { acceptInvitationsOf } from './invitation-store.js';
import type { MemberRole } from './member-store.js';
import { dropSessions } from './session-store.js';

/** Somebody as a provider vouches for them: `email` is in lower case and was verified by it. */
export interface ProvenIdentity {
  readonly issuer: string;
  /** The provider's own name for them, which never changes. */
  readonly subject: string;
  readonly email: string;
  readonly name: string;
}

/** What somebody whom nobody invited gets; null: only members and invited people come in. */
export type NewcomerPolicy = { readonly catalogue: CatalogueId; readonly role: MemberRole } | null;

/**
 * The member behind an identity: by what the provider calls them; at the first time by their address. Invitations of
 * the address are accepted by it. Null for somebody who is neither a member nor invited, where newcomers are not let in.
 *
 * Who first comes by a provider loses a password that the account had: addresses are not verified where passwords are
 * chosen, so somebody else may have made the account beforehand to share it later.
 */
export function findMemberByIdentity(
  pool: Pool,
  identity: ProvenIdentity,
  newcomers: NewcomerPolicy,
): Promise<{ readonly memberId: string; readonly email: string } | null> {
  return transaction(pool, async (client) => {
    // the same person in two windows
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('kindling identity ' || $1, 0))`, [
      `${identity.issuer} ${identity.subject}`,
    ]);
    const [known] = await execute(client, knownSql, identity.issuer, identity.subject);
    const memberId = known?.id ?? (await memberOfAddress(client, identity, newcomers));
    if (memberId === null) return null;
    if (!known) await link(client, identity, memberId);
    await acceptInvitationsOf(client, identity.email, { memberId });
    const [member] = await execute(client, memberSql, memberId);
    return member ? { memberId, email: member.email } : null;
  });
}

async function memberOfAddress(
  client: PoolClient,
  { email, name }: ProvenIdentity,
  newcomers: NewcomerPolicy,
): Promise<string | null> {
  const [member] = await execute(client, addressSql, email);
  if (member) return member.id;
  const invited = await acceptInvitationsOf(client, email, { name, passwordHash: null });
  if (invited !== null || newcomers === null) return invited;
  const id = randomUUID();
  await execute(client, insertMemberSql, id, email, name);
  await execute(client, insertMembershipSql, id, newcomers.catalogue, newcomers.role);
  await appendAudit(client, {
    catalogue: newcomers.catalogue,
    actor: `member:${email}`,
    action: 'member.join',
    target: email,
    detail: { role: newcomers.role },
  });
  return id;
}

async function link(client: PoolClient, { issuer, subject, email }: ProvenIdentity, memberId: string) {
  await execute(client, linkSql, issuer, subject, memberId);
  const [dropped] = await execute(client, dropPasswordSql, memberId);
  const sessions = dropped ? await dropSessions(client, memberId, null) : 0;
  await appendMemberAudit(client, memberId, {
    actor: `member:${email}`,
    action: 'member.link',
    detail: { issuer, passwordDropped: dropped !== undefined, sessions },
  });
}

const knownSql = statement<{ id: string }, [string, string]>(
  'identity-known',
  'SELECT member_id AS id FROM member_identity WHERE issuer = $1 AND subject = $2',
);
const memberSql = statement<{ email: string }, [string]>(
  'identity-member',
  'SELECT email FROM member WHERE id = $1::uuid',
);
const addressSql = statement<{ id: string }, [string]>(
  'identity-address',
  'SELECT id FROM member WHERE email = $1 FOR UPDATE',
);
const insertMemberSql = statement<never, [string, string, string]>(
  'identity-member-insert',
  'INSERT INTO member (id, email, name) VALUES ($1, $2, $3)',
);
const insertMembershipSql = statement<never, [string, CatalogueId, string]>(
  'identity-membership-insert',
  'INSERT INTO membership (member_id, catalogue_id, role) VALUES ($1, $2, $3)',
);
const linkSql = statement<never, [string, string, string]>(
  'identity-link',
  'INSERT INTO member_identity (issuer, subject, member_id) VALUES ($1, $2, $3)',
);
const dropPasswordSql = statement<{ id: string }, [string]>(
  'identity-drop-password',
  'UPDATE member SET password_hash = NULL WHERE id = $1::uuid AND password_hash IS NOT NULL RETURNING id',
);

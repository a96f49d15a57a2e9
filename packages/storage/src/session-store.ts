import { randomBytes } from 'node:crypto';
import { KindlingError } from '@kindling/domain';
import { appendMemberAudit } from './audit-store.js';
import { execute, type Pool, type PoolClient, statement, transaction } from './database.js';
import { secretSha256 } from './key-store.js';
import { type Member, memberOf, withMemberships } from './member-store.js';
import { prismaOn } from './prisma.js';

export interface Session {
  readonly member: Member;
  readonly expiresAt: Date;
}

/** A session as its owner or an admin sees it: enough to recognise it by and to end it. */
export interface SessionSummary {
  readonly id: string;
  /** Where it began. */
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  /** To within ten minutes. */
  readonly seenAt: Date;
  readonly expiresAt: Date;
  readonly tokenSha256: string;
}

const sessionDays = 14;
const seenEveryMs = 600_000;
/** Of one member; nobody signs in on more devices than they can look through. */
const listedSessions = 100;

/** An opaque token of 256 bits for a signed-in member; only its hash is stored. */
export async function createSession(
  pool: Pool,
  memberId: string,
  from: { readonly address?: string | null; readonly userAgent?: string | null } = {},
): Promise<{ readonly token: string; readonly expiresAt: Date }> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(Date.now() + sessionDays * 86_400_000);
  await prismaOn(pool).session.create({
    data: {
      tokenSha256: secretSha256(token),
      memberId,
      expiresAt,
      address: from.address ?? null,
      userAgent: from.userAgent?.slice(0, 300) ?? null,
    },
  });
  return { token, expiresAt };
}

/** By the SHA-256 of the token; null when it was ended or has expired. */
export async function findSession(pool: Pool, tokenSha256: string): Promise<Session | null> {
  const now = Date.now();
  const found = await prismaOn(pool).session.findUnique({
    where: { tokenSha256, expiresAt: { gt: new Date(now) } },
    include: { member: { include: withMemberships } },
  });
  if (!found) return null;
  if (now - found.seenAt.getTime() > seenEveryMs) {
    // it may have been ended meanwhile
    await prismaOn(pool).session.updateMany({ where: { tokenSha256 }, data: { seenAt: new Date(now) } });
  }
  return { member: memberOf(found.member), expiresAt: found.expiresAt };
}

/** The living ones, newest first. */
export function listSessions(pool: Pool, memberId: string): Promise<readonly SessionSummary[]> {
  return prismaOn(pool).session.findMany({
    where: { memberId, expiresAt: { gt: new Date() } },
    omit: { memberId: true },
    orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
    take: listedSessions,
  });
}

/** Ends a session, and sweeps those that have expired. */
export async function endSession(pool: Pool, tokenSha256: string): Promise<void> {
  await prismaOn(pool).session.deleteMany({
    where: { OR: [{ tokenSha256 }, { expiresAt: { lte: new Date() } }] },
  });
}

/** Ends one session of a member by its id; somebody else's is NOT_FOUND. */
export async function endSessionOf(
  pool: Pool,
  memberId: string,
  sessionId: string,
  actor: string,
): Promise<void> {
  await transaction(pool, async (client) => {
    const ended = await execute(client, endOneSql, memberId, sessionId);
    if (ended.length === 0) {
      throw new KindlingError('NOT_FOUND', `There is no session ${sessionId} of yours: it may have ended`, {
        field: 'id',
      });
    }
    await appendMemberAudit(client, memberId, { actor, action: 'session.end', detail: { sessions: 1 } });
  });
}

/** Ends all sessions of a member but the one with this token; how many. */
export function endOtherSessions(
  pool: Pool,
  memberId: string,
  keptTokenSha256: string | null,
  actor: string,
): Promise<number> {
  return transaction(pool, async (client) => {
    const sessions = await dropSessions(client, memberId, keptTokenSha256);
    await appendMemberAudit(client, memberId, { actor, action: 'session.end', detail: { sessions } });
    return sessions;
  });
}

/** Within the transaction of whatever makes them void; how many there were. */
export async function dropSessions(
  client: PoolClient,
  memberId: string,
  keptTokenSha256: string | null,
): Promise<number> {
  return (await execute(client, endAllSql, memberId, keptTokenSha256)).length;
}

const endOneSql = statement<{ id: string }, [string, string]>(
  'session-end-one',
  'DELETE FROM session WHERE member_id = $1::uuid AND id::text = $2 RETURNING id',
);
const endAllSql = statement<{ id: string }, [string, string | null]>(
  'session-end-all',
  `DELETE FROM session WHERE member_id = $1::uuid AND token_sha256 IS DISTINCT FROM $2 RETURNING id`,
);

import { randomBytes } from 'node:crypto';
import { execute, type Queryable, statement } from './database.js';
import { secretSha256 } from './key-store.js';
import { type Member, membershipsOf, parseMemberships } from './member-store.js';

export interface Session {
  readonly member: Member;
  readonly expiresAt: Date;
}

const sessionDays = 14;

/** An opaque token of 256 bits for a signed-in member; only its hash is stored. */
export async function createSession(
  db: Queryable,
  memberId: string,
): Promise<{ readonly token: string; readonly expiresAt: Date }> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(Date.now() + sessionDays * 86_400_000);
  await execute(db, insertSql, secretSha256(token), memberId, expiresAt);
  return { token, expiresAt };
}

/** By the SHA-256 of the token; null when it was ended or has expired. */
export async function findSession(db: Queryable, tokenSha256: string): Promise<Session | null> {
  const [row] = await execute(db, findSql, tokenSha256);
  if (!row) return null;
  return {
    member: { id: row.id, email: row.email, name: row.name, memberships: parseMemberships(row.memberships) },
    expiresAt: row.expires_at,
  };
}

/** Ends a session, and sweeps those that have expired. */
export async function endSession(db: Queryable, tokenSha256: string): Promise<void> {
  await execute(db, endSql, tokenSha256);
}

interface SessionRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly memberships: unknown;
  readonly expires_at: Date;
}
const insertSql = statement<never, [string, string, Date]>(
  'session-insert',
  'INSERT INTO session (token_sha256, member_id, expires_at) VALUES ($1, $2, $3)',
);
const findSql = statement<SessionRow, [string]>(
  'session-find',
  `SELECT member.id, member.email, member.name, session.expires_at, ${membershipsOf('member.id')}
   FROM session JOIN member ON member.id = session.member_id
   WHERE session.token_sha256 = $1 AND session.expires_at > now()`,
);
const endSql = statement<never, [string]>(
  'session-end',
  'DELETE FROM session WHERE token_sha256 = $1 OR expires_at <= now()',
);

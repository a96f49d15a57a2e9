import { randomBytes } from 'node:crypto';
import type { Pool } from './database.js';
import { secretSha256 } from './key-store.js';
import { type Member, memberOf, withMemberships } from './member-store.js';
import { prismaOn } from './prisma.js';

export interface Session {
  readonly member: Member;
  readonly expiresAt: Date;
}

const sessionDays = 14;

/** An opaque token of 256 bits for a signed-in member; only its hash is stored. */
export async function createSession(
  pool: Pool,
  memberId: string,
): Promise<{ readonly token: string; readonly expiresAt: Date }> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(Date.now() + sessionDays * 86_400_000);
  await prismaOn(pool).session.create({ data: { tokenSha256: secretSha256(token), memberId, expiresAt } });
  return { token, expiresAt };
}

/** By the SHA-256 of the token; null when it was ended or has expired. */
export async function findSession(pool: Pool, tokenSha256: string): Promise<Session | null> {
  const found = await prismaOn(pool).session.findUnique({
    where: { tokenSha256, expiresAt: { gt: new Date() } },
    include: { member: { include: withMemberships } },
  });
  return found && { member: memberOf(found.member), expiresAt: found.expiresAt };
}

/** Ends a session, and sweeps those that have expired. */
export async function endSession(pool: Pool, tokenSha256: string): Promise<void> {
  await prismaOn(pool).session.deleteMany({
    where: { OR: [{ tokenSha256 }, { expiresAt: { lte: new Date() } }] },
  });
}

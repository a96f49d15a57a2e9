import { KindlingError } from '@kindling/domain';
import { appendMemberAudit } from './audit-store.js';
import { type Pool, transaction } from './database.js';
import { passwordSchema } from './member-store.js';
import { hashPassword, verifyPassword } from './password.js';
import { dropSessions } from './session-store.js';

/**
 * Changes a member's own password and ends all their sessions but the one with this token. Whoever knows only a
 * session (a browser left open) gets no further: the password of now is asked for, and a wrong one is BAD_INPUT.
 */
export async function changePassword(
  pool: Pool,
  memberId: string,
  change: { readonly current: string; readonly wanted: string },
  keptTokenSha256: string | null,
  actor: string,
): Promise<void> {
  const wanted = passwordSchema.parse(change.wanted);
  const found = await pool.query<{ hash: string | null }>({
    name: 'member-password-find',
    text: 'SELECT password_hash AS hash FROM member WHERE id = $1',
    values: [memberId],
  });
  const before = found.rows[0]?.hash ?? null;
  if (!(await verifyPassword(before, change.current))) {
    throw new KindlingError('BAD_INPUT', 'This is not your password of now', { field: 'input.current' });
  }
  const after = await hashPassword(wanted);
  await transaction(pool, async (client) => {
    const changed = await client.query({
      name: 'member-password-change',
      text: 'UPDATE member SET password_hash = $2 WHERE id = $1 AND password_hash = $3',
      values: [memberId, after, before],
    });
    if (changed.rowCount !== 1) {
      throw new KindlingError('CONFLICT', 'The password was changed elsewhere meanwhile: try again');
    }
    const sessions = await dropSessions(client, memberId, keptTokenSha256);
    await appendMemberAudit(client, memberId, { actor, action: 'member.password', detail: { sessions } });
  });
}

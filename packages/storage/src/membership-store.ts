import { type CatalogueId, KindlingError } from '@kindling/domain';
import type { AuditAction } from './audit-actions.js';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';
import { type MemberRole, memberRoles } from './member-store.js';
import { dropSessions } from './session-store.js';

/** A person as a member of one catalogue. */
export interface CatalogueMember {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: MemberRole;
  /** When they became one. */
  readonly createdAt: Date;
  readonly suspendedAt: Date | null;
}

/** One change of a member of a catalogue, and by whom. */
export interface MemberChange {
  readonly catalogue: CatalogueId;
  readonly memberId: string;
  readonly actor: string;
}

/** By email; `after` is the email that an earlier page ended with. */
export async function listCatalogueMembers(
  db: Queryable,
  catalogue: CatalogueId,
  page: { readonly first: number; readonly after: string | null },
): Promise<readonly CatalogueMember[]> {
  return (await execute(db, pageSql, catalogue, page.after, page.first)).map(memberOfRow);
}

export async function findCatalogueMember(
  db: Queryable,
  catalogue: CatalogueId,
  memberId: string,
): Promise<CatalogueMember | null> {
  const [row] = await execute(db, findSql, catalogue, memberId);
  return row ? memberOfRow(row) : null;
}

/** CONFLICT for the last admin: nobody could manage the catalogue any more. */
export function changeMemberRole(
  pool: Pool,
  change: MemberChange & { readonly role: MemberRole },
): Promise<CatalogueMember> {
  return changeMember(pool, change, async (client, member) => {
    if (member.role === change.role) return;
    if (change.role !== 'admin') await expectAnotherAdmin(client, change.catalogue, member);
    await execute(client, roleSql, change.catalogue, change.memberId, change.role);
    await audit(client, change, member, 'member.role', { from: member.role, to: change.role });
  });
}

/** Lets them in no longer, and ends their sessions; the role is kept. CONFLICT for the last admin. */
export function suspendMember(pool: Pool, change: MemberChange): Promise<CatalogueMember> {
  return changeMember(pool, change, async (client, member) => {
    if (member.suspendedAt !== null) return;
    await expectAnotherAdmin(client, change.catalogue, member);
    await execute(client, suspendSql, change.catalogue, change.memberId, true);
    await shutOut(client, change, member, 'member.suspend');
  });
}

export function reinstateMember(pool: Pool, change: MemberChange): Promise<CatalogueMember> {
  return changeMember(pool, change, async (client, member) => {
    if (member.suspendedAt === null) return;
    await execute(client, suspendSql, change.catalogue, change.memberId, false);
    await audit(client, change, member, 'member.reinstate');
  });
}

/** Takes the catalogue from them, and ends their sessions. Their name stays in what they did. CONFLICT for the last admin. */
export async function removeMember(pool: Pool, change: MemberChange): Promise<void> {
  await transaction(pool, async (client) => {
    const member = await lockMember(client, change);
    await expectAnotherAdmin(client, change.catalogue, member);
    await execute(client, removeSql, change.catalogue, change.memberId);
    await shutOut(client, change, member, 'member.remove');
  });
}

/** An admin signs a member out everywhere; how many sessions there were. */
export function endMemberSessions(pool: Pool, change: MemberChange): Promise<number> {
  return transaction(pool, async (client) => {
    const member = await lockMember(client, change);
    const sessions = await dropSessions(client, change.memberId, null);
    await audit(client, change, member, 'member.sign-out', { sessions });
    return sessions;
  });
}

function changeMember(
  pool: Pool,
  change: MemberChange,
  work: (client: PoolClient, member: CatalogueMember) => Promise<void>,
): Promise<CatalogueMember> {
  return transaction(pool, async (client) => {
    await work(client, await lockMember(client, change));
    return lockMember(client, change);
  });
}

/** The catalogue's admins are locked first and in one order, so that two of them cannot demote each other at once. */
async function lockMember(client: PoolClient, { catalogue, memberId }: MemberChange) {
  await execute(client, lockAdminsSql, catalogue);
  const [row] = await execute(client, lockSql, catalogue, memberId);
  if (row) return memberOfRow(row);
  throw new KindlingError('NOT_FOUND', `There is no member ${memberId.slice(0, 40)} of this catalogue`, {
    field: 'memberId',
  });
}

async function expectAnotherAdmin(client: PoolClient, catalogue: CatalogueId, member: CatalogueMember) {
  if (member.role !== 'admin' || member.suspendedAt !== null) return;
  const admins = await execute(client, lockAdminsSql, catalogue);
  if (admins.some(({ member_id }) => member_id !== member.id)) return;
  throw new KindlingError(
    'CONFLICT',
    `${member.email} is the last administrator of this catalogue: make somebody else one first`,
    { field: 'memberId' },
  );
}

/** An open invitation would be a way back in. */
async function shutOut(
  client: PoolClient,
  change: MemberChange,
  member: CatalogueMember,
  action: AuditAction,
) {
  const sessions = await dropSessions(client, member.id, null);
  await execute(client, withdrawSql, change.catalogue, member.email);
  await audit(client, change, member, action, { sessions });
}

const audit = (
  client: PoolClient,
  { catalogue, actor }: MemberChange,
  { email }: CatalogueMember,
  action: AuditAction,
  detail: Record<string, string | number> = {},
) => appendAudit(client, { catalogue, actor, action, target: email, detail });

interface Row {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly created_at: Date;
  readonly suspended_at: Date | null;
}
function memberOfRow({
  created_at: createdAt,
  suspended_at: suspendedAt,
  role,
  ...row
}: Row): CatalogueMember {
  const known = memberRoles.find((name) => name === role);
  if (known === undefined) throw new Error(`member ${row.id} has the unknown role ${role}`);
  return { ...row, role: known, createdAt, suspendedAt };
}

const from = `SELECT member.id, member.email, member.name, membership.role, membership.created_at, membership.suspended_at
  FROM membership JOIN member ON member.id = membership.member_id WHERE membership.catalogue_id = $1`;
const pageSql = statement<Row, [CatalogueId, string | null, number]>(
  'membership-page',
  `${from} AND ($2::text IS NULL OR member.email > $2) ORDER BY member.email LIMIT $3`,
);
const findSql = statement<Row, [CatalogueId, string]>(
  'membership-find',
  `${from} AND membership.member_id::text = $2`,
);
const lockSql = statement<Row, [CatalogueId, string]>(
  'membership-lock',
  `${from} AND membership.member_id::text = $2 FOR UPDATE OF membership`,
);
const lockAdminsSql = statement<{ member_id: string }, [CatalogueId]>(
  'membership-lock-admins',
  `SELECT member_id FROM membership WHERE catalogue_id = $1 AND role = 'admin' AND suspended_at IS NULL
   ORDER BY member_id FOR UPDATE`,
);
const roleSql = statement<never, [CatalogueId, string, string]>(
  'membership-role',
  'UPDATE membership SET role = $3 WHERE catalogue_id = $1 AND member_id = $2::uuid',
);
const suspendSql = statement<never, [CatalogueId, string, boolean]>(
  'membership-suspend',
  `UPDATE membership SET suspended_at = CASE WHEN $3 THEN now() END WHERE catalogue_id = $1 AND member_id = $2::uuid`,
);
const removeSql = statement<never, [CatalogueId, string]>(
  'membership-remove',
  'DELETE FROM membership WHERE catalogue_id = $1 AND member_id = $2::uuid',
);
const withdrawSql = statement<never, [CatalogueId, string]>(
  'membership-withdraw-invitation',
  `UPDATE invitation SET withdrawn_at = now()
   WHERE catalogue_id = $1 AND email = $2 AND accepted_at IS NULL AND withdrawn_at IS NULL`,
);

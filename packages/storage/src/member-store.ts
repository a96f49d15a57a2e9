import { type CatalogueId, catalogueId, KindlingError } from '@kindling/domain';
import { z } from 'zod';
import { execute, type Pool, type Queryable, statement, transaction } from './database.js';
import { hashPassword } from './password.js';

/** In rising order: each role may do what those before it may. */
export const memberRoles = ['viewer', 'merchandiser', 'experimenter', 'admin'] as const;
export type MemberRole = (typeof memberRoles)[number];

/** A person who signs in to the console. */
export interface Member {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly memberships: readonly Membership[];
}
export interface Membership {
  readonly catalogue: CatalogueId;
  readonly role: MemberRole;
}

export const newMemberSchema = z.object({
  email: z
    .email('is not an email address')
    .max(254)
    .transform((email) => email.toLowerCase()),
  name: z.string().trim().min(1, 'is empty').max(200, 'is longer than 200 characters'),
  /** Stored as its argon2id hash. */
  password: z.string().min(12, 'is shorter than 12 characters').max(1_000, 'is longer than 1000 characters'),
  memberships: z
    .array(z.object({ catalogue: z.string().transform(catalogueId), role: z.enum(memberRoles) }))
    .default([]),
});
export type NewMember = z.input<typeof newMemberSchema>;

/** Makes a member; one of the same email gets the new name, password and additional memberships instead. */
export async function createMember(pool: Pool, input: NewMember): Promise<Member> {
  const { email, name, password, memberships } = newMemberSchema.parse(input);
  const passwordHash = await hashPassword(password);
  return transaction(pool, async (client) => {
    const [row] = await execute(client, insertSql, email, name, passwordHash);
    if (!row) throw new KindlingError('INTERNAL', 'a member was neither made nor found');
    for (const { catalogue, role } of memberships) await execute(client, joinSql, row.id, catalogue, role);
    const [stored] = await execute(client, byEmailSql, email);
    if (!stored) throw new KindlingError('INTERNAL', 'a member that was just made is gone');
    return memberOf(stored);
  });
}

export async function addMembership(
  db: Queryable,
  memberId: string,
  catalogue: CatalogueId,
  role: MemberRole,
) {
  await execute(db, joinSql, memberId, catalogue, role);
}

export async function findMemberByEmail(
  db: Queryable,
  email: string,
): Promise<{ readonly member: Member; readonly passwordHash: string | null } | null> {
  const [row] = await execute(db, byEmailSql, email.toLowerCase());
  return row ? { member: memberOf(row), passwordHash: row.password_hash } : null;
}

interface MemberRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly password_hash: string | null;
  readonly memberships: { catalogue: string; role: string }[];
}
const insertSql = statement<{ id: string }, [string, string, string]>(
  'member-insert',
  `INSERT INTO member (id, email, name, password_hash) VALUES (gen_random_uuid(), $1, $2, $3)
   ON CONFLICT (email) DO UPDATE SET name = excluded.name, password_hash = excluded.password_hash RETURNING id`,
);
const joinSql = statement<never, [string, CatalogueId, string]>(
  'member-join',
  `INSERT INTO membership (member_id, catalogue_id, role) VALUES ($1, $2, $3)
   ON CONFLICT (member_id, catalogue_id) DO UPDATE SET role = excluded.role`,
);
/** As JSON, in the order in which the catalogues were made; the first is the default. */
export const membershipsOf = (member: string) => `coalesce((
  SELECT json_agg(json_build_object('catalogue', m.catalogue_id, 'role', m.role) ORDER BY c.created_at, c.id)
  FROM membership AS m JOIN catalogue AS c ON c.id = m.catalogue_id WHERE m.member_id = ${member}), '[]') AS memberships`;
const byEmailSql = statement<MemberRow, [string]>(
  'member-by-email',
  `SELECT id, email, name, password_hash, ${membershipsOf('member.id')} FROM member WHERE email = $1`,
);

const membershipSchema = z.array(
  z.object({ catalogue: z.string().transform(catalogueId), role: z.enum(memberRoles) }),
);
export const parseMemberships = (value: unknown): readonly Membership[] => membershipSchema.parse(value);

const memberOf = (row: MemberRow): Member => ({
  id: row.id,
  email: row.email,
  name: row.name,
  memberships: parseMemberships(row.memberships),
});

import { type CatalogueId, catalogueId } from '@kindling/domain';
import { z } from 'zod';
import type { Pool } from './database.js';
import type { Prisma } from './generated/client.js';
import { hashPassword } from './password.js';
import { prismaOn } from './prisma.js';

/** In rising order: each role may do what those before it may. */
export const memberRoles = ['viewer', 'merchandiser', 'experimenter', 'admin'] as const;
export type MemberRole = (typeof memberRoles)[number];

/** A person who signs in to the console. */
export interface Member {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  /** In the order in which the catalogues were made; the first is the default. */
  readonly memberships: readonly Membership[];
}
export interface Membership {
  readonly catalogue: CatalogueId;
  readonly role: MemberRole;
}

const membershipSchema = z.object({
  catalogue: z.string().transform(catalogueId),
  role: z.enum(memberRoles, `is not one of ${memberRoles.join(', ')}`),
});
export const emailSchema = z
  .email('is not an email address')
  .max(254, 'is longer than 254 characters')
  .transform((email) => email.toLowerCase());
export const memberNameSchema = z
  .string()
  .trim()
  .min(1, 'is empty')
  .max(200, 'is longer than 200 characters');
export const passwordSchema = z
  .string()
  .min(12, 'is shorter than 12 characters')
  .max(1_000, 'is longer than 1000 characters');
export const newMemberSchema = z.object({
  email: emailSchema,
  name: memberNameSchema,
  /** Stored as its argon2id hash. */
  password: passwordSchema,
  memberships: z.array(membershipSchema).default([]),
});
export type NewMember = z.input<typeof newMemberSchema>;

/** Makes a member; one of the same email gets the new name, password and additional memberships instead. */
export async function createMember(pool: Pool, input: NewMember): Promise<Member> {
  const { email, name, password, memberships } = newMemberSchema.parse(input);
  const passwordHash = await hashPassword(password);
  const stored = await prismaOn(pool).$transaction(async (prisma) => {
    const { id } = await prisma.member.upsert({
      where: { email },
      create: { email, name, passwordHash },
      update: { name, passwordHash },
    });
    for (const { catalogue, role } of memberships) {
      await prisma.membership.upsert(membershipUpsert(id, catalogue, role));
    }
    return prisma.member.findUniqueOrThrow({ where: { email }, include: withMemberships });
  });
  return memberOf(stored);
}

export async function addMembership(
  pool: Pool,
  memberId: string,
  catalogue: CatalogueId,
  role: MemberRole,
): Promise<void> {
  await prismaOn(pool).membership.upsert(membershipUpsert(memberId, catalogue, role));
}

export async function findMemberByEmail(
  pool: Pool,
  email: string,
): Promise<{ readonly member: Member; readonly passwordHash: string | null } | null> {
  const found = await prismaOn(pool).member.findUnique({
    where: { email: email.toLowerCase() },
    include: withMemberships,
  });
  return found && { member: memberOf(found), passwordHash: found.passwordHash };
}

/** What `memberOf` reads: a suspended membership is as good as none. */
export const withMemberships = {
  memberships: {
    where: { suspendedAt: null },
    orderBy: [{ catalogue: { createdAt: 'asc' } }, { catalogueId: 'asc' }],
  },
} satisfies Prisma.MemberInclude;

interface MemberRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly memberships: readonly { readonly catalogueId: string; readonly role: string }[];
}
export const memberOf = ({ id, email, name, memberships }: MemberRow): Member => ({
  id,
  email,
  name,
  memberships: memberships.map(({ catalogueId, role }) =>
    membershipSchema.parse({ catalogue: catalogueId, role }),
  ),
});

const membershipUpsert = (memberId: string, catalogue: CatalogueId, role: MemberRole) => ({
  where: { memberId_catalogueId: { memberId, catalogueId: catalogue } },
  create: { memberId, catalogueId: catalogue, role },
  update: { role, suspendedAt: null },
});

import { KindlingError } from '@kindling/domain';
import {
  acceptInvitation,
  createInvitation,
  findMemberByEmail,
  findOpenInvitation,
  hashPassword,
  type Invitation,
  type Invitee,
  listInvitations,
  memberNameSchema,
  newInvitationSchema,
  passwordSchema,
  verifyPassword,
  voidInvitation,
  withdrawInvitation,
} from '@kindling/storage';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { sha256 } from '../authentication.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import { beginSession, meOf } from '../signed-in.js';
import { Me } from './access-types.js';
import {
  InvitationAnswer,
  InvitationConnection,
  InvitationCreated,
  InvitationInput,
  InvitationObject,
  InvitationOffer,
  invitationObject,
} from './invitation-types.js';
import { pageOfRows } from './page-of-rows.js';
import { pageSize } from './page-size.js';

const newAccountSchema = z.object({ name: memberNameSchema, password: passwordSchema });

/** Ways in for new members: an admin makes a link and hands it on (nothing is mailed), its holder accepts it once. */
@Resolver()
export class InvitationResolver {
  @Query(() => InvitationConnection, { description: 'Newest first, those of every state.' })
  @Requires({ role: 'admin' })
  async invitations(
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<InvitationConnection> {
    const size = pageSize(first, 100);
    const before = after == null ? null : Number(after);
    if (before !== null && !Number.isSafeInteger(before)) {
      throw new KindlingError('BAD_INPUT', 'after is not a cursor of this list', { field: 'after' });
    }
    const rows = await listInvitations(context.services.pool, context.catalogue, { first: size + 1, before });
    const { nodes, pageInfo } = pageOfRows(rows, size, after ?? null, ({ number }) => String(number));
    const now = new Date();
    return { nodes: nodes.map((invitation) => invitationObject(invitation, now)), pageInfo };
  }

  @Mutation(() => InvitationCreated, {
    description: 'An open invitation of the same address is replaced. CONFLICT for somebody who is a member.',
  })
  @Requires({ role: 'admin', cost: () => 5 })
  async inviteMember(
    @Arg('input', () => InvitationInput) input: InvitationInput,
    @Ctx() context: RequestContext,
  ): Promise<InvitationCreated> {
    const wanted = parseInput(newInvitationSchema, input, 'input');
    const { services, catalogue, actor } = context;
    const { invitation, token } = await createInvitation(services.pool, catalogue, wanted, actor);
    return { invitation: invitationObject(invitation, new Date()), token };
  }

  @Mutation(() => InvitationObject, { description: 'CONFLICT for one that was accepted.' })
  @Requires({ role: 'admin' })
  async withdrawInvitation(
    @Arg('id', () => ID) id: string,
    @Ctx() { services, catalogue, actor }: RequestContext,
  ): Promise<InvitationObject> {
    return invitationObject(await withdrawInvitation(services.pool, catalogue, id, actor), new Date());
  }

  @Query(() => InvitationOffer, {
    description: 'Of the link that somebody holds; NOT_FOUND when it is void.',
  })
  @Requires({ anyone: true })
  async invitationOffer(
    @Arg('token', () => String) token: string,
    @Ctx() context: RequestContext,
  ): Promise<InvitationOffer> {
    const { invitation, account } = await openInvitation(token, context);
    return { ...invitation, hasAccount: account !== null };
  }

  @Mutation(() => Me, {
    description:
      'Makes the invited person a member, once, and signs them in. Whoever has an account accepts with its password, which an invitation never changes.',
  })
  @Requires({ anyone: true })
  async acceptInvitation(
    @Arg('input', () => InvitationAnswer) input: InvitationAnswer,
    @Ctx() context: RequestContext,
  ): Promise<Me> {
    const { pool, authenticator } = context.services;
    const { invitation, account } = await openInvitation(input.token, context);
    const invitee =
      account === null ? await newAccount(input) : await knownAccount(account, input, invitation, context);
    const { memberId } = await acceptInvitation(pool, sha256(input.token), invitee);
    authenticator.forgetMember(memberId);
    await beginSession(context, memberId);
    const found = await findMemberByEmail(pool, invitation.email);
    if (!found) throw new Error(`member ${memberId} is gone`);
    return meOf(found, context);
  }
}

type Account = NonNullable<Awaited<ReturnType<typeof findMemberByEmail>>>;

async function openInvitation(
  token: string,
  { services, request }: RequestContext,
): Promise<{ readonly invitation: Invitation; readonly account: Account | null }> {
  await services.rateLimits.trySignIn(request.address, `invitation ${sha256(token)}`);
  const invitation = await findOpenInvitation(services.pool, sha256(token));
  if (!invitation) throw voidInvitation();
  return { invitation, account: await findMemberByEmail(services.pool, invitation.email) };
}

async function newAccount({ name, password }: InvitationAnswer): Promise<Invitee> {
  const wanted = parseInput(newAccountSchema, { name: name ?? '', password: password ?? '' }, 'input');
  return { name: wanted.name, passwordHash: await hashPassword(wanted.password) };
}

/** Otherwise whoever makes invitations could take over the account of anybody whose address they know. */
async function knownAccount(
  { member, passwordHash }: Account,
  { password }: InvitationAnswer,
  { email }: Invitation,
  { principal, services, request }: RequestContext,
): Promise<Invitee> {
  if (principal.kind === 'member' && principal.memberId === member.id) return { memberId: member.id };
  await services.rateLimits.trySignIn(request.address, email);
  if (!(await verifyPassword(passwordHash, password ?? ''))) {
    throw new KindlingError(
      'BAD_INPUT',
      `${email} has an account here: give its password, or sign in first and open the link again`,
      { field: 'input.password' },
    );
  }
  await services.rateLimits.forgiveSignIn(email);
  return { memberId: member.id };
}

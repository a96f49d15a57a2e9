import { KindlingError } from '@kindling/domain';
import {
  changeMemberRole,
  endMemberSessions,
  findCatalogueMember,
  listCatalogueMembers,
  listSessions,
  type MemberChange,
  type MemberRole,
  reinstateMember,
  removeMember,
  suspendMember,
} from '@kindling/storage';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { RoleEnum } from './access-types.js';
import { MemberConnection, MemberObject } from './member-types.js';
import { pageOfRows } from './page-of-rows.js';
import { pageSize } from './page-size.js';
import { SessionObject, sessionObject } from './session-types.js';

/** Who works on the catalogue, and as what. Everybody may see it; admins change it, at once and on every process within a second. */
@Resolver()
export class MemberResolver {
  @Query(() => MemberConnection, { description: 'By email.' })
  @Requires({ role: 'viewer' })
  async members(
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<MemberConnection> {
    const size = pageSize(first, 100);
    const rows = await listCatalogueMembers(context.services.pool, context.catalogue, {
      first: size + 1,
      after: after ?? null,
    });
    return pageOfRows(rows, size, after ?? null, ({ email }) => email);
  }

  @Query(() => [SessionObject], { description: 'Where a member is signed in: newest first, at most 100.' })
  @Requires({ role: 'admin' })
  async memberSessions(
    @Arg('memberId', () => ID) memberId: string,
    @Ctx() context: RequestContext,
  ): Promise<SessionObject[]> {
    const { services, catalogue } = context;
    if (!(await findCatalogueMember(services.pool, catalogue, memberId))) {
      throw new KindlingError('NOT_FOUND', `There is no member ${memberId.slice(0, 40)} of this catalogue`, {
        field: 'memberId',
      });
    }
    return (await listSessions(services.pool, memberId)).map((session) => sessionObject(session, context));
  }

  @Mutation(() => MemberObject, { description: 'CONFLICT for the last administrator.' })
  @Requires({ role: 'admin' })
  async changeMemberRole(
    @Arg('memberId', () => ID) memberId: string,
    @Arg('role', () => RoleEnum) role: MemberRole,
    @Ctx() context: RequestContext,
  ): Promise<MemberObject> {
    return changed(context, memberId, (change) =>
      changeMemberRole(context.services.pool, { ...change, role }),
    );
  }

  @Mutation(() => MemberObject, {
    description: 'Lets them in no longer and ends their sessions. CONFLICT for the last administrator.',
  })
  @Requires({ role: 'admin' })
  async suspendMember(
    @Arg('memberId', () => ID) memberId: string,
    @Ctx() context: RequestContext,
  ): Promise<MemberObject> {
    return changed(context, memberId, (change) => suspendMember(context.services.pool, change));
  }

  @Mutation(() => MemberObject, { description: 'Lets a suspended member in again, with the role of before.' })
  @Requires({ role: 'admin' })
  async reinstateMember(
    @Arg('memberId', () => ID) memberId: string,
    @Ctx() context: RequestContext,
  ): Promise<MemberObject> {
    return changed(context, memberId, (change) => reinstateMember(context.services.pool, change));
  }

  @Mutation(() => Boolean, {
    description:
      'Takes the catalogue from them and ends their sessions. CONFLICT for the last administrator. Another way in is a new invitation.',
  })
  @Requires({ role: 'admin' })
  async removeMember(
    @Arg('memberId', () => ID) memberId: string,
    @Ctx() context: RequestContext,
  ): Promise<boolean> {
    await changed(context, memberId, (change) => removeMember(context.services.pool, change));
    return true;
  }

  @Mutation(() => Int, { description: 'Signs a member out everywhere; how many sessions there were.' })
  @Requires({ role: 'admin' })
  async endMemberSessions(
    @Arg('memberId', () => ID) memberId: string,
    @Ctx() context: RequestContext,
  ): Promise<number> {
    return changed(context, memberId, (change) => endMemberSessions(context.services.pool, change));
  }
}

/** What this process believed of their sessions is forgotten once the change is there; others believe it for a second. */
async function changed<Result>(
  { services, catalogue, actor }: RequestContext,
  memberId: string,
  change: (change: MemberChange) => Promise<Result>,
): Promise<Result> {
  const result = await change({ catalogue, memberId, actor });
  services.authenticator.forgetMember(memberId);
  return result;
}

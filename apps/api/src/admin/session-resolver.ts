import { KindlingError } from '@kindling/domain';
import {
  changePassword,
  endOtherSessions,
  endSessionOf,
  listSessions,
  passwordSchema,
} from '@kindling/storage';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { Requires } from '../access.js';
import { sha256 } from '../authentication.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import { PasswordInput, SessionObject, sessionObject } from './session-types.js';

/** A member's own account: where they are signed in, and their password. */
@Resolver()
export class SessionResolver {
  @Query(() => [SessionObject], { description: 'Where I am signed in: newest first, at most 100.' })
  @Requires({ signedIn: true })
  async mySessions(@Ctx() context: RequestContext): Promise<SessionObject[]> {
    const found = await listSessions(context.services.pool, selfOf(context).memberId);
    return found.map((session) => sessionObject(session, context));
  }

  @Mutation(() => Boolean, { description: 'Ends one of my sessions.' })
  @Requires({ signedIn: true })
  async endSession(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<boolean> {
    const { memberId, services, actor } = selfOf(context);
    await endSessionOf(services.pool, memberId, id, actor);
    services.authenticator.forgetMember(memberId);
    return true;
  }

  @Mutation(() => Int, { description: 'Ends all of my sessions but this one; how many there were.' })
  @Requires({ signedIn: true })
  async endOtherSessions(@Ctx() context: RequestContext): Promise<number> {
    const { memberId, services, actor, kept } = selfOf(context);
    const ended = await endOtherSessions(services.pool, memberId, kept, actor);
    services.authenticator.forgetMember(memberId);
    return ended;
  }

  @Mutation(() => Boolean, { description: 'Changes my password, and ends my other sessions.' })
  @Requires({ signedIn: true, cost: () => 20 })
  async changePassword(
    @Arg('input', () => PasswordInput) input: PasswordInput,
    @Ctx() context: RequestContext,
  ): Promise<boolean> {
    const { memberId, services, actor, kept, email } = selfOf(context);
    parseInput(passwordSchema, input.wanted, 'input.wanted');
    await services.rateLimits.trySignIn(context.request.address, email);
    await changePassword(services.pool, memberId, input, kept, actor);
    await services.rateLimits.forgiveSignIn(email);
    services.authenticator.forgetMember(memberId);
    return true;
  }
}

function selfOf(context: RequestContext) {
  const { principal, services, actor, request } = context;
  // @Requires lets nobody else come here
  if (principal.kind !== 'member') throw new KindlingError('FORBIDDEN', 'A key has no account of its own');
  const { memberId, email } = principal;
  return {
    memberId,
    email,
    services,
    actor,
    kept: request.sessionToken === null ? null : sha256(request.sessionToken),
  };
}

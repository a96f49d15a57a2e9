import { KindlingError } from '@kindling/domain';
import {
  createKey,
  endSession,
  findMemberByEmail,
  listKeys,
  newKeySchema,
  revokeKey,
  rotateKey,
  verifyPassword,
} from '@kindling/storage';
import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Requires } from '../access.js';
import { sha256 } from '../authentication.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import { beginSession, meOf, sessionCookieText } from '../signed-in.js';
import { ApiKeyObject, KeyCreated, KeyInput, Me, SignInInput, SignInOptions } from './access-types.js';

/** Who may use the catalogue: console members and their sessions, keys of programs. */
@Resolver()
export class AccessResolver {
  @Query(() => Me, { nullable: true, description: 'Null when nobody is signed in; a key is not somebody.' })
  @Requires({ anyone: true })
  async me(@Ctx() context: RequestContext): Promise<Me | null> {
    const { principal, services } = context;
    if (principal.kind !== 'member') return null;
    const found = await findMemberByEmail(services.pool, principal.email);
    return found ? meOf(found, context) : null;
  }

  @Query(() => SignInOptions)
  @Requires({ anyone: true })
  signInOptions(@Ctx() { services }: RequestContext): SignInOptions {
    return { provider: services.signInProvider };
  }

  @Mutation(() => Me, { description: 'Sets the session cookie (HttpOnly, SameSite=Lax).' })
  @Requires({ anyone: true })
  async signIn(
    @Arg('input', () => SignInInput) input: SignInInput,
    @Ctx() context: RequestContext,
  ): Promise<Me> {
    const { pool, rateLimits } = context.services;
    await rateLimits.trySignIn(context.request.address, input.email.toLowerCase());
    const found = await findMemberByEmail(pool, input.email);
    // The same work and the same words whether the email or the password is wrong.
    if (!(await verifyPassword(found?.passwordHash ?? null, input.password)) || !found) {
      throw new KindlingError('UNAUTHENTICATED', 'Email and password do not fit together', {
        field: 'password',
      });
    }
    await rateLimits.forgiveSignIn(input.email.toLowerCase());
    await beginSession(context, found.member.id);
    return meOf(found, context);
  }

  @Mutation(() => Boolean)
  @Requires({ anyone: true })
  async signOut(@Ctx() context: RequestContext): Promise<boolean> {
    const token = context.request.sessionToken;
    if (token !== null) {
      await endSession(context.services.pool, sha256(token));
      context.services.authenticator.forget(sha256(token));
    }
    context.responseHeaders.set('set-cookie', sessionCookieText('', new Date(0), context.request.secure));
    return token !== null;
  }

  @Query(() => [ApiKeyObject])
  @Requires({ role: 'admin' })
  async keys(@Ctx() context: RequestContext): Promise<ApiKeyObject[]> {
    return [...(await listKeys(context.services.pool, context.catalogue))];
  }

  @Mutation(() => KeyCreated)
  @Requires({ role: 'admin' })
  async createKey(
    @Arg('input', () => KeyInput) input: KeyInput,
    @Ctx() context: RequestContext,
  ): Promise<KeyCreated> {
    const wanted = {
      ...input,
      catalogue: context.catalogue,
      actor: context.actor,
      scopes: input.scopes ?? undefined,
      origins: input.origins ?? undefined,
    };
    parseInput(newKeySchema, wanted, 'input');
    return createKey(context.services.pool, wanted as Parameters<typeof createKey>[1]);
  }

  @Mutation(() => KeyCreated, {
    description:
      'Another key that may do the same. The one of before goes on for a day, so that nothing breaks.',
  })
  @Requires({ role: 'admin' })
  async rotateKey(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<KeyCreated> {
    return rotateKey(context.services.pool, context.catalogue, id, context.actor);
  }

  @Mutation(() => ApiKeyObject, { description: 'Takes effect within a second, on every process.' })
  @Requires({ role: 'admin' })
  async revokeKey(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<ApiKeyObject> {
    return revokeKey(context.services.pool, context.catalogue, id, context.actor);
  }
}

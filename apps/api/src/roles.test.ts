import { createKey, createMember } from '@kindling/storage';
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guard, type Requirement } from './access.js';
import { adminSchema } from './admin/schema.js';
import { type Answer, type ApiFixture, openApi } from './api.fixture.js';
import { callOf } from './operation-call.fixture.js';
import { keyScopes, type Role, roles } from './principal.js';
import { publicSchema } from './public/schema.js';

/** Somebody who asks: how, and what they are. */
interface Caller {
  readonly name: string;
  readonly key: string | null;
  readonly headers: Record<string, string>;
  readonly scopes: readonly string[];
  readonly role: Role | null;
  readonly isMember: boolean;
}

let api: ApiFixture;
const callers: Caller[] = [];
const password = 'correct horse battery';
beforeAll(async () => {
  api = await openApi({ API_POINTS_PER_SECOND: '1000000' });
  for (const role of roles) {
    const email = `${role}@shop.example`;
    await createMember(api.pool, {
      email,
      name: role,
      password,
      memberships: [{ catalogue: 'shop', role }],
    });
    const answer = await api.ask(
      null,
      'mutation ($input: SignInInput!) { signIn(input: $input) { email } }',
      { input: { email, password } },
      { path: '/admin/graphql' },
    );
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    callers.push({ name: role, key: null, headers: { cookie }, scopes: [], role, isMember: true });
  }
  const withKey = async (kind: 'public' | 'secret', scopes: (typeof keyScopes)[number][]) => {
    const { secret } = await createKey(api.pool, { catalogue: 'shop', kind, name: 'test', scopes });
    const role = scopes.includes('manage') ? 'admin' : null;
    callers.push({
      name: `${kind} key: ${scopes}`,
      key: secret,
      headers: {},
      scopes,
      role,
      isMember: false,
    });
  };
  await withKey('public', ['recommend', 'track']);
  await withKey('secret', ['recommend', 'track', 'merge']);
  await withKey('secret', ['manage']);
  callers.push({ name: 'nobody', key: null, headers: {}, scopes: [], role: null, isMember: false });
});
afterAll(() => api.close());

const may = (requirement: Requirement, { scopes, role, isMember }: Caller): boolean => {
  if ('anyone' in requirement) return true;
  if ('signedIn' in requirement) return isMember;
  if ('scope' in requirement) return scopes.includes(requirement.scope);
  return role !== null && roles.indexOf(role) >= roles.indexOf(requirement.role);
};

/** Whether the guard itself sent the caller away: its sentences begin with the operation. */
const refused = (answer: Pick<Answer, 'errors'>, operation: string): boolean =>
  answer.errors.some(
    ({ message, extensions }) =>
      message.startsWith(`${operation} `) &&
      ['FORBIDDEN', 'UNAUTHENTICATED'].includes(String(extensions.code)),
  );

const schemas = [
  { schema: adminSchema(), path: '/admin/graphql', who: () => callers },
  { schema: publicSchema(), path: '/graphql', who: () => callers.filter(({ isMember }) => !isMember) },
];

/** Every operation of every schema with what it says of who may call it. */
const operations = schemas.flatMap(({ schema, path, who }) =>
  [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((root) =>
    Object.values(root?.getFields() ?? {}).map((field) => ({
      operation: `${root?.name}.${field.name}`,
      requirement: field.extensions['requirement'] as Requirement | undefined,
      call: `${root?.name.toLowerCase()} ${callOf(root, field.name, 'x')}`,
      isStream: root === schema.getSubscriptionType(),
      path,
      who,
    })),
  ),
);

/** The first event of a subscription, or what it was refused with. */
async function askStream(caller: Caller, query: string): Promise<Pick<Answer, 'errors'>> {
  const hangUp = new AbortController();
  const response = await fetch(`${api.api.url}/admin/graphql/stream`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(caller.key === null ? {} : { authorization: `Bearer ${caller.key}` }),
      ...caller.headers,
    },
    body: JSON.stringify({ query }),
    signal: hangUp.signal,
  });
  let text = '';
  try {
    for await (const piece of response.body ?? []) {
      text += new TextDecoder().decode(piece);
      if (/"(errors|data)":/.test(text)) break;
    }
  } catch {
    // whoever was let in and asks for something that is not there loses the connection
  }
  hangUp.abort();
  const json = /\{.*\}/.exec(text)?.[0] ?? '{}';
  return { errors: (JSON.parse(json) as Partial<Answer>).errors ?? [] };
}

describe('every operation', () => {
  it('says who may call it: a schema in which one does not is not served', () => {
    expect(operations.filter(({ requirement }) => requirement === undefined)).toEqual([]);
    expect(operations.length).toBeGreaterThan(100);
    const forgetful = new GraphQLSchema({
      query: new GraphQLObjectType({ name: 'Query', fields: { secret: { type: GraphQLString } } }),
    });
    expect(() => guard(forgetful)).toThrow('Query.secret does not say who may call it');
  });

  it('that changes something is closed to viewers, but for what is a person’s own', () => {
    const open = operations
      .filter(({ operation, path }) => operation.startsWith('Mutation.') && path === '/admin/graphql')
      .filter(({ requirement }) => requirement && (!('role' in requirement) || requirement.role === 'viewer'))
      .map(({ operation }) => operation.replace('Mutation.', ''));
    expect(open.sort()).toEqual([
      'acceptInvitation',
      'changePassword',
      'endOtherSessions',
      'endSession',
      'signIn',
      'signOut',
    ]);
  });

  it('lets in whom it says, and nobody else: each role, each kind of key, and nobody', async () => {
    const wrong: string[] = [];
    let asked = 0;
    for (const { operation, requirement, call, isStream, path, who } of operations) {
      // the sessions are needed by the operations that follow
      if (!requirement || operation === 'Mutation.signOut') continue;
      for (const caller of who()) {
        asked += 1;
        const { key, headers } = caller;
        const answer = isStream
          ? await askStream(caller, call)
          : await api.ask(key, call, {}, { path, headers });
        const wasRefused = isStream
          ? answer.errors.some(({ extensions }) =>
              ['FORBIDDEN', 'UNAUTHENTICATED'].includes(String(extensions?.code)),
            )
          : refused(answer, operation);
        if (wasRefused === may(requirement, caller)) wrong.push(`${operation} as ${caller.name}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(800);
  }, 120_000);
});

import {
  createInvitation,
  createKey,
  createMember,
  createSession,
  createWebhook,
  listSessions,
  sendTestWebhook,
  startEvaluationRun,
  startPopulationDiff,
  startTrainingRun,
} from '@kindling/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminSchema } from './admin/schema.js';
import { type ApiFixture, openApi } from './api.fixture.js';
import { callOf } from './operation-call.fixture.js';
import { publicSchema } from './public/schema.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi({
    NODE_ENV: 'production',
    API_POINTS_PER_SECOND: '500',
    CONSOLE_URL: 'https://console.example',
  });
  await api.store(api.shop, { id: 'one', title: 'one item' });
  await api.store(api.other, { id: 'foreign-item', title: 'the other catalogue' });
});
afterAll(() => api.close());

const admin = { path: '/admin/graphql' };
const me = '{ me { email role catalogueId memberships { catalogueId role } } }';
const anyList = '{ recommendations(subject: { interests: ["x"] }) { nodes { id } } }';

const password = 'correct horse battery';
async function signedIn(
  email: string,
  memberships: { catalogue: string; role: 'viewer' | 'merchandiser' | 'experimenter' | 'admin' }[],
) {
  await createMember(api.pool, { email, name: email, password, memberships });
  const answer = await api.ask(
    null,
    'mutation ($input: SignInInput!) { signIn(input: $input) { email } }',
    { input: { email, password } },
    admin,
  );
  expect(answer.errors).toEqual([]);
  const cookie = answer.headers.get('set-cookie') ?? '';
  return { cookie, headers: { cookie: cookie.split(';')[0] ?? '' } };
}

describe('keys', () => {
  it.each([
    ['no key', null, 401],
    ['something else', 'hello', 401],
    ['an unknown key', `pk_${'a'.repeat(43)}`, 401],
  ])('%s is UNAUTHENTICATED', async (_, key, status) => {
    const answer = await api.ask(key, anyList);
    expect(answer.status).toBe(status);
    expect(answer.errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });

  it('a public key has no way into the admin schema, and a secret one has', async () => {
    const refused = await api.ask(api.shop.publicKey, '{ catalogue { id } }', {}, admin);
    expect(refused.errors[0]?.extensions['code']).toBe('FORBIDDEN');
    const answer = await api.ask(api.shop.secretKey, '{ catalogue { id } catalogues { id } }', {}, admin);
    expect(answer.data).toEqual({ catalogue: { id: 'shop' }, catalogues: [{ id: 'shop' }] });
  });

  it('a public key cannot merge profiles: it could take over the history of others', async () => {
    const merge = 'mutation { mergeProfiles(from: "victim", into: "thief") { id } }';
    expect((await api.ask(api.shop.publicKey, merge)).errors[0]?.extensions['code']).toBe('FORBIDDEN');
    expect((await api.ask(api.shop.secretKey, merge)).data.mergeProfiles).toEqual({ id: 'thief' });
  });

  it('is refused within about a second of being revoked, and when it has expired', async () => {
    const { key, secret } = await createKey(api.pool, { catalogue: 'shop', kind: 'public', name: 'short' });
    expect((await api.ask(secret, anyList)).status).toBe(200);
    const revoked = await api.ask(
      api.shop.secretKey,
      `mutation { revokeKey(id: "${key.id}") { revokedAt } }`,
      {},
      admin,
    );
    expect(revoked.data.revokeKey.revokedAt).not.toBeNull();
    const revokedAt = Date.now();
    await expect.poll(async () => (await api.ask(secret, anyList)).status, { timeout: 5_000 }).toBe(401);
    expect(Date.now() - revokedAt).toBeLessThan(2_500);
    const expired = await createKey(api.pool, {
      catalogue: 'shop',
      kind: 'public',
      name: 'old',
      expiresAt: new Date(Date.now() - 1_000),
    });
    expect((await api.ask(expired.secret, anyList)).status).toBe(401);
  });

  it('bound to origins answers only to them', async () => {
    const { secret } = await createKey(api.pool, {
      catalogue: 'shop',
      kind: 'public',
      name: 'bound',
      origins: ['https://shop.example'],
    });
    const from = (origin?: string) =>
      api.ask(secret, anyList, {}, { headers: origin === undefined ? {} : { origin } });
    expect((await from('https://shop.example')).status).toBe(200);
    expect((await from('https://evil.example')).status).toBe(403);
    expect((await from()).status).toBe(403);
  });

  it('has only the scopes that it was given', async () => {
    const { secret } = await createKey(api.pool, {
      catalogue: 'shop',
      kind: 'secret',
      name: 'events only',
      scopes: ['track'],
    });
    expect((await api.ask(secret, anyList)).errors[0]?.extensions['code']).toBe('FORBIDDEN');
    expect((await api.ask(secret, '{ keys { id } }', {}, admin)).errors[0]?.extensions['code']).toBe(
      'FORBIDDEN',
    );
    const event =
      'mutation { trackEvents(events: [{ id: "scope-1", type: VIEW, profileId: "p", itemId: "one" }]) { accepted } }';
    expect((await api.ask(secret, event)).data.trackEvents.accepted).toBe(1);
  });

  it('shows its secret once, and keeps neither it nor its hash readable', async () => {
    const created = await api.ask(
      api.shop.secretKey,
      'mutation { createKey(input: { kind: PUBLIC, name: "new" }) { secret key { id prefix } } }',
      {},
      admin,
    );
    const { secret, key } = created.data.createKey;
    expect(secret).toMatch(/^pk_[\w-]{43}$/);
    const everything = await api.pool.query(
      `SELECT row_to_json(api_key)::text AS row FROM api_key WHERE id = $1`,
      [key.id],
    );
    expect(everything.rows[0].row).not.toContain(secret.slice(10));
  });
});

describe('the console session', () => {
  it('begins with a right password, in a cookie that scripts cannot read, and ends at sign-out', async () => {
    const { cookie, headers } = await signedIn('ann@shop.example', [
      { catalogue: 'shop', role: 'merchandiser' },
    ]);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    const answer = await api.ask(null, me, {}, { ...admin, headers });
    expect(answer.data.me).toMatchObject({
      email: 'ann@shop.example',
      role: 'MERCHANDISER',
      catalogueId: 'shop',
    });
    await api.ask(null, 'mutation { signOut }', {}, { ...admin, headers });
    expect((await api.ask(null, me, {}, { ...admin, headers })).data.me).toBeNull();
  });

  it('is not given for a wrong password or an unknown email, in the same words', async () => {
    const signIn = (email: string, password: string) =>
      api.ask(
        null,
        'mutation ($input: SignInInput!) { signIn(input: $input) { email } }',
        { input: { email, password } },
        admin,
      );
    await createMember(api.pool, { email: 'bob@shop.example', name: 'Bob', password, memberships: [] });
    const wrong = await signIn('bob@shop.example', 'wrong password 123');
    const unknown = await signIn('nobody@shop.example', 'wrong password 123');
    expect(wrong.errors[0]?.message).toBe(unknown.errors[0]?.message);
    expect(wrong.status).toBe(401);
  });

  it('sees only the catalogues of its member, whichever it names', async () => {
    const { headers } = await signedIn('carol@shop.example', [{ catalogue: 'shop', role: 'admin' }]);
    const named = (catalogue: string) =>
      api.ask(
        null,
        '{ catalogue { id } }',
        {},
        { ...admin, headers: { ...headers, 'x-kindling-catalogue': catalogue } },
      );
    expect((await named('shop')).data.catalogue.id).toBe('shop');
    expect((await named('other')).errors[0]?.extensions['code']).toBe('NOT_FOUND');
  });

  it('may make a catalogue, whose keys work at once and see nothing of others', async () => {
    const { headers } = await signedIn('dave@shop.example', [{ catalogue: 'shop', role: 'admin' }]);
    const create =
      'mutation { createCatalogue(input: { name: "Dave\'s own", scenario: NEWS }) { catalogue { id } publicKey secretKey } }';
    expect((await api.ask(api.shop.secretKey, create, {}, admin)).errors[0]?.extensions['code']).toBe(
      'FORBIDDEN',
    );
    const made = await api.ask(null, create, {}, { ...admin, headers });
    expect(made.data.createCatalogue.catalogue.id).toBe('dave-s-own');
    const list = await api.ask(made.data.createCatalogue.publicKey, anyList);
    expect(list.data.recommendations.nodes).toEqual([]);
    const shown = await api.ask(
      made.data.createCatalogue.secretKey,
      '{ placements { key } strategies { key version } }',
      {},
      admin,
    );
    expect(shown.data.placements.map(({ key }: { key: string }) => key)).toContain('home');
  });
});

describe('a page of another site', () => {
  it('cannot act with a console session, whatever it sends and however; the console’s own pages can', async () => {
    const { headers } = await signedIn('eve@shop.example', [{ catalogue: 'shop', role: 'admin' }]);
    const post = (path: string, more: Record<string, string>) =>
      fetch(api.api.url + path, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', ...more },
        body: '{"query":"{ me { email } }"}',
      });
    for (const path of ['/admin/graphql', '/admin/graphql/stream', '/admin/files?name=items.csv']) {
      expect((await post(path, { origin: 'https://evil.example' })).status).toBe(403);
      // a sandboxed frame
      expect((await post(path, { origin: 'null' })).status).toBe(403);
      expect(
        (await post(path, { 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain' })).status,
      ).toBe(403);
    }
    expect((await post('/admin/graphql', { origin: 'https://console.example' })).status).toBe(200);
    expect((await post('/admin/graphql', { origin: api.api.url })).status).toBe(200);
    expect((await post('/admin/graphql', {})).status).toBe(200);
  });
});

describe('tenancy', () => {
  it('no operation finds anything by the id of another catalogue', async () => {
    const foreignKey = await createKey(api.pool, { catalogue: 'other', kind: 'public', name: 'foreign' });
    const { run } = await startTrainingRun(api.pool, api.other.id, { trigger: 'MANUAL', actor: 'test' });
    const evaluation = await startEvaluationRun(api.pool, api.other.id, {
      splits: ['COLD_ITEMS'],
      seeds: 1,
      people: 10,
      actor: 'test',
    });
    const diff = await startPopulationDiff(api.pool, api.other.id, {
      placement: 'home',
      ruleKey: null,
      draft: {},
      profiles: 10,
      actor: 'test',
    });
    const member = await createMember(api.pool, {
      email: 'foreign@other.example',
      name: 'Foreign',
      password,
      memberships: [{ catalogue: 'other', role: 'admin' }],
    });
    await createSession(api.pool, member.id);
    const [session] = await listSessions(api.pool, member.id);
    const { invitation } = await createInvitation(
      api.pool,
      api.other.id,
      { email: 'invited@other.example', role: 'viewer' },
      'test',
    );
    const { webhook } = await createWebhook(
      api.pool,
      api.other.id,
      { url: 'https://hooks.other.example', description: '', kinds: ['rule.published'] },
      'test',
    );
    const delivery = await sendTestWebhook(api.pool, api.other.id, webhook.id, 'test');
    const foreign: Record<string, string> = {
      webhook: webhook.id,
      webhookDelivery: delivery.id,
      member: member.id,
      session: session?.id ?? '',
      invitation: invitation.id,
      key: foreignKey.key.id,
      populationDiff: diff.id,
      training: run.id,
      evaluation: evaluation.run.id,
      item: 'foreign-item',
      profile: 'foreign-profile',
    };
    await api.ask(
      api.other.publicKey,
      'mutation { trackEvents(events: [{ id: "foreign-event", type: VIEW, profileId: "foreign-profile", itemId: "foreign-item" }]) { accepted } }',
    );
    let tried = 0;
    for (const [schema, path] of [
      [adminSchema(), '/admin/graphql'],
      [publicSchema(), '/graphql'],
    ] as const) {
      for (const root of [schema.getQueryType(), schema.getMutationType()]) {
        for (const field of Object.values(root?.getFields() ?? {})) {
          if (!field.args.some(({ type }) => `${type}`.startsWith('ID'))) continue;
          for (const id of Object.values(foreign)) {
            tried += 1;
            const answer = await api.ask(
              api.shop.secretKey,
              `${root?.name.toLowerCase()} ${callOf(root, field.name, id)}`,
              {},
              { path },
            );
            const result = answer.data?.[field.name];
            const text = JSON.stringify(answer.data ?? null);
            const nothing =
              answer.errors.length > 0 ||
              result === null ||
              result === 0 ||
              /"events":0|"remaining":0/.test(text);
            expect([field.name, id, nothing || text]).toEqual([field.name, id, true]);
          }
        }
      }
    }
    expect(tried).toBeGreaterThan(10);
    const untouched = await api.pool.query(
      `SELECT (SELECT revoked_at FROM api_key WHERE id = $1) AS revoked,
         (SELECT count(*)::int FROM webhook_delivery) AS deliveries,
         (SELECT previous_secret FROM webhook_endpoint WHERE catalogue_id = 'other') AS rotated,
         (SELECT count(*)::int FROM session WHERE member_id = $2) AS sessions,
         (SELECT role FROM membership WHERE member_id = $2 AND suspended_at IS NULL) AS role,
         (SELECT withdrawn_at FROM invitation WHERE catalogue_id = 'other') AS withdrawn,
         (SELECT status FROM training_run WHERE catalogue_id = 'other') AS training,
         (SELECT status FROM evaluation_run WHERE catalogue_id = 'other') AS evaluation,
         (SELECT count(*)::int FROM item WHERE catalogue_id = 'other' AND deleted_at IS NULL) AS items,
         (SELECT count(*)::int FROM event WHERE catalogue_id = 'other' AND profile_id = 'foreign-profile') AS events`,
      [foreignKey.key.id, member.id],
    );
    expect(untouched.rows[0]).toEqual({
      revoked: null,
      deliveries: 1,
      rotated: null,
      sessions: 1,
      role: 'admin',
      withdrawn: null,
      training: 'QUEUED',
      evaluation: 'QUEUED',
      items: 1,
      events: 1,
    });
  }, 120_000);
});

describe('limits', () => {
  const post = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
    fetch(`${api.api.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${api.shop.publicKey}`,
        ...headers,
      },
      body,
    });

  it('a body over 1 MB is 413, one that is not JSON is 400', async () => {
    expect((await post(`{"query":"${'x'.repeat(1_100_000)}"}`)).status).toBe(413);
    expect((await post('{"query":')).status).toBe(400);
    expect((await post('{}')).status).toBe(400);
    expect((await post('query', { 'content-type': 'text/plain' })).status).toBe(400);
  });

  it.each([
    [
      'deep',
      `{ recommendations(subject: {interests: ["x"]}) ${'{ edges { node { '.repeat(10)} id ${'} } }'.repeat(10)} }`,
    ],
    ['many-aliased', `{ ${Array.from({ length: 30 }, (_, i) => `a${i}: item(id: "x") { id }`).join(' ')} }`],
    ['of too many tokens', `{ item(id: "x") { ${'id '.repeat(3_000)} } }`],
    ['introspecting', '{ __schema { types { name } } }'],
    ['of another schema', '{ keys { id } }'],
  ])('a query that is %s is refused with 400 and says why', async (_, query) => {
    const answer = await api.ask(api.shop.publicKey, query);
    expect(answer.status).toBe(400);
    expect(answer.errors[0]?.message).not.toBe('');
    expect(answer.data).toBeUndefined();
  });

  it('batches of operations are refused', async () => {
    const response = await post(JSON.stringify([{ query: anyList }, { query: anyList }]));
    expect(response.status).toBe(400);
  });

  it('a query by GET without a header that browsers must ask leave for is refused', async () => {
    const url = `${api.api.url}/graphql?query=${encodeURIComponent('{ __typename }')}`;
    expect((await fetch(url)).status).toBe(400);
  });

  it('answers 429 with Retry-After to a key that spends more than its points, and not to others', async () => {
    const { secret } = await createKey(api.pool, { catalogue: 'shop', kind: 'public', name: 'greedy' });
    const expensive = `{ ${Array.from({ length: 10 }, (_, i) => `a${i}: recommendations(subject: {interests: ["x"]}, first: 100) { nodes { id } }`).join(' ')} }`;
    const answers = await Promise.all(Array.from({ length: 60 }, () => api.ask(secret, expensive)));
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.errors.some(({ extensions }) => extensions['code'] === 'RATE_LIMITED')).toBe(true);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await api.ask(api.shop.publicKey, anyList)).status).toBe(200);
  });

  it('slows down whoever guesses passwords', async () => {
    const guess = () =>
      api.ask(
        null,
        'mutation { signIn(input: { email: "victim@shop.example", password: "guess guess guess" }) { email } }',
        {},
        admin,
      );
    const statuses = [];
    for (let round = 0; round < 14; round++) statuses.push((await guess()).status);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('faults', () => {
  it('are told by a request id, and by nothing from inside', async () => {
    // the key of the tests before this one may have spent its points for now
    const { secret } = await createKey(api.pool, { catalogue: 'shop', kind: 'secret', name: 'faults' });
    await api.pool.query('ALTER TABLE strategy RENAME TO strategy_gone');
    try {
      const answer = await api.ask(
        secret,
        '{ strategies { key } }',
        {},
        { ...admin, headers: { 'x-request-id': 'my-request' } },
      );
      expect(answer.errors[0]?.extensions).toEqual({ code: 'INTERNAL', requestId: 'my-request' });
      expect(JSON.stringify(answer)).not.toMatch(/relation|strategy_gone|SELECT/);
    } finally {
      await api.pool.query('ALTER TABLE strategy_gone RENAME TO strategy');
    }
  });
});

describe('health', () => {
  it('is live and ready', async () => {
    expect((await fetch(`${api.api.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${api.api.url}/health/ready`)).status).toBe(200);
  });
});

describe('the audit log', () => {
  it('records who changed what, pages, and shows when an entry was altered', async () => {
    const { headers } = await signedIn('auditor@shop.example', [{ catalogue: 'shop', role: 'admin' }]);
    const save = (version: number) =>
      api.ask(
        null,
        `mutation { saveStrategy(input: { key: "mine", expectedVersion: ${version}, name: "Mine", config: { weights: { freshness: 0.5 } } }) { version } }`,
        {},
        { ...admin, headers },
      );
    expect((await save(0)).data.saveStrategy.version).toBe(1);
    expect((await save(0)).errors[0]?.extensions['code']).toBe('CONFLICT');
    expect((await save(1)).data.saveStrategy.version).toBe(2);
    const page = await api.ask(
      null,
      '{ auditLog(first: 1) { nodes { id actor action target } pageInfo { hasNextPage endCursor } } brokenAuditEntry }',
      {},
      { ...admin, headers },
    );
    expect(page.data.auditLog.nodes[0]).toMatchObject({
      actor: 'member:auditor@shop.example',
      action: 'strategy.save',
      target: 'mine',
    });
    expect(page.data.auditLog.pageInfo.hasNextPage).toBe(true);
    expect(page.data.brokenAuditEntry).toBeNull();
    await api.pool.query(`UPDATE audit_entry SET actor = 'somebody else' WHERE id = $1`, [
      page.data.auditLog.nodes[0].id,
    ]);
    const after = await api.ask(null, '{ brokenAuditEntry }', {}, { ...admin, headers });
    expect(after.data.brokenAuditEntry).toBe(page.data.auditLog.nodes[0].id);
  });
});

import { createMember } from '@kindling/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, ask, openApi, type Tenant, wordEncoder } from '../api.fixture.js';
import { readEnv } from '../env.js';
import { jsonLog } from '../log.js';
import { type RunningApi, startApi } from '../start.js';

const admin = { path: '/admin/graphql' };
let api: ApiFixture;
/** Another process would be the same: it shares nothing with the first but the database. */
let second: RunningApi;
beforeAll(async () => {
  api = await openApi();
  await api.store(
    api.shop,
    ...Array.from({ length: 12 }, (_, index) => ({
      id: `film-${index}`,
      title: `space film number ${index}`,
      categories: [index < 4 ? 'war' : 'peace'],
    })),
  );
  const env = readEnv({ DATABASE_URL: api.databaseUrl, DATA_DIR: '/tmp', API_PORT: '0' });
  second = await startApi(
    env,
    jsonLog('error', () => {}),
    { encoder: wordEncoder },
  );
});
afterAll(async () => {
  await second.close();
  await api.close();
});

const call = (query: string, variables: object = {}, tenant: Tenant = api.shop) =>
  api.ask(tenant.secretKey, query, variables, admin);
const saveQuery =
  'mutation ($input: RuleInput!) { saveRule(input: $input) { key revision status author liveRevision allowedActions } }';
const save = (input: object, tenant?: Tenant) => call(saveQuery, { input }, tenant);
const step = async (name: string, key: string, extra = '') =>
  (await call(`mutation { ${name}(key: "${key}"${extra}) { status revision liveRevision } }`)).data?.[name];
const listAt = async (url: string, interests = ['space']) => {
  const query =
    'query ($i: [String!]) { recommendations(subject: { interests: $i }, first: 12) { nodes { id categories } } }';
  const answer = await ask(url, api.shop.publicKey, query, { i: interests });
  return answer.data.recommendations.nodes as { id: string; categories: string[] }[];
};
const noWar = {
  key: 'no-war',
  kind: 'filter',
  condition: { items: { matches: { field: 'categories', in: ['war'] } } },
  arguments: { keeps: 'others' },
};

describe('a rule over the API', () => {
  it('is drafted, previewed, reviewed and published, acts on every process, and can be rolled back', async () => {
    expect((await save(noWar)).data.saveRule).toMatchObject({
      status: 'DRAFT',
      revision: 1,
      liveRevision: null,
    });
    const preview = await call(
      `query ($draft: RuleInput!) { previewRule(draft: $draft, subjects: [{ interests: ["space"] }], placement: "home") {
        subjects { live { itemId } draft { itemId } exits { itemId from reason } entries { itemId to reason } } findings { code } } }`,
      { draft: noWar },
    );
    const [seen] = preview.data.previewRule.subjects;
    const isWar = ({ itemId }: { itemId: string }) => Number(itemId.slice(5)) < 4;
    expect([seen.live.some(isWar), seen.draft.some(isWar)]).toEqual([true, false]);
    expect(seen.exits.every(isWar)).toBe(true);
    expect((await listAt(api.api.url)).some(({ categories }) => categories.includes('war'))).toBe(true);

    await step('submitRule', 'no-war');
    const published = await step('publishRule', 'no-war');
    expect(published).toMatchObject({ status: 'PUBLISHED', liveRevision: 3 });
    const at = Date.now();
    for (const { url } of [api.api, second]) {
      await expect
        .poll(async () => (await listAt(url)).filter(({ categories }) => categories.includes('war')), {
          interval: 20,
          timeout: 5_000,
        })
        .toEqual([]);
    }
    expect(Date.now() - at).toBeLessThan(2_000);

    await save({ ...noWar, expectedRevision: 3, arguments: { keeps: 'matching' } });
    await step('submitRule', 'no-war');
    await step('publishRule', 'no-war');
    await expect
      .poll(async () => (await listAt(api.api.url)).every(({ categories }) => categories.includes('war')))
      .toBe(true);
    expect(await step('rollBackRule', 'no-war', ', revision: 3')).toMatchObject({ status: 'PUBLISHED' });
    await expect
      .poll(async () => (await listAt(api.api.url)).some(({ categories }) => categories.includes('war')))
      .toBe(false);
    const history = await call('{ ruleHistory(key: "no-war") { nodes { action wentLive actor } } }');
    expect(history.data.ruleHistory.nodes.map(({ action }: { action: string }) => action)).toEqual([
      'ROLL_BACK',
      'PUBLISH',
      'SUBMIT',
      'SAVE',
      'PUBLISH',
      'SUBMIT',
      'SAVE',
    ]);
    await step('archiveRule', 'no-war');
    await expect
      .poll(async () => (await listAt(second.url)).some(({ categories }) => categories.includes('war')))
      .toBe(true);
  });

  it('names in the ledger the rule that put an item where it is', async () => {
    await save({ key: 'front', kind: 'pin', arguments: { itemId: 'film-9', position: 1 } });
    await step('submitRule', 'front');
    await step('publishRule', 'front');
    const query = `{ recommendations(subject: { interests: ["space"] }, first: 3) {
      edges { node { id } score ledger { term value detail } } } }`;
    await expect
      .poll(async () => (await api.ask(api.shop.secretKey, query)).data.recommendations.edges[0].node.id)
      .toBe('film-9');
    const [edge] = (await api.ask(api.shop.secretKey, query)).data.recommendations.edges;
    expect(JSON.stringify(edge.ledger)).toContain('front');
    const sum = edge.ledger.reduce((total: number, { value }: { value: number }) => total + value, 0);
    expect(Math.abs(sum - edge.score)).toBeLessThan(1e-6);
    await step('archiveRule', 'front');
  });

  it('lets a person rest from what they were shown', async () => {
    const key = 'rest';
    await save({ key, kind: 'rotate', arguments: { afterViews: 1, forDays: 1 } });
    await step('submitRule', key);
    await step('publishRule', key);
    const runtime = await api.api.services.runtimes.get(api.shop.id);
    await expect.poll(() => runtime.rules?.rules.some((rule) => rule.key === key)).toBe(true);
    const first = async () => {
      const query =
        '{ recommendations(subject: { sessionId: "tired", interests: ["space"] }, first: 3) { nodes { id } } }';
      const { data } = await api.ask(api.shop.publicKey, query);
      await api.api.services.exposures.flush();
      return data.recommendations.nodes.map(({ id }: { id: string }) => id) as string[];
    };
    const [once, twice] = [await first(), await first()];
    expect(twice.filter((id) => once.includes(id))).toEqual([]);
    await step('archiveRule', key);
  });

  it('is refused with every field that is wrong', async () => {
    const answer = await save({
      key: 'Bad Key',
      kind: 'boost',
      arguments: { weight: 99 },
      condition: { window: { timeZone: 'Mars/Olympus' } },
    });
    expect(answer.errors[0]?.extensions).toMatchObject({
      code: 'BAD_INPUT',
      problems: [
        { field: 'input.key' },
        { field: 'input.condition.window.timeZone' },
        { field: 'input.arguments.weight' },
      ],
    });
  });

  it('saved over a newer one is a conflict that shows the newer one', async () => {
    const boost = { key: 'twice', kind: 'boost', arguments: { weight: 0.3 } };
    await save(boost);
    await save({ ...boost, arguments: { weight: 0.4 }, expectedRevision: 1 });
    const stale = await save({ ...boost, arguments: { weight: 0.5 }, expectedRevision: 1 });
    expect(stale.errors[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      current: { revision: 2, rule: { arguments: { weight: 0.4 } } },
    });
  });

  it('can be changed in bulk, each with a result of its own', async () => {
    const inputs = ['bulk-1', 'bulk-2'].map((key) => ({ key, kind: 'boost', arguments: {} }));
    const saved = await call(
      'mutation ($inputs: [RuleInput!]!) { saveRules(inputs: $inputs) { key rule { status } problems { code field } } }',
      { inputs: [...inputs, { key: 'bulk-3', kind: 'no-such-kind', arguments: {} }] },
    );
    expect(saved.data.saveRules).toEqual([
      { key: 'bulk-1', rule: { status: 'DRAFT' }, problems: [] },
      { key: 'bulk-2', rule: { status: 'DRAFT' }, problems: [] },
      { key: 'bulk-3', rule: null, problems: [{ code: 'BAD_INPUT', field: 'inputs.2.kind' }] },
    ]);
    const changed = await call(
      'mutation { changeRules(changes: [{ key: "bulk-1" }, { key: "nobody" }, { key: "bulk-2" }], action: ARCHIVE) { key rule { status } problems { code } } }',
    );
    expect(changed.data.changeRules).toEqual([
      { key: 'bulk-1', rule: { status: 'ARCHIVED' }, problems: [] },
      { key: 'nobody', rule: null, problems: [{ code: 'NOT_FOUND' }] },
      { key: 'bulk-2', rule: { status: 'ARCHIVED' }, problems: [] },
    ]);
  });

  it('that is stale among many is left alone and shows what another made of it, and the others go on', async () => {
    const inputs = ['stale', 'fresh'].map((key) => ({ key, kind: 'boost', arguments: { weight: 0.1 } }));
    const saveMany = (rows: object[]) =>
      call(
        'mutation ($rows: [RuleInput!]!) { saveRules(inputs: $rows) { key rule { revision } problems { code field } current { revision arguments } } }',
        { rows },
      );
    await saveMany(inputs);
    await save({ ...inputs[0], arguments: { weight: 0.7 }, expectedRevision: 1 });
    const again = await saveMany(inputs.map((input) => ({ ...input, priority: 5, expectedRevision: 1 })));
    const theirs = { revision: 2, arguments: { weight: 0.7 } };
    const conflict = { code: 'CONFLICT', field: 'inputs.0.expectedRevision' };
    expect(again.data.saveRules).toEqual([
      { key: 'stale', rule: null, problems: [conflict], current: theirs },
      { key: 'fresh', rule: { revision: 2 }, problems: [], current: null },
    ]);
    const submitted = await call(
      `mutation ($changes: [RuleStepInput!]!) { changeRules(changes: $changes, action: SUBMIT) {
        key rule { status } problems { code field message } current { revision arguments } } }`,
      {
        changes: [
          { key: 'stale', expectedRevision: 1 },
          { key: 'fresh', expectedRevision: 2 },
        ],
      },
    );
    const [stale, fresh] = submitted.data.changeRules;
    expect(stale).toMatchObject({ rule: null, current: theirs });
    expect(stale.problems[0]).toMatchObject({ code: 'CONFLICT', field: 'changes.0.expectedRevision' });
    expect(fresh).toMatchObject({ rule: { status: 'IN_REVIEW' }, problems: [], current: null });
    const late = await call(
      'mutation { rollBackRule(key: "stale", revision: 1, expectedRevision: 1) { status } }',
    );
    expect(late.errors[0]?.extensions).toMatchObject({ code: 'CONFLICT', current: { revision: 2 } });
  });

  it('needs someone else to publish it where the catalogue says so', async () => {
    const password = 'correct horse battery';
    const cookieOf = async (email: string) => {
      await createMember(api.pool, {
        email,
        name: email,
        password,
        memberships: [{ catalogue: 'shop', role: 'merchandiser' }],
      });
      const signIn = 'mutation ($input: SignInInput!) { signIn(input: $input) { email } }';
      const { headers } = await api.ask(null, signIn, { input: { email, password } }, admin);
      return { cookie: headers.get('set-cookie')?.split(';')[0] ?? '' };
    };
    const [ann, bob] = [await cookieOf('ann@rules.example'), await cookieOf('bob@rules.example')];
    const as = (headers: Record<string, string>, query: string, variables = {}) =>
      api.ask(null, query, variables, { ...admin, headers });
    const policy =
      'mutation { saveMerchandisingPolicy(input: { reviewByAnother: true, expectedVersion: 0 }) { version } }';
    expect((await as(ann, policy)).errors[0]?.extensions['code']).toBe('FORBIDDEN');
    await call(policy);
    await as(ann, saveQuery, { input: { key: 'mine', kind: 'boost', arguments: {} } });
    await as(ann, 'mutation { submitRule(key: "mine") { status } }');
    const publish = 'mutation { publishRule(key: "mine") { status } }';
    expect((await as(ann, publish)).errors[0]?.extensions['code']).toBe('FORBIDDEN');
    expect((await as(bob, publish)).data.publishRule.status).toBe('PUBLISHED');
    const late = await api.ask(api.shop.secretKey, policy, {}, admin);
    expect(late.errors[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      field: 'input.expectedVersion',
      current: { reviewByAnother: true, version: 1 },
    });
    await call(policy.replace('true', 'false').replace(': 0', ': 1'));
    await step('archiveRule', 'mine');
  });

  it('of one catalogue is out of sight and out of reach of another', async () => {
    await save({ key: 'secret', kind: 'boost', arguments: {} });
    const seen = await call(
      '{ rule(key: "secret") { key } rules { key } lintRules { rule } }',
      {},
      api.other,
    );
    expect(seen.data).toEqual({ rule: null, rules: [], lintRules: [] });
    const archive = await call('mutation { archiveRule(key: "secret") { status } }', {}, api.other);
    expect(archive.errors[0]?.extensions['code']).toBe('NOT_FOUND');
  });
});

describe('what helps to write a rule', () => {
  it('is a form a kind, in the language of the request', async () => {
    const kinds = async (language: string) => {
      const answer = await api.ask(
        api.shop.secretKey,
        '{ ruleKinds { kind label form } }',
        {},
        { ...admin, headers: { 'accept-language': language } },
      );
      return answer.data.ruleKinds as { kind: string; label: string; form: { properties: object } }[];
    };
    const [english, chinese] = [await kinds('en'), await kinds('zh-CN')];
    expect(english).toHaveLength(8);
    expect(english.find(({ kind }) => kind === 'pin')?.label).toBe('Pin');
    expect(chinese.find(({ kind }) => kind === 'pin')).toMatchObject({
      label: '置顶',
      form: { properties: { position: { label: '位置', minimum: 1, maximum: 200 } } },
    });
  });

  it('is a linter that names the other rule in a sentence', async () => {
    await save({ key: 'pin-a', kind: 'pin', arguments: { itemId: 'film-1', position: 1 } });
    const query =
      'query ($draft: RuleInput) { lintRules(draft: $draft) { code severity rule other message } }';
    const answer = await call(query, {
      draft: { key: 'pin-b', kind: 'pin', arguments: { itemId: 'film-2', position: 1 } },
    });
    expect(answer.data.lintRules).toContainEqual({
      code: 'sameSlot',
      severity: 'error',
      rule: 'pin-b',
      other: 'pin-a',
      message: '“pin-b” wants slot 1, which “pin-a” gets: give one of them another slot',
    });
  });
});

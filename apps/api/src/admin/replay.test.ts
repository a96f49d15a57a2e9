import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi } from '../api.fixture.js';

const admin = { path: '/admin/graphql' };
const visitQuery = `query ($subject: SubjectInput!, $after: String) {
  recommendations(placement: "home", subject: $subject, first: 5, after: $after) {
    recommendationId experiment { variant } nodes { id } pageInfo { endCursor } } }`;
const replayQuery = `query ($id: ID!) { replay(recommendationId: $id) {
  isSame logged { itemId } replayed { itemId } now { itemId } } }`;

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  await api.store(
    api.shop,
    ...Array.from({ length: 30 }, (_, index) => ({
      id: `film-${index}`,
      title: `film number ${index}`,
      categories: [['war', 'peace', 'love'][index % 3] ?? ''],
    })),
  );
});
afterAll(() => api.close());

const manage = async (query: string, variables: object = {}) => {
  const answer = await api.ask(api.shop.secretKey, query, variables, admin);
  expect(answer.errors).toEqual([]);
  const runtime = await api.api.services.runtimes.get(api.shop.id);
  await runtime.refresh();
  await runtime.refresh();
  return answer.data;
};
const saveRule = (input: object) =>
  manage('mutation ($input: RuleInput!) { saveRule(input: $input) { key } }', { input });
const publish = async (input: { key: string }) => {
  await saveRule(input);
  await manage(
    `mutation { submitRule(key: "${input.key}") { key } publishRule(key: "${input.key}") { key } }`,
  );
};
const archive = (key: string) => manage(`mutation { archiveRule(key: "${key}") { key } }`);
const visit = async (profileId: string, after: string | null = null) => {
  const { data, errors } = await api.ask(api.shop.publicKey, visitQuery, { subject: { profileId }, after });
  expect(errors).toEqual([]);
  await api.api.services.exposures.flush();
  return data.recommendations as {
    recommendationId: string;
    experiment: { variant: string } | null;
    nodes: { id: string }[];
    pageInfo: { endCursor: string };
  };
};
const replay = async (id: string) => {
  const told = (await manage(replayQuery, { id })).replay;
  const ids = (items: readonly { itemId: string }[]) => items.map(({ itemId }) => itemId);
  return { isSame: told.isSame, replayed: ids(told.replayed), now: ids(told.now), logged: ids(told.logged) };
};
const idsOf = ({ nodes }: { nodes: readonly { id: string }[] }) => nodes.map(({ id }) => id);
const without = (category: string) => ({
  key: `no-${category}`,
  kind: 'filter',
  condition: { items: { matches: { field: 'categories', in: [category] } } },
  arguments: { keeps: 'others' },
});

describe('rotation in the past', () => {
  const rotate = { key: 'rest', kind: 'rotate', arguments: { afterViews: 1, forDays: 7 } };
  beforeAll(() => publish(rotate));
  afterAll(() => archive('rest'));

  it('knows what had been shown before that list, and nothing of the list itself or of later ones', async () => {
    const first = await visit('ann');
    const second = await visit('ann');
    await visit('ann');
    expect(idsOf(first).filter((id) => idsOf(second).includes(id))).toEqual([]);
    for (const list of [first, second]) {
      const told = await replay(list.recommendationId);
      expect(told.replayed).toEqual(idsOf(list));
      expect(told.isSame).toBe(true);
      // by now all of these rest
      expect(told.now.filter((id) => [...idsOf(first), ...idsOf(second)].includes(id))).toEqual([]);
    }
  });

  it('makes a later page as it was when its list was ranked, not as of when it was turned to', async () => {
    const first = await visit('bea');
    const page = await visit('bea', first.pageInfo.endCursor);
    const told = await replay(page.recommendationId);
    expect(told.replayed).toEqual(idsOf(page));
    expect(told.isSame).toBe(true);
  });

  it('is told the same as of a time', async () => {
    const before = new Date();
    const first = await visit('cleo');
    await visit('cleo');
    const explain = `query ($asOf: DateTime!) { explain(placement: "home", subject: { profileId: "cleo" }, first: 5,
      asOf: $asOf) { list { itemId } } }`;
    const { list } = (await manage(explain, { asOf: before.toISOString() })).explain;
    expect(list.map(({ itemId }: { itemId: string }) => itemId)).toEqual(idsOf(first));
  });
});

describe("a list of an experiment's arm", () => {
  it('is made again under the rules of its arm as they were at the start, and told what the arm shows now', async () => {
    await saveRule(without('war'));
    await publish(without('peace'));
    await publish({ ...without('love'), key: 'outside' });
    await saveRule({
      ...without('love'),
      key: 'outside',
      condition: { ...without('love').condition, outsideExperiments: true },
      expectedRevision: 3,
    });
    await manage('mutation { submitRule(key: "outside") { key } publishRule(key: "outside") { key } }');
    const variant = (key: string, fields: object = {}) => ({
      key,
      name: key,
      strategyKey: 'cold-start',
      ...fields,
    });
    await manage('mutation ($input: ExperimentInput!) { createExperiment(input: $input) { key } }', {
      input: {
        key: 'arms',
        name: 'arms',
        hypothesis: 'It makes a difference',
        placements: ['home'],
        variants: [variant('control'), variant('changed', { rulesOn: ['no-war'], rulesOff: ['no-peace'] })],
        primaryMetric: 'list-clicks',
      },
    });
    await manage('mutation { startExperiment(key: "arms") { status } }');
    // what becomes of the draft later does not reach the arm
    await saveRule({ ...without('peace'), key: 'no-war', expectedRevision: 1 });
    const byArm = new Map<string, Awaited<ReturnType<typeof visit>>>();
    for (let unit = 0; byArm.size < 2; unit++) {
      const list = await visit(`unit-${unit}`);
      if (list.experiment) byArm.set(list.experiment.variant, list);
    }
    const categories = (ids: readonly string[]) =>
      [...new Set(ids.map((id) => ['war', 'peace', 'love'][Number(id.slice(5)) % 3]))].sort();
    const expected = { control: ['love', 'war'], changed: ['love', 'peace'] };
    for (const isRunning of [true, false]) {
      for (const [arm, list] of byArm) {
        const told = await replay(list.recommendationId);
        expect([arm, categories(told.replayed)]).toEqual([arm, expected[arm as keyof typeof expected]]);
        expect([arm, told.replayed, told.isSame]).toEqual([arm, idsOf(list), true]);
        const now = isRunning ? expected[arm as keyof typeof expected] : ['war'];
        expect([arm, categories(told.now)]).toEqual([arm, now]);
      }
      if (isRunning) await manage('mutation { stopExperiment(key: "arms", reason: "enough") { status } }');
    }
  });
});

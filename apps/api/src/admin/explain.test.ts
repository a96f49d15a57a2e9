import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi } from '../api.fixture.js';
import { registerTraining } from '../model.fixture.js';

const admin = { path: '/admin/graphql' };
let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  const film = (id: string, title: string, category: string, fields = {}) => ({
    id,
    title,
    categories: [category],
    ...fields,
  });
  await api.store(
    api.shop,
    ...Array.from({ length: 30 }, (_, index) =>
      film(`film-${index}`, `space film number ${index}`, index % 3 === 0 ? 'war' : 'peace'),
    ),
    film('gone', 'space film long gone', 'peace', { status: 'HIDDEN' }),
  );
});
afterAll(() => api.close());

const call = async (query: string, variables: object = {}) => {
  const answer = await api.ask(api.shop.secretKey, query, variables, admin);
  expect(answer.errors).toEqual([]);
  return answer.data;
};
async function publish(rule: object) {
  const { saveRule } = await call('mutation ($input: RuleInput!) { saveRule(input: $input) { key } }', {
    input: rule,
  });
  await call(
    `mutation { submitRule(key: "${saveRule.key}") { key } publishRule(key: "${saveRule.key}") { key } }`,
  );
  const runtime = await api.api.services.runtimes.get(api.shop.id);
  await runtime.refresh();
  await runtime.refresh();
}
const archive = async (key: string) => {
  await call(`mutation { archiveRule(key: "${key}") { key } }`);
  const runtime = await api.api.services.runtimes.get(api.shop.id);
  await runtime.refresh();
  await runtime.refresh();
};
const noWar = {
  key: 'no-war',
  kind: 'filter',
  condition: { items: { matches: { field: 'categories', in: ['war'] } } },
  arguments: { keeps: 'others' },
};
const explain = `query ($asOf: DateTime, $context: ContextInput) {
  explain(placement: "home", subject: { interests: ["space"] }, first: 5, asOf: $asOf, context: $context) {
    coldness rules list { rank itemId score ledger { term value } }
    outranked { rank itemId score message } filtered { itemId why rule message }
    conflicts { rule why message } timings { stage label ms } } }`;

describe('explain', () => {
  it('makes the list by another strategy than the placement has, and names it', async () => {
    const config = { sources: [{ source: 'newArrivals', limit: 50 }] };
    await call('mutation ($input: StrategyInput!) { saveStrategy(input: $input) { key } }', {
      input: { key: 'newest', name: 'Newest', config, expectedVersion: 0 },
    });
    const runtime = await api.api.services.runtimes.get(api.shop.id);
    await runtime.refresh();
    await runtime.refresh();
    const by = async (args: string) =>
      (
        await call(`{ explain(placement: "home", subject: { interests: ["space number 7"] }, first: 5${args}) {
          strategy { key } list { itemId ledger { term } } } }`)
      ).explain;
    const own = await by('');
    const other = await by(', strategy: "newest"');
    expect([own.strategy.key, other.strategy.key]).toEqual(['cold-start', 'newest']);
    expect(other.list).toHaveLength(5);
    expect(other.list).not.toEqual(own.list);
    const { errors } = await api.ask(
      api.shop.secretKey,
      '{ explain(placement: "home", subject: { interests: ["space"] }, strategy: "none") { coldness } }',
      {},
      admin,
    );
    expect(errors[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'strategy' });
  });

  it('tells the list, what was filtered by which rule, what was outranked by how much, and the time of each stage', async () => {
    await publish(noWar);
    await publish({ key: 'pin-gone', kind: 'pin', arguments: { itemId: 'gone', position: 1 } });
    const told = (await call(explain, { context: { pageItemIds: ['film-1'] } })).explain;
    expect(told.list).toHaveLength(5);
    for (const { score, ledger } of told.list) {
      const sum = ledger.reduce((total: number, { value }: { value: number }) => total + value, 0);
      expect(Math.abs(sum - score)).toBeLessThan(1e-6);
    }
    expect(told.rules.sort()).toEqual(['no-war', 'pin-gone']);
    const filtered = (id: string) => told.filtered.find(({ itemId }: { itemId: string }) => itemId === id);
    expect(filtered('film-0')).toMatchObject({ why: 'rule', rule: 'no-war' });
    expect(filtered('film-0').message).toBe('the rule “no-war” filters it out');
    expect(filtered('film-1')).toMatchObject({ why: 'excluded', rule: null });
    expect(told.conflicts).toEqual([
      { rule: 'pin-gone', why: 'notEligible', message: '“pin-gone” pins an item that may not be shown' },
    ]);
    const shown = told.list.map(({ itemId }: { itemId: string }) => itemId);
    expect(told.outranked.length).toBeGreaterThan(5);
    for (const { itemId, score, rank } of told.outranked) {
      expect(shown).not.toContain(itemId);
      expect(rank).toBeGreaterThan(5);
      expect(score).toBeLessThanOrEqual(told.list[4].score);
    }
    expect(told.timings.map(({ stage }: { stage: string }) => stage)).toEqual([
      'knowledge',
      'neighbours',
      'candidates',
      'ranking',
      'exploration',
    ]);
    await archive('pin-gone');
  });

  it('as of a time uses the rules and the strategy of then', async () => {
    const before = new Date();
    await archive('no-war');
    const isWar = ({ itemId }: { itemId: string }) => Number(itemId.slice(5)) % 3 === 0;
    const now = (await call(explain)).explain.list;
    const then = (await call(explain, { asOf: before.toISOString() })).explain.list;
    expect([now.some(isWar), then.some(isWar)]).toEqual([true, false]);
  });
});

describe('replay', () => {
  const replayQuery = `query ($id: ID!) { replay(recommendationId: $id) { isSame caveats strategy { key version }
    logged { rank itemId score } replayed { rank itemId score } now { itemId } changes { itemId from to reason } } }`;

  it('makes a shown list again as of then, whatever was published and clicked since, and tells what differs now', async () => {
    const track = (event: object) =>
      api.ask(api.shop.publicKey, 'mutation ($e: [EventInput!]!) { trackEvents(events: $e) { accepted } }', {
        e: [{ profileId: 'ann', ...event }],
      });
    await track({ id: 'replay-1', type: 'SEARCH', query: 'film number 3' });
    const list = await api.ask(
      api.shop.publicKey,
      `{ recommendations(subject: { profileId: "ann", interests: ["number 7"] }, first: 6, filter: { categories: ["war", "peace"] }) {
        recommendationId edges { node { id } score } } }`,
    );
    const { recommendationId, edges } = list.data.recommendations;
    await publish({ ...noWar, key: 'later' });
    await track({ id: 'replay-2', type: 'SEARCH', query: 'long gone' });
    await call(
      'mutation { saveStrategy(input: { key: "cold-start", expectedVersion: 1, name: "Other", config: { weights: { freshness: 1 } } }) { version } }',
    );
    const { replay } = await call(replayQuery, { id: recommendationId });
    expect(replay.isSame).toBe(true);
    expect(replay.strategy).toEqual({ key: 'cold-start', version: 1 });
    expect(replay.logged.map(({ itemId }: { itemId: string }) => itemId)).toEqual(
      edges.map(({ node }: { node: { id: string } }) => node.id),
    );
    for (const { itemId, score } of replay.replayed) {
      const shown = edges.find(({ node }: { node: { id: string } }) => node.id === itemId);
      if (shown) expect(Math.abs(score - shown.score)).toBeLessThan(1e-4);
    }
    const isWar = ({ itemId }: { itemId: string }) => Number(itemId.slice(5)) % 3 === 0;
    expect([replay.logged.some(isWar), replay.now.some(isWar)]).toEqual([true, false]);
    const exit = replay.changes.find(({ to }: { to: number | null }) => to === null);
    expect(exit.reason).toBe('“later” filters it out');
    expect(replay.caveats).toEqual([]);
  });

  it('asks the trained model of then, whatever serves now, and says so where it is not kept any more', async () => {
    const runtime = await api.api.services.runtimes.get(api.shop.id);
    const serve = async (likes: readonly (readonly string[])[], against: string | null) => {
      const { id } = await registerTraining(api.pool, api.shop.id, { likes, against });
      await expect
        .poll(
          async () => {
            await runtime.refresh();
            return runtime.serving.model?.id;
          },
          { timeout: 30_000 },
        )
        .toBe(id);
      return id;
    };
    const titles = (numbers: readonly number[]) => numbers.map((number) => `film-${number}`);
    const ask = `{ recommendations(subject: { likedItemIds: ["film-1", "film-2"] }, first: 6) {
      recommendationId edges { node { id } } } }`;
    const first = await serve([titles([1, 2, 4, 5]), titles([1, 2, 4]), titles([2, 4, 5])], null);
    const { recommendations } = (await api.ask(api.shop.publicKey, ask)).data;
    const between = new Date();
    await serve([titles([1, 2, 25, 26]), titles([1, 2, 25]), titles([2, 25, 26])], first);
    const { replay } = await call(replayQuery, { id: recommendations.recommendationId });
    expect(replay.isSame).toBe(true);
    expect(replay.replayed.map(({ itemId }: { itemId: string }) => itemId)).toEqual(
      recommendations.edges.map(({ node }: { node: { id: string } }) => node.id),
    );
    expect(replay.caveats.join()).toContain('the trained model is that of then');
    expect(replay.now).not.toEqual(replay.replayed.map(({ itemId }: { itemId: string }) => ({ itemId })));
    const liking = `query ($asOf: DateTime) { explain(placement: "home", subject: { likedItemIds: ["film-1", "film-2"] },
      first: 6, asOf: $asOf) { degraded { part } list { itemId } } }`;
    const idsOf = (answer: { explain: { list: readonly { itemId: string }[] } }) =>
      answer.explain.list.map(({ itemId }) => itemId);
    const then = idsOf(await call(liking, { asOf: between.toISOString() }));
    const now = idsOf(await call(liking));
    expect(then[0]).toBe(recommendations.edges[0].node.id);
    expect(now[0]).not.toBe(then[0]);

    await api.pool.query('DELETE FROM model_chunk WHERE model_id = $1', [first]);
    const without = (await call(replayQuery, { id: recommendations.recommendationId })).replay;
    expect(without.caveats.join()).toContain('is not kept any more');
    expect((await call(liking, { asOf: between.toISOString() })).explain.degraded).toEqual([
      { part: 'model' },
    ]);
  }, 90_000);

  it('finds nothing of another catalogue', async () => {
    const list = await api.ask(
      api.shop.publicKey,
      '{ recommendations(subject: { interests: ["space"] }) { recommendationId } }',
    );
    const id = list.data.recommendations.recommendationId;
    const answer = await api.ask(api.other.secretKey, replayQuery, { id }, admin);
    expect(answer.errors[0]?.extensions['code']).toBe('NOT_FOUND');
  });
});

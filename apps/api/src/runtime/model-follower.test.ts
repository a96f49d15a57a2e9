import { activateModel, type ModelVersion } from '@kindling/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, ask, openApi, wordEncoder } from '../api.fixture.js';
import { readEnv } from '../env.js';
import { jsonLog } from '../log.js';
import { damageArtefact, registerTraining } from '../model.fixture.js';
import { type RunningApi, startApi } from '../start.js';

// Everybody who likes an apple likes a pear, and who likes a car likes a boat: no word in common says so.
const kinds = ['apple', 'pear', 'car', 'boat'];
const numbers = Array.from({ length: 8 }, (_, index) => index);
const likes = [
  ...numbers.map(() => numbers.flatMap((number) => [`apple-${number}`, `pear-${number}`])),
  ...numbers.map(() => numbers.flatMap((number) => [`car-${number}`, `boat-${number}`])),
];

let api: ApiFixture;
let first: ModelVersion;
beforeAll(async () => {
  api = await openApi();
  const items = numbers.flatMap((number) =>
    kinds.map((kind) => ({ id: `${kind}-${number}`, title: `${kind} ${number}`, categories: [kind] })),
  );
  await api.store(api.shop, ...items);
  await api.ask(
    api.shop.publicKey,
    `mutation { trackEvents(events: [{ id: "e1", type: FAVOURITE, profileId: "ann", itemId: "apple-1" }]) { accepted } }`,
  );
});
afterAll(() => api.close());

interface List {
  readonly model: { readonly id: string; readonly number: number } | null;
  readonly degraded: readonly { readonly part: string; readonly reason: string }[];
  readonly served: { readonly level: string };
  readonly recommendationId: string;
  readonly edges: readonly {
    readonly node: { readonly id: string };
    readonly ledger: readonly { readonly term: string; readonly value: number }[];
  }[];
}
async function list(url = api.api.url, subject = '{ profileId: "ann" }'): Promise<List> {
  const answer = await ask(
    url,
    api.shop.secretKey,
    `{ recommendations(subject: ${subject}, first: 20) { recommendationId model { id number } degraded { part reason }
       served { level } edges { node { id } ledger { term value } } } }`,
  );
  expect(answer.errors).toEqual([]);
  return answer.data.recommendations;
}
const peopleAlike = ({ edges }: List) =>
  edges.filter(({ ledger }) => ledger.some(({ term, value }) => term === 'collaborative' && value > 0));
const overview = async () => {
  const text =
    '{ overview { model { active { number } serving { number } isLoading problem foldedItems } behind } }';
  return (await api.ask(api.shop.secretKey, text, {}, { path: '/admin/graphql' })).data.overview;
};
const serving = (url?: string) => async () => (await list(url)).model?.number ?? null;
const startAnother = (environment: Record<string, string> = {}): Promise<RunningApi> =>
  startApi(
    readEnv({ DATABASE_URL: api.databaseUrl, DATA_DIR: '/nowhere', API_PORT: '0', ...environment }),
    jsonLog('error', () => {}),
    { encoder: wordEncoder },
  );
const activate = (model: ModelVersion | null) =>
  activateModel(api.pool, api.shop.id, { modelId: model?.id ?? null, actor: 'test', reason: 'test' });

describe('the trained model that serves', () => {
  it('is none at first, and lists say so without calling it a fault', async () => {
    expect(await list()).toMatchObject({ model: null, degraded: [] });
    expect((await overview()).model).toEqual({
      active: null,
      serving: null,
      isLoading: false,
      problem: null,
      foldedItems: 0,
    });
  });

  it('serves once it is active, and lists and their log name it', async () => {
    first = await registerTraining(api.pool, api.shop.id, { likes });
    await expect.poll(serving(), { timeout: 25_000 }).toBe(1);
    const shown = await list();
    expect(shown.model).toEqual({ id: first.id, number: 1 });
    expect(peopleAlike(shown).map(({ node }) => node.id)).toContain('pear-3');
    await api.api.services.exposures.flush();
    const logged = await api.pool.query('SELECT trained_model_id FROM recommendation WHERE id = $1', [
      shown.recommendationId,
    ]);
    expect(logged.rows).toEqual([{ trained_model_id: first.id }]);
  });

  it('is not named by lists that have no part in which people alike speak', async () => {
    const answer = await api.ask(
      api.shop.publicKey,
      '{ search(query: "pear") { model { id } nodes { id } } }',
    );
    expect(answer.data.search.model).toBeNull();
    expect(answer.data.search.nodes.length).toBeGreaterThan(0);
  });

  it('gives way to a new one without a gap: each list is of the old or of the new one, on every process', async () => {
    const another = await startAnother();
    let isOver = false;
    try {
      expect((await list(another.url)).model?.number).toBe(1);
      const seen = new Set<number | null>();
      const visitors = [api.api.url, another.url].map(async (url) => {
        while (!isOver) {
          const shown = await list(url);
          seen.add(shown.model?.number ?? null);
          expect(shown.degraded).toEqual([]);
          expect(peopleAlike(shown).length).toBeGreaterThan(0);
        }
      });
      await registerTraining(api.pool, api.shop.id, { likes, against: first.id });
      await expect.poll(serving(), { timeout: 25_000 }).toBe(2);
      await expect.poll(serving(another.url), { timeout: 25_000 }).toBe(2);
      isOver = true;
      await Promise.all(visitors);
      expect([...seen].sort()).toEqual([1, 2]);
    } finally {
      isOver = true;
      await another.close();
    }
  });

  it('reaches an item that arrived after its training, through what the item says', async () => {
    await api.store(api.shop, { id: 'pear-new', title: 'pear 2000', categories: ['pear'] });
    const reached = async () => peopleAlike(await list()).map(({ node }) => node.id);
    await expect.poll(reached, { timeout: 20_000 }).toContain('pear-new');
    expect((await overview()).model).toMatchObject({ foldedItems: 1, problem: null });
    expect((await list()).model?.number).toBe(2);
  });

  it('goes on serving when the next one is damaged, and the overview says what is wrong', async () => {
    const damaged = await registerTraining(api.pool, api.shop.id, { likes, verdict: 'UNDECIDED' });
    await damageArtefact(api.pool, damaged.id);
    await activate(damaged);
    await expect.poll(async () => (await overview()).model.problem, { timeout: 25_000 }).toMatch(/damaged/);
    expect((await overview()).model).toMatchObject({ active: { number: 3 }, serving: { number: 2 } });
    const shown = await list();
    expect(shown).toMatchObject({ model: { number: 2 }, degraded: [] });
    expect(peopleAlike(shown).length).toBeGreaterThan(0);
  });

  it('is the one before on a process that starts while the active one is damaged', async () => {
    const another = await startAnother();
    try {
      expect((await list(another.url)).model?.number).toBe(2);
    } finally {
      await another.close();
    }
  });

  it('leaves lists that say so where neither it nor one before it can be had', async () => {
    await api.pool.query('DELETE FROM model_chunk');
    const another = await startAnother();
    try {
      const shown = await list(another.url);
      expect(shown).toMatchObject({ model: null, degraded: [{ part: 'model' }] });
      expect(shown.edges.length).toBeGreaterThan(0);
      // whoever has done nothing misses nothing
      expect((await list(another.url, '{ interests: ["pear"] }')).degraded).toEqual([]);
    } finally {
      await another.close();
    }
  });

  it('can be taken away, and comes back', async () => {
    await activate(null);
    await expect.poll(serving(), { timeout: 25_000 }).toBeNull();
    expect((await list()).degraded).toEqual([]);
    const again = await registerTraining(api.pool, api.shop.id, { likes });
    await expect.poll(serving(), { timeout: 25_000 }).toBe(again.number);
  });
});

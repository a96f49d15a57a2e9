import { Worker } from 'node:worker_threads';
import { itemId, itemSchema, modelId } from '@kindling/domain';
import { findItemNumbers, registerModel, savePlacement, upsertItems, writeVectors } from '@kindling/storage';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ApiFixture, openApi, wordVector } from '../api.fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  await api.store(
    api.shop,
    { id: 'moon', title: 'robots on the moon' },
    { id: 'love', title: 'love in paris' },
  );
});
afterAll(() => api.close());

const search = async (query: string): Promise<string[]> => {
  const answer = await api.ask(
    api.shop.publicKey,
    `query ($query: String!) { search(query: $query) { nodes { id } } }`,
    { query },
  );
  return answer.data.search.nodes.map(({ id }: { id: string }) => id);
};

describe('a catalogue in memory', () => {
  it('follows what other processes write by itself, within 5 seconds', async () => {
    const item = itemSchema.parse({ id: 'platypus', title: 'the platypus returns' });
    await upsertItems(api.pool, api.shop.id, [{ item, contentHash: 'h' }]);
    await expect.poll(() => search('platypus'), { timeout: 5_000 }).toEqual(['platypus']);
    await upsertItems(api.pool, api.shop.id, [{ item: { ...item, status: 'HIDDEN' }, contentHash: 'h' }]);
    await expect.poll(() => search('platypus'), { timeout: 5_000 }).toEqual([]);
  });

  it('follows placements, too', async () => {
    await savePlacement(
      api.pool,
      api.shop.id,
      {
        key: 'cellar',
        expectedVersion: 0,
        name: 'Cellar',
        kind: 'PERSONAL',
        strategyKey: 'cold-start',
        size: 5,
        fallback: [],
      },
      'test',
    );
    const ask = async () =>
      (
        await api.ask(
          api.shop.publicKey,
          '{ recommendations(placement: "cellar", subject: { interests: ["x"] }) { placement } }',
        )
      ).errors.length;
    await expect.poll(ask, { timeout: 5_000 }).toBe(0);
  });

  it('fills the index again when one of its threads has died', async () => {
    const postMessage = vi.spyOn(Worker.prototype, 'postMessage');
    expect(await search('robots')).toEqual(['moon']);
    // a text that nobody has asked with: the neighbours of others are remembered, and need no index
    let asked = 0;
    const degraded = async () => {
      const answer = await api.ask(
        api.shop.publicKey,
        `{ recommendations(subject: { interests: ["robots ${asked++}"] }) { degraded { part } } }`,
      );
      return answer.data.recommendations.degraded.map(({ part }: { part: string }) => part);
    };
    expect(await degraded()).toEqual([]);
    const thread = postMessage.mock.contexts.find((worker) => worker instanceof Worker);
    postMessage.mockRestore();
    await (thread as Worker).terminate();
    expect(await degraded()).toEqual(['vectors']);
    await expect.poll(degraded, { timeout: 10_000, interval: 200 }).toEqual([]);
  });

  it('never shows an empty or a mixed index while the serving model changes', async () => {
    const next = {
      id: modelId('words@2'),
      name: 'words',
      revision: '2',
      dimensions: 64,
      pooling: 'mean',
      licence: null,
    };
    await registerModel(api.pool, next);
    const runtime = await api.api.services.runtimes.get(api.shop.id);
    const numbers = await findItemNumbers(api.pool, api.shop.id, [itemId('moon'), itemId('love')]);
    const hashes = await api.pool.query<{ number: number; content_hash: string; title: string }>(
      `SELECT number::float8 AS number, content_hash, title FROM item WHERE catalogue_id = 'shop' AND number = ANY($1)`,
      [[...numbers.values()]],
    );
    // The new model has the vectors of the two items exchanged: a mixed index would give both or neither.
    const vectors = hashes.rows.map((row, index) => ({
      number: row.number as never,
      contentHash: row.content_hash,
      vector: wordVector(hashes.rows[1 - index]?.title ?? ''),
    }));
    await writeVectors(api.pool, api.shop.id, next, vectors);
    const nearest = async () => {
      const [hits] = await runtime.serving.recommender.neighbours.nearest({
        vectors: [wordVector('robots on the moon')],
        limit: 1,
      });
      const row = runtime.items.rowOf(hits?.[0]?.key as never);
      return row === undefined ? 'nothing' : String(runtime.items.idAt(row));
    };
    expect(await nearest()).toBe('moon');
    const seen = new Set<string>();
    await api.pool.query(
      `UPDATE catalogue SET active_model_id = $1, version = version + 1 WHERE id = 'shop'`,
      [next.id],
    );
    await expect
      .poll(
        async () => {
          const now = await nearest();
          seen.add(now);
          return now;
        },
        { timeout: 5_000, interval: 1 },
      )
      .toBe('love');
    expect([...seen].filter((id) => id !== 'moon' && id !== 'love')).toEqual([]);
    expect(runtime.servingModel).toBe(next.id);
  });

  it('says that free text cannot be used while the encoder is of another model than the vectors', async () => {
    const answer = await api.ask(
      api.shop.publicKey,
      '{ recommendations(subject: { interests: ["robots"] }) { nodes { id } degraded { part reason } } }',
    );
    expect(answer.data.recommendations.degraded[0]).toMatchObject({ part: 'encoder' });
    expect(answer.data.recommendations.nodes.length).toBeGreaterThan(0);
  });
});

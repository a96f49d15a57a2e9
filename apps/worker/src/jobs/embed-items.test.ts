import { type CatalogueId, itemSchema } from '@kindling/domain';
import {
  findCataloguesToEmbed,
  listDeadLetters,
  readEmbeddingProgress,
  readVectorChanges,
  registerModel,
  upsertItems,
} from '@kindling/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  letterEncoder,
  noFailpoint,
  openWorkerFixture,
  silentLog,
  type WorkerFixture,
} from '../worker.fixture.js';
import { type EmbedItemsParts, embedItems } from './embed-items.js';

let fixture: WorkerFixture;
beforeAll(async () => {
  fixture = await openWorkerFixture();
});
afterAll(() => fixture.close());

const rules = { maximumAttempts: 2, backoffMs: 0 };
const signal = new AbortController().signal;

function run(catalogue: CatalogueId, parts: Partial<EmbedItemsParts> & Pick<EmbedItemsParts, 'encoder'>) {
  const handler = embedItems({
    pool: fixture.pool,
    log: silentLog,
    failpoint: noFailpoint,
    rules,
    faultDelayMs: 1,
    ...parts,
  });
  return handler({ catalogueId: catalogue, shard: 0, shards: 1 }, signal);
}

const store = (catalogue: CatalogueId, titles: readonly string[], extra: object = {}) =>
  upsertItems(
    fixture.pool,
    catalogue,
    titles.map((title, index) => ({
      item: itemSchema.parse({ id: `i${index}`, title, ...extra }),
      contentHash: null,
    })),
  );

test('everything that waits is encoded once, equal texts with one inference', async () => {
  const catalogue = await fixture.catalogue('plain');
  await store(catalogue, ['alpha', 'beta', 'alpha']);
  const { encoder, encoded } = letterEncoder();
  await run(catalogue, { encoder });
  await run(catalogue, { encoder });
  expect(encoded.sort()).toEqual(['alpha', 'beta']);
  expect(await readEmbeddingProgress(fixture.pool, catalogue)).toMatchObject({ embedded: 3, waiting: 0 });
});

test('a change that the text does not show costs no inference, and the vector serves all the while', async () => {
  const catalogue = await fixture.catalogue('price');
  await store(catalogue, ['alpha', 'beta']);
  const first = letterEncoder();
  await run(catalogue, first);
  const before = await readVectorChanges(fixture.pool, catalogue, first.encoder.model.id, 0);
  await store(catalogue, ['alpha', 'beta'], { price: 3 });
  expect(await readEmbeddingProgress(fixture.pool, catalogue)).toMatchObject({ waiting: 2 });
  const second = letterEncoder();
  await run(catalogue, second);
  expect(second.encoded).toEqual([]);
  expect(await readEmbeddingProgress(fixture.pool, catalogue)).toMatchObject({ embedded: 2, waiting: 0 });
  expect(await readVectorChanges(fixture.pool, catalogue, first.encoder.model.id, 0)).toEqual(before);
});

test.each([
  ['refuse', 'The text cannot be tokenised.'],
  ['nan', 'The encoder gave a vector that is not finite (NaN).'],
  ['zero', 'The encoder gave a vector of length 0.000, not 1.'],
  ['crash', 'The encoder has crashed.'],
] as const)(
  'an item that makes the encoder %s ends as a dead letter with its id, and holds up no other',
  async (kind, reason) => {
    const catalogue = await fixture.catalogue(`bad-${kind}`);
    await store(catalogue, ['alpha', 'poison', 'gamma', 'delta']);
    const { encoder } = letterEncoder('letters', (text) => (text.startsWith('poison') ? kind : null));
    await run(catalogue, { encoder });
    await run(catalogue, { encoder });
    expect(await readEmbeddingProgress(fixture.pool, catalogue, rules)).toMatchObject({
      embedded: 3,
      failed: 1,
    });
    const letters = await listDeadLetters(fixture.pool, catalogue, { first: 5, after: null });
    expect(letters).toMatchObject([{ job: 'embed-items', subject: 'i1', reason, attempts: 2 }]);
  },
);

test('an outage of the encoder blames no item', async () => {
  const catalogue = await fixture.catalogue('outage');
  await store(catalogue, ['alpha', 'beta']);
  let calls = 0;
  const { encoder, encoded } = letterEncoder('letters', () =>
    calls++ < 40 && calls % 2 > -1 ? 'crash' : null,
  );
  await run(catalogue, { encoder }).catch(() => undefined);
  calls = 1_000;
  await run(catalogue, { encoder });
  expect(encoded.filter((text) => text !== 'a plain sentence').sort()).toEqual(['alpha', 'beta']);
  expect(await listDeadLetters(fixture.pool, catalogue, { first: 5, after: null })).toEqual([]);
});

test('a worker that dies after inference, before or after its write, loses and doubles nothing', async () => {
  for (const place of ['embed.before-write', 'embed.after-write']) {
    const catalogue = await fixture.catalogue(place.replace('.', '-'));
    await store(catalogue, ['alpha', 'beta', 'gamma']);
    const { encoder } = letterEncoder();
    const died = new AbortController();
    const handler = embedItems({
      pool: fixture.pool,
      encoder,
      log: silentLog,
      batchItems: 2,
      failpoint: (name) => {
        if (name !== place) return;
        died.abort();
        throw new Error('The power is gone.');
      },
    });
    await handler({ catalogueId: catalogue, shard: 0, shards: 1 }, died.signal);
    await run(catalogue, { encoder });
    const { numbers } = await readVectorChanges(fixture.pool, catalogue, encoder.model.id, 0);
    expect([numbers.length, new Set(numbers).size]).toEqual([3, 3]);
  }
});

test('another encoder is built beside the serving one, and takes over when it has every vector', async () => {
  const catalogue = await fixture.catalogue('swap');
  await store(catalogue, ['alpha', 'beta']);
  const old = letterEncoder();
  await run(catalogue, old);
  const next = letterEncoder('next');
  await registerModel(fixture.pool, next.encoder.model);
  const work = await findCataloguesToEmbed(fixture.pool, next.encoder.model.id, 1);
  expect(work).toContainEqual({ catalogue, shards: [0] });
  await run(catalogue, next);
  expect(await readEmbeddingProgress(fixture.pool, catalogue)).toMatchObject({
    modelId: 'next@1',
    embedded: 2,
    waiting: 0,
  });
  expect((await readVectorChanges(fixture.pool, catalogue, old.encoder.model.id, 0)).numbers).toHaveLength(2);
  await registerModel(fixture.pool, old.encoder.model);
});

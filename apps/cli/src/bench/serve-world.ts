import { type Item, itemSchema, modelId, type Random, seededRandom } from '@kindling/domain';
import { minilm } from '@kindling/minilm';
import {
  checkEvents,
  createCatalogue,
  createKey,
  EventQueue,
  findItemNumbers,
  type Pool,
  registerModel,
  upsertItems,
  writeVectors,
} from '@kindling/storage';

export interface ServeWorld {
  readonly publicKey: string;
  readonly secretKey: string;
  readonly fillSeconds: number;
}

const eventsOfVisitor = 30;
const dimensions = 384;

/** A catalogue "bench": items with clustered vectors of the packaged model's shape, and visitors who looked at thirty of them each. */
export async function fillServeWorld(
  pool: Pool,
  { items, visitors }: { readonly items: number; readonly visitors: number },
): Promise<ServeWorld> {
  const begun = performance.now();
  const random = seededRandom('bench serve');
  const catalogue = (await createCatalogue(pool, { id: 'bench', name: 'Bench', scenario: 'shop' })).id;
  const model = await modelOfApi();
  await registerModel(pool, model);
  const centres = Array.from({ length: 200 }, () => unit(random, null));
  for (let from = 0; from < items; from += 2_000) {
    const batch = Array.from({ length: Math.min(2_000, items - from) }, (_, index) =>
      item(from + index, random),
    );
    await upsertItems(
      pool,
      catalogue,
      batch.map((item) => ({ item, contentHash: item.id })),
    );
    const numbers = await findItemNumbers(
      pool,
      catalogue,
      batch.map(({ id }) => id),
    );
    const writes = batch.flatMap(({ id }) => {
      const number = numbers.get(id);
      const centre = centres[Math.floor(random() * centres.length)] ?? null;
      return number === undefined ? [] : [{ number, contentHash: id, vector: unit(random, centre) }];
    });
    await writeVectors(pool, catalogue, model, writes);
  }
  const queue = new EventQueue(pool);
  for (let visitor = 0; visitor < visitors; visitor++) {
    const rows = Array.from({ length: eventsOfVisitor }, (_, index) => ({
      id: `${visitor}-${index}`,
      type: index % 10 === 0 ? 'FAVOURITE' : 'VIEW',
      profileId: `visitor-${visitor}`,
      itemId: `item-${Math.floor(items * random() ** 3)}`,
    }));
    await queue.store(catalogue, null, checkEvents(rows, new Date(), () => true).events);
  }
  await pool.query('ANALYZE');
  const publicKey = await createKey(pool, { catalogue: 'bench', kind: 'public', name: 'bench' });
  const secretKey = await createKey(pool, { catalogue: 'bench', kind: 'secret', name: 'bench' });
  const fillSeconds = (performance.now() - begun) / 1_000;
  return { publicKey: publicKey.secret, secretKey: secretKey.secret, fillSeconds };
}

/** The identity under which the API's own encoder knows its vectors, without encoding anything here. */
async function modelOfApi() {
  const { createEncoder } = await import('@kindling/encoder');
  const encoder = await createEncoder({ model: minilm.folder, threads: 1 });
  const { id, name, revision, pooling, licence } = encoder.model;
  await encoder.close();
  return { id: modelId(id), name, revision, pooling, licence, dimensions };
}

function item(index: number, random: Random): Item {
  return itemSchema.parse({
    id: `item-${index}`,
    title: `${madeUpSentence(random, 3)} ${index}`,
    description: madeUpSentence(random, 20),
    categories: [`category ${Math.floor(random() * 40)}`],
    price: Math.round(random() * 10_000) / 100,
    url: `https://example.com/items/${index}`,
  });
}

const syllables = [
  'ka',
  'lo',
  'mi',
  'ren',
  'tas',
  'vor',
  'ul',
  'den',
  'sha',
  'pi',
  'gor',
  'nel',
  'bri',
  'cu',
  'zet',
];
const word = (random: Random) =>
  Array.from(
    { length: 2 + Math.floor(random() * 2) },
    () => syllables[Math.floor(random() ** 2 * syllables.length)],
  ).join('');
export const madeUpSentence = (random: Random, words: number) =>
  Array.from({ length: words }, () => word(random)).join(' ');

function unit(random: Random, centre: Float32Array | null): Float32Array {
  const vector = Float32Array.from(
    { length: dimensions },
    (_, index) => random() - 0.5 + (centre?.[index] ?? 0) * 10,
  );
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / length);
}

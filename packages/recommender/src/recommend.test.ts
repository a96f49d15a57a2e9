import { itemId, itemNumber, type StoredItem, seededRandom } from '@kindling/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainSlots } from './explain/explain-slots.js';
import type { RecommenderPorts } from './ports.js';
import { rankingSchema } from './ranking.js';
import { recommend } from './recommend.js';
import { search } from './search.js';
import { similarItems } from './similar-items.js';
import {
  clicks,
  evidenceOf,
  exactNeighbours,
  requestFor,
  silentPorts,
  storedItem,
  testNow,
  viewOf,
} from './small-catalogue.fixture.js';

const dimensions = 8;

/** Text becomes the mean of its words' random directions: words in common are similarity. */
function embed(text: string): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const word of text.toLowerCase().split(/\W+/).filter(Boolean)) {
    const random = seededRandom(word);
    for (let index = 0; index < dimensions; index++) vector[index] = (vector[index] ?? 0) + random() - 0.5;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

function portsFor(items: readonly StoredItem[], more: Partial<RecommenderPorts> = {}): RecommenderPorts {
  const vectors = new Map(
    items.map((item) => [item.number as number, embed(`${item.title} ${item.categories}`)]),
  );
  return {
    ...silentPorts(viewOf(items)),
    neighbours: exactNeighbours(vectors),
    encoder: { encodeQueries: async (texts) => texts.map(embed) },
    ...more,
  };
}

const words = ['space', 'robot', 'love', 'paris', 'dragon', 'cook', 'train', 'ocean'];
const anyItem = fc.record({
  title: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 }).map((list) => list.join(' ')),
  categories: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }),
  status: fc.constantFrom('ACTIVE' as const, 'ACTIVE' as const, 'HIDDEN' as const),
  publishedAt: fc.option(fc.constantFrom(new Date('2026-11-01'), new Date('2027-01-01'))),
  expiresAt: fc.option(fc.constantFrom(new Date('2026-11-20'), new Date('2027-06-01'))),
});
const anyId = fc.integer({ min: 0, max: 34 }).map((index) => itemId(`i${index}`));
const anyIds = fc.array(anyId, { maxLength: 4 });
const anyScenario = fc.record({
  items: fc.array(anyItem, { maxLength: 30 }),
  counts: fc.array(fc.record({ id: anyId, events: fc.nat(500), segment: fc.constantFrom('', 'de') }), {
    maxLength: 30,
  }),
  subject: fc.record({
    profileId: fc.constantFrom(null, 'p' as never),
    likedItemIds: anyIds,
    dislikedItemIds: anyIds,
    interests: fc.array(fc.constantFrom(...words, 'space robot', '', '  '), { maxLength: 3 }),
    attributes: fc.constantFrom({}, { country: 'de' }, { genre: 'love', age: 3 }),
  }),
  events: fc.array(
    fc.record({ itemId: anyId, type: fc.constantFrom('CLICK', 'DISLIKE', 'PURCHASE', 'VIEW') }),
    { maxLength: 8 },
  ),
  closed: anyIds,
  excluded: anyIds,
  page: anyIds,
  cart: anyIds,
  category: fc.option(fc.constantFrom('a', 'b')),
  down: fc.constantFrom('nothing', 'encoder', 'vectors', 'evidence'),
  depth: fc.constantFrom(1, 5, 200),
});

describe('for any catalogue, subject and fault', () => {
  it('ranks eligible items once each, in order of score, with ledgers that sum to it, the same every time', async () => {
    await fc.assert(
      fc.asyncProperty(anyScenario, async (scenario) => {
        const items = scenario.items.map((item, index) => storedItem(`i${index}`, index + 1, item));
        const fails = async () => Promise.reject(new Error('down'));
        const ports = portsFor(items, {
          evidence: {
            load:
              scenario.down === 'evidence'
                ? fails
                : async () => evidenceOf(scenario.events as never, scenario.closed),
          },
          ...(scenario.down === 'encoder' && { encoder: { encodeQueries: fails } }),
          ...(scenario.down === 'vectors' && { neighbours: { nearest: fails, vectorsOf: fails } }),
        });
        (ports.items as ReturnType<typeof viewOf>).applyDayCounts(
          scenario.counts.map(({ id, events, segment }) => clicks(id, events, segment)),
        );
        const request = requestFor(scenario.subject, {
          catalogue: { ...requestFor({}).catalogue, segmentAttribute: 'country' },
          excludeItemIds: scenario.excluded,
          pageItemIds: scenario.page,
          cartItemIds: scenario.cart,
          depth: scenario.depth,
          ...(scenario.category && { filter: { field: 'categories', in: [scenario.category] } }),
        });
        const { subject } = scenario;
        const closed = subject.profileId !== null && scenario.down !== 'evidence' ? scenario.closed : [];
        const never = new Set<string>([
          ...scenario.excluded,
          ...scenario.page,
          ...subject.dislikedItemIds,
          ...closed,
        ]);
        const neverRecommended = new Set([...never, ...scenario.cart, ...subject.likedItemIds]);
        const eligible = (id: string) => {
          const item = items.find((one) => one.id === id);
          return (
            item !== undefined &&
            item.status === 'ACTIVE' &&
            (item.publishedAt === null || item.publishedAt <= testNow) &&
            (item.expiresAt === null || item.expiresAt > testNow) &&
            (scenario.category === null || item.categories.includes(scenario.category))
          );
        };
        const lists = {
          recommend: () => recommend(ports, request),
          similar: () => similarItems(ports, { ...request, itemId: itemId('i0') }),
          search: () => search(ports, { ...request, query: 'space robot' }),
          browse: () => search(ports, { ...request, query: ' ' }),
        };
        for (const [name, list] of Object.entries(lists)) {
          const ranking = await list();
          if (ranking === null) continue;
          expect(rankingSchema.parse(JSON.parse(JSON.stringify(ranking)))).toEqual(ranking);
          expect(await list()).toEqual(ranking);
          expect(ranking.slots.length).toBeLessThanOrEqual(scenario.depth);
          const page = explainSlots(ranking, {
            items: ports.items,
            from: 0,
            count: 200,
            locale: 'en',
            now: testNow,
          });
          expect(page.slots.length).toBe(ranking.slots.length);
          const ids = page.slots.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          for (const id of ids) {
            expect(eligible(id)).toBe(true);
            expect((name === 'search' || name === 'browse' ? never : neverRecommended).has(id)).toBe(false);
          }
          if (name === 'recommend') {
            const left = items.filter(({ id }) => eligible(id) && !neverRecommended.has(id)).length;
            expect(ids.length).toBe(Math.min(left, scenario.depth));
          }
          page.slots.forEach((slot, index) => {
            expect(slot.score).toBe(slot.ledger.reduce((sum, { value }) => sum + value, 0));
            expect(slot.score).toBeLessThanOrEqual((page.slots[index - 1]?.score ?? Infinity) + 1e-12);
            expect(slot.propensity).toBe(1);
            expect(slot.reason).not.toMatch(/[{}]|reason\./);
          });
        }
      }),
      { numRuns: 250 },
    );
  });
});

describe('popularity', () => {
  const items = [storedItem('proven', 1), storedItem('lucky', 2), storedItem('other', 3)];

  it('does not let one event of one in a segment beat nine hundred of a thousand', async () => {
    const ports = portsFor(items);
    const view = ports.items as ReturnType<typeof viewOf>;
    view.applyDayCounts([clicks('proven', 900), clicks('other', 100), clicks('lucky', 1, 'tiny')]);
    const catalogue = { ...requestFor({}).catalogue, segmentAttribute: 'country' };
    const ranking = await recommend(ports, requestFor({ attributes: { country: 'tiny' } }, { catalogue }));
    expect(ranking.slots.map(({ item }) => item)).toEqual([1, 3, 2]);
    expect(ranking.served.level).toBe('popularity');
  });

  it('lets a segment with enough events of its own differ from everywhere', async () => {
    const ports = portsFor(items);
    const view = ports.items as ReturnType<typeof viewOf>;
    view.applyDayCounts([clicks('proven', 900), clicks('lucky', 200, 'north')]);
    const catalogue = { ...requestFor({}).catalogue, segmentAttribute: 'country' };
    const north = await recommend(ports, requestFor({ attributes: { country: 'north' } }, { catalogue }));
    expect(north.slots[0]?.item).toBe(2);
    expect((await recommend(ports, requestFor({}))).slots[0]?.item).toBe(1);
  });

  it('is the newest first, and says so, where nobody has done anything', async () => {
    const dated = ['2026-11-01', '2026-11-20', '2026-10-01'].map((day, index) =>
      storedItem(`i${index}`, index + 1, { publishedAt: new Date(day) }),
    );
    const ranking = await recommend(portsFor(dated), requestFor({}));
    expect(ranking.slots.map(({ item }) => item)).toEqual([2, 1, 3]);
    expect(ranking.served.level).toBe('newest');
  });
});

describe('faults', () => {
  const items = words.map((word, index) => storedItem(word, index + 1, { title: `the ${word} story` }));
  const fails = async () => Promise.reject(new Error('down'));

  it('compares texts by their words while the encoder is down, and says so', async () => {
    const ports = portsFor(items, { encoder: { encodeQueries: fails } });
    const ranking = await recommend(ports, requestFor({ interests: ['dragon'] }));
    expect(ranking.slots[0]?.item).toBe(itemNumber(words.indexOf('dragon') + 1));
    expect(ranking.served.level).toBe('interests');
    expect(ranking.degraded.map(({ part }) => part)).toEqual(['encoder']);
  });

  it('falls to popularity and says so while the index is down and no word is in common', async () => {
    const ports = portsFor(items, { neighbours: { nearest: fails, vectorsOf: fails } });
    (ports.items as ReturnType<typeof viewOf>).applyDayCounts([clicks('cook', 5)]);
    const ranking = await recommend(ports, requestFor({ interests: ['submarine'] }));
    expect(ranking.slots[0]?.item).toBe(itemNumber(words.indexOf('cook') + 1));
    expect(ranking.served).toMatchObject({ level: 'popularity', why: { key: 'served.popularity.degraded' } });
    expect(ranking.degraded.map(({ part }) => part)).toEqual(['vectors']);
  });

  it('names items of the request that the catalogue does not have, and goes on', async () => {
    const ranking = await recommend(
      portsFor(items),
      requestFor({ likedItemIds: [itemId('nobody'), itemId('ocean')] }),
    );
    expect(ranking.degraded[0]?.why.values).toEqual({ ids: 'nobody', count: 1 });
    expect(ranking.served.level).toBe('interests');
  });

  it('compares an item that waits for the encoder by its words, and says so', async () => {
    const waiting = storedItem('new', 99, { title: 'dragon and ocean' });
    const ports = portsFor(items);
    (ports.items as ReturnType<typeof viewOf>).apply([{ item: waiting, change: 999, deleted: false }]);
    const ranking = await similarItems(ports, { ...requestFor({}), itemId: waiting.id });
    expect(ranking?.served.level).toBe('lexical');
    expect(ranking?.degraded[0]?.why.key).toBe('degraded.notEncoded');
    expect(new Set(ranking?.slots.slice(0, 2).map(({ item }) => item))).toEqual(new Set([5, 8]));
  });

  it('knows no similar items of an item that is hidden or unknown', async () => {
    const hidden = storedItem('hidden', 50, { status: 'HIDDEN' });
    const ports = portsFor([...items, hidden]);
    expect(await similarItems(ports, { ...requestFor({}), itemId: hidden.id })).toBeNull();
    expect(await similarItems(ports, { ...requestFor({}), itemId: itemId('nobody') })).toBeNull();
  });

  it('never says the title of a liked item that is hidden', async () => {
    const secret = storedItem('secret', 50, { title: 'dragon secret plan', status: 'HIDDEN' });
    const ports = portsFor([...items, secret]);
    const ranking = await recommend(ports, requestFor({ likedItemIds: [secret.id] }));
    const page = explainSlots(ranking, {
      items: ports.items,
      from: 0,
      count: 50,
      locale: 'en',
      now: testNow,
    });
    expect(page.slots.length).toBe(items.length);
    expect(JSON.stringify(page)).not.toContain('secret plan');
  });
});

describe('a page', () => {
  it('is the same from a stored ranking as from the first, and leaves out what was hidden meanwhile', async () => {
    const items = words.map((word, index) => storedItem(word, index + 1, { title: word }));
    const ports = portsFor(items);
    const ranking = await recommend(ports, requestFor({ interests: ['space'] }));
    const stored = rankingSchema.parse(JSON.parse(JSON.stringify(ranking)));
    const page = { items: ports.items, locale: 'zh-CN' as const, now: testNow };
    const all = explainSlots(ranking, { ...page, from: 0, count: 8 });
    const second = explainSlots(stored, { ...page, from: 3, count: 2 });
    expect(second.slots).toEqual(all.slots.slice(3, 5));
    expect(second.next).toBe(5);
    const gone = items.find(({ id }) => id === all.slots[3]?.id) as StoredItem;
    (ports.items as ReturnType<typeof viewOf>).apply([
      { item: { ...gone, status: 'HIDDEN' }, change: 999, deleted: false },
    ]);
    const again = explainSlots(stored, { ...page, from: 3, count: 2 });
    expect(again.slots.map(({ position }) => position)).toEqual([4, 5]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi, type Tenant } from '../api.fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  const kinds = ['apple', 'car'];
  await api.store(
    api.shop,
    ...Array.from({ length: 40 }, (_, at) => {
      const kind = kinds[at % 2] ?? '';
      return { id: `${kind}-${at}`, title: `${kind} ${kind} number${at}`, categories: [kind] };
    }),
  );
});
afterAll(() => api.close());

const admin = (tenant: Tenant, query: string, variables: object = {}) =>
  api.ask(tenant.secretKey, query, variables, { path: '/admin/graphql' });
const mapQuery = `query ($known: String) { catalogueMap(knownVersion: $known) {
  state done total explained itemCount newCount pointCount version points categories { name count } } }`;

interface Point {
  readonly x: number;
  readonly y: number;
  readonly number: number;
  readonly category: number;
  readonly isNew: boolean;
}
function pointsOf({ points, pointCount: count }: { points: string; pointCount: number }): Point[] {
  const bytes = Buffer.from(points, 'base64');
  expect(bytes).toHaveLength(10 * count);
  return Array.from({ length: count }, (_, at) => ({
    x: bytes.readInt16LE(2 * at),
    y: bytes.readInt16LE(2 * count + 2 * at),
    number: bytes.readUInt32LE(4 * count + 4 * at),
    category: bytes[8 * count + at] ?? -1,
    isNew: bytes[9 * count + at] === 1,
  }));
}
async function readyMap(tenant: Tenant) {
  return expect
    .poll(async () => (await admin(tenant, mapQuery)).data.catalogueMap, { timeout: 120_000 })
    .toMatchObject({ state: 'READY' })
    .then(async () => (await admin(tenant, mapQuery)).data.catalogueMap);
}
const namesOf = async (tenant: Tenant, numbers: readonly number[]) =>
  (
    await admin(tenant, 'query ($n: [Int!]!) { mapItems(numbers: $n) { number id categories } }', {
      n: numbers,
    })
  ).data.mapItems as { number: number; id: string; categories: string[] }[];

describe('the map of a catalogue', () => {
  it('is empty before anything is encoded', async () => {
    await expect
      .poll(async () => (await admin(api.other, mapQuery)).data.catalogueMap.state, { timeout: 120_000 })
      .toBe('EMPTY');
  });

  it('has every item near its like, with the colour of its category', async () => {
    const map = await readyMap(api.shop);
    expect(map).toMatchObject({ itemCount: 40, pointCount: 40 });
    expect(map.categories).toEqual([
      { name: 'apple', count: 20 },
      { name: 'car', count: 20 },
      { name: null, count: 0 },
    ]);
    expect(map.explained).toBeGreaterThan(0.1);
    const points = pointsOf(map);
    const named = new Map(
      (
        await namesOf(
          api.shop,
          points.map(({ number }) => number),
        )
      ).map((one) => [one.number, one]),
    );
    expect(named.size).toBe(40);
    const sides = { apple: new Set<number>(), car: new Set<number>() };
    for (const { x, number, category } of points) {
      const kind = named.get(number)?.categories[0] as 'apple' | 'car';
      expect(category).toBe(kind === 'apple' ? 0 : 1);
      sides[kind].add(Math.sign(x));
    }
    expect([...sides.apple]).toHaveLength(1);
    expect([...sides.car]).toEqual([...sides.apple].map((side) => -side));
  });

  it('gets a new item, ringed as new, without moving the others, and loses a deleted one', async () => {
    const before = pointsOf(await readyMap(api.shop));
    const publishedAt = new Date(Date.now() - 86_400_000);
    await api.store(api.shop, {
      id: 'apple-new',
      title: 'apple apple fresh',
      categories: ['apple'],
      publishedAt,
    });
    await expect
      .poll(async () => (await admin(api.shop, mapQuery)).data.catalogueMap.itemCount, { timeout: 120_000 })
      .toBe(41);
    const map = await readyMap(api.shop);
    const after = new Map(pointsOf(map).map((point) => [point.number, point]));
    for (const { x, y, number } of before) expect(after.get(number)).toMatchObject({ x, y });
    const fresh = [...after.values()].filter(({ number }) => !before.some((one) => one.number === number));
    expect(fresh).toMatchObject([{ category: 0, isNew: true }]);

    const known = (await admin(api.shop, mapQuery, { known: map.version })).data.catalogueMap;
    expect(known).toMatchObject({ version: map.version, points: null });

    await admin(api.shop, 'mutation { deleteItems(ids: ["apple-new"]) }');
    await expect
      .poll(async () => (await admin(api.shop, mapQuery)).data.catalogueMap.itemCount, { timeout: 120_000 })
      .toBe(40);
  });

  it('finds by words, and names nothing of another catalogue', async () => {
    const matches = (tenant: Tenant) =>
      admin(tenant, '{ mapMatches(filter: { query: "car" }) }').then(
        ({ data }) => data.mapMatches as number[],
      );
    const found = await matches(api.shop);
    expect((await namesOf(api.shop, found)).every(({ id }) => id.startsWith('car'))).toBe(true);
    expect(found).toHaveLength(20);
    expect(await matches(api.other)).toEqual([]);
    expect(await namesOf(api.other, found)).toEqual([]);
    const tooMany = Array.from({ length: 101 }, (_, at) => at);
    const { errors } = await admin(api.shop, 'query ($n: [Int!]!) { mapItems(numbers: $n) { id } }', {
      n: tooMany,
    });
    expect(errors[0]?.message).toMatch(/100/);
  });
});

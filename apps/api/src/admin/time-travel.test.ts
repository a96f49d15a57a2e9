import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi } from '../api.fixture.js';

const admin = { path: '/admin/graphql' };
const kinds = ['space robots', 'paris romance', 'haunted house'];
let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  await api.store(
    api.shop,
    ...Array.from({ length: 18 }, (_, index) => ({
      id: `film-${index}`,
      title: `${kinds[index % 3]} part ${index}`,
      categories: [kinds[index % 3]],
    })),
  );
  await seen({ 'film-2': 5, 'film-4': 3, 'film-6': 2, 'film-8': 1 });
});
afterAll(() => api.close());

const call = async (query: string, variables: object = {}) => {
  const answer = await api.ask(api.shop.secretKey, query, variables, admin);
  expect(answer.errors).toEqual([]);
  return answer.data;
};
/** Events of strangers, and the catalogue's popularity with them. */
async function seen(views: Readonly<Record<string, number>>): Promise<void> {
  const events = Object.entries(views).flatMap(([itemId, count]) =>
    Array.from({ length: count }, () => {
      const id = randomUUID();
      return { id, type: 'PURCHASE', sessionId: id, itemId };
    }),
  );
  await api.ask(
    api.shop.secretKey,
    'mutation ($events: [EventInput!]!) { trackEvents(events: $events) { accepted } }',
    { events },
  );
  await refreshed();
}
async function refreshed(): Promise<void> {
  const runtime = await api.api.services.runtimes.get(api.shop.id);
  // The first may have begun before.
  await runtime.refresh();
  await runtime.refresh();
}
interface Slots {
  readonly recommendationId: string;
  readonly edges: readonly { readonly node: { readonly id: string }; readonly score: number }[];
}
async function list(placement: string, subject: object): Promise<Slots> {
  const { data } = await api.ask(
    api.shop.publicKey,
    `query ($placement: String!, $subject: SubjectInput!) { recommendations(placement: $placement, subject: $subject, first: 6) {
      recommendationId edges { node { id } score } } }`,
    { placement, subject },
  );
  return data.recommendations;
}
const idsOf = (slots: readonly { itemId: string }[]) => slots.map(({ itemId }) => itemId);
const shownIn = ({ edges }: Slots) => edges.map(({ node }) => node.id);
const replay = async ({ recommendationId: id }: Slots) =>
  (
    await call(
      `query ($id: ID!) { replay(recommendationId: $id) { isSame caveats parts { part isOfThen message }
        replayed { itemId score } now { itemId } } }`,
      { id },
    )
  ).replay;
const ofThen = (parts: readonly { part: string; isOfThen: boolean }[]) =>
  parts.filter(({ isOfThen }) => isOfThen).map(({ part }) => part);
const allThen = [
  ...['strategy', 'rules', 'segments', 'events', 'clock', 'model', 'popularity', 'vectors'],
  ...['items', 'profileAttributes', 'settings'],
];

describe('a list of the past', () => {
  it('has the popularity of then, whatever people did since', async () => {
    const before = await list('trending', { sessionId: 's' });
    const at = new Date();
    expect(shownIn(before).slice(0, 2)).toEqual(['film-2', 'film-4']);
    await seen({ 'film-9': 20, 'film-4': 10 });
    const { isSame, parts, replayed, now } = await replay(before);
    expect(idsOf(now).slice(0, 2)).toEqual(['film-9', 'film-4']);
    expect([isSame, idsOf(replayed)]).toEqual([true, shownIn(before)]);
    for (const [index, { score }] of replayed.entries()) {
      expect(score).toBeCloseTo(before.edges[index]?.score ?? Number.NaN, 4);
    }
    expect(ofThen(parts)).toEqual(allThen);
    const asOf = await call(
      `query ($at: DateTime) { explain(placement: "trending", subject: { sessionId: "s" }, first: 6, asOf: $at) {
        list { itemId coldness } parts { part isOfThen message } } }`,
      { at: at.toISOString() },
    );
    expect(idsOf(asOf.explain.list)).toEqual(shownIn(before));
    expect(ofThen(asOf.explain.parts)).toEqual(allThen);
    const present = await call(
      '{ explain(placement: "trending", subject: { sessionId: "s" }) { parts { part } } }',
    );
    expect(present.explain.parts).toEqual([]);
  });

  it('has the vectors of then, whatever the texts say now, and no item that was not encoded yet', async () => {
    const before = await list('home', { likedItemIds: ['film-1'] });
    expect(shownIn(before).slice(0, 3).sort()).toEqual(['film-10', 'film-4', 'film-7']);
    await api.store(
      api.shop,
      { id: 'film-7', title: 'haunted house once more', categories: [kinds[1]] },
      { id: 'film-99', title: 'paris romance part 1', categories: [kinds[1]] },
    );
    const { parts, replayed, now, caveats } = await replay(before);
    expect(idsOf(now)).toContain('film-99');
    expect(idsOf(replayed)).toEqual(shownIn(before));
    // how rare a word is in the texts of now plays a part, and no more than that
    for (const [index, { score }] of replayed.entries()) {
      expect(score).toBeCloseTo(before.edges[index]?.score ?? Number.NaN, 2);
    }
    expect(ofThen(parts)).toEqual(allThen);
    expect(caveats).toEqual([]);
  });

  it('says so where the vectors of then are not kept any more', async () => {
    const before = await list('home', { likedItemIds: ['film-3'] });
    for (let again = 0; again < 10; again++) {
      await api.store(api.shop, {
        id: 'film-6',
        title: `robots once more, take ${again}`,
        categories: [kinds[0]],
      });
    }
    const { parts } = await replay(before);
    expect(ofThen(parts)).toEqual(allThen.filter((part) => part !== 'vectors'));
    expect(parts.find(({ part }: { part: string }) => part === 'vectors').message).toContain(
      'not kept any more',
    );
  });

  it('has the items of then: texts, attributes, prices, what was hidden since, what is gone and what has come', async () => {
    const brand = (name: string) => ({ attributes: { brand: name }, price: 10 });
    const film = (number: number, fields: object = {}) => ({
      id: `film-${number}`,
      title: `${kinds[number % 3]} part ${number}`,
      categories: [kinds[number % 3]],
      ...fields,
    });
    await api.store(api.shop, ...[1, 4, 10, 13].map((number) => film(number, brand('acme'))));
    await call('mutation ($input: RuleInput!) { saveRule(input: $input) { key } }', {
      input: {
        key: 'acme-only',
        kind: 'filter',
        condition: {
          placements: ['home'],
          items: { matches: { field: 'attributes.brand', in: ['acme'] } },
        },
        arguments: { keeps: 'matching' },
      },
    });
    await call('mutation { submitRule(key: "acme-only") { key } publishRule(key: "acme-only") { key } }');
    await refreshed();
    const before = await list('home', { likedItemIds: ['film-16'] });
    expect(shownIn(before).sort()).toEqual(['film-1', 'film-10', 'film-13', 'film-4']);
    const at = new Date();

    await api.store(
      api.shop,
      film(1, { ...brand('other'), title: 'Renamed' }),
      film(4, { ...brand('acme'), status: 'HIDDEN' }),
      film(16, brand('acme')),
      film(100, brand('acme')),
    );
    await call('mutation { deleteItems(ids: ["film-10"]) }');
    await refreshed();
    const told = (
      await call(
        `query ($id: ID!) { replay(recommendationId: $id) { isSame caveats parts { part isOfThen message }
          logged { itemId title } replayed { itemId title } now { itemId } changes { itemId title to } } }`,
        { id: before.recommendationId },
      )
    ).replay;
    expect(told.isSame).toBe(true);
    expect(idsOf(told.replayed)).toEqual(shownIn(before));
    expect(told.replayed).toEqual(told.logged);
    expect(told.logged).toContainEqual({ itemId: 'film-1', title: 'paris romance part 1' });
    expect(told.logged).toContainEqual({ itemId: 'film-10', title: 'paris romance part 10' });
    expect(idsOf(told.now).sort()).toEqual(['film-100', 'film-13']);
    expect(told.changes).toContainEqual({ itemId: 'film-10', title: 'paris romance part 10', to: null });
    expect(ofThen(told.parts)).toEqual(expect.arrayContaining(['items']));
    const asOf = await call(
      `query ($at: DateTime) { explain(placement: "home", subject: { likedItemIds: ["film-16"] }, first: 6, asOf: $at) {
        list { itemId title } } }`,
      { at: at.toISOString() },
    );
    expect(asOf.explain.list).toEqual(told.replayed);
    await call('mutation { archiveRule(key: "acme-only") { key } }');
    await refreshed();
  });

  it('has the attributes that the person had then', async () => {
    const profile = (country: string) =>
      api.ask(
        api.shop.secretKey,
        'mutation ($profiles: [ProfileInput!]!) { upsertProfiles(profiles: $profiles) { updated } }',
        { profiles: [{ id: 'zoe', attributes: { country } }] },
        admin,
      );
    await call('mutation ($input: RuleInput!) { saveRule(input: $input) { key } }', {
      input: {
        key: 'swiss',
        kind: 'pin',
        condition: { profile: { matches: { field: 'attributes.country', in: ['CH'] } } },
        arguments: { itemId: 'film-15', position: 1 },
      },
    });
    await call('mutation { submitRule(key: "swiss") { key } publishRule(key: "swiss") { key } }');
    await refreshed();
    expect((await profile('CH')).errors).toEqual([]);
    const before = await list('home', { profileId: 'zoe' });
    expect(shownIn(before)[0]).toBe('film-15');
    await profile('DE');
    const { isSame, now, replayed, parts } = await replay(before);
    expect([isSame, idsOf(replayed)[0], idsOf(now)[0] === 'film-15']).toEqual([true, 'film-15', false]);
    expect(ofThen(parts)).toContain('profileAttributes');
    await call('mutation { archiveRule(key: "swiss") { key } }');
  });

  it('has the placement of then, also when there is none any more', async () => {
    const save = (input: object) =>
      call('mutation ($input: PlacementInput!) { savePlacement(input: $input) { version } }', {
        input: {
          key: 'shelf',
          name: 'Shelf',
          kind: 'TRENDING',
          strategyKey: 'cold-start',
          size: 3,
          ...input,
        },
      });
    await save({ expectedVersion: 0 });
    await refreshed();
    const before = await list('shelf', { sessionId: 'p' });
    const at = new Date().toISOString();
    await save({ expectedVersion: 1, kind: 'NEW_ARRIVALS', strategyKey: 'new-arrivals', size: 2 });
    await refreshed();
    const explained = `query ($at: DateTime) { explain(placement: "shelf", subject: { sessionId: "p" }, asOf: $at) {
      list { itemId } strategy { key } } }`;
    const then = (await call(explained, { at })).explain;
    expect([then.strategy.key, idsOf(then.list)]).toEqual(['cold-start', shownIn(before).slice(0, 3)]);
    expect((await call(explained)).explain.strategy.key).toBe('new-arrivals');
    await call('mutation { deletePlacement(key: "shelf", expectedVersion: 2) { key } }');
    await refreshed();
    const { isSame, now, replayed, parts } = await replay(before);
    expect([isSame, idsOf(replayed), now]).toEqual([true, shownIn(before), []]);
    expect(ofThen(parts)).toContain('settings');
  });

  it('has the segments of then', async () => {
    const saveSegment = (country: string, expectedVersion: number) =>
      call('mutation ($input: SegmentInput!) { saveSegment(input: $input) { version } }', {
        input: {
          key: 'guests',
          label: 'Guests',
          expectedVersion,
          when: { field: 'attributes.country', in: [country] },
        },
      });
    await saveSegment('DE', 0);
    await call(`mutation ($input: RuleInput!) { saveRule(input: $input) { key } }`, {
      input: {
        key: 'front',
        kind: 'pin',
        condition: { profile: { segments: ['guests'] } },
        arguments: { itemId: 'film-17', position: 1 },
      },
    });
    await call('mutation { submitRule(key: "front") { key } publishRule(key: "front") { key } }');
    await refreshed();
    const before = await list('home', { attributes: { country: 'DE' } });
    expect(shownIn(before)[0]).toBe('film-17');
    await saveSegment('FR', 1);
    await refreshed();
    const { isSame, now, replayed } = await replay(before);
    expect([isSame, idsOf(replayed)[0], idsOf(now)[0] === 'film-17']).toEqual([true, 'film-17', false]);
  });
});

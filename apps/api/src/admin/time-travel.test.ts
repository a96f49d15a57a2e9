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
const allThen = ['strategy', 'rules', 'segments', 'events', 'clock', 'model', 'popularity', 'vectors'];

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
    expect(caveats.join()).toContain('1 item of the list has changed since');
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

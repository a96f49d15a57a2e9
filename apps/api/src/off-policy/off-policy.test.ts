import { randomUUID } from 'node:crypto';
import { savePlacement, saveStrategy } from '@kindling/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi } from '../api.fixture.js';

const admin = { path: '/admin/graphql' };
const asked = `query ($input: OffPolicyInput!) { offPolicyEstimate(input: $input) { lists slots agreement
  effectiveSlots meanWeight largestWeight warnings { code message }
  observed { mean low high } inversePropensity { mean low high } selfNormalised { mean low high }
  doublyRobust { mean low high } } }`;

interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

let api: ApiFixture;
let since: Date;
beforeAll(async () => {
  api = await openApi();
  await api.store(
    api.shop,
    ...Array.from({ length: 40 }, (_, n) => ({
      id: `film-${n}`,
      title: `film number ${n} about families`,
      publishedAt: new Date(2020, 0, n + 1),
    })),
  );
  const names = { key: 'hall', name: 'Hall', expectedVersion: 0 };
  const config = { exploration: { impressionsPerDay: 500, share: 0.5, firstPosition: 2 } };
  await saveStrategy(api.pool, api.shop.id, { ...names, config }, 'test');
  const placement = { ...names, kind: 'PERSONAL', strategyKey: 'hall', size: 4, fallback: [] } as const;
  await savePlacement(api.pool, api.shop.id, placement, 'test');
  const runtime = await api.api.services.runtimes.get(api.shop.id);
  // The first may have begun before the placement was there.
  await runtime.refresh();
  await runtime.refresh();
  since = new Date();
});
afterAll(() => api.close());

async function show(sessionId: string, first = 4) {
  const { data } = await api.ask(
    api.shop.publicKey,
    `query ($sessionId: ID!, $first: Int!) { recommendations(placement: "hall", subject: { sessionId: $sessionId }, first: $first) {
      recommendationId edges { rank isExploration node { id } } } }`,
    { sessionId, first },
  );
  return data.recommendations as {
    recommendationId: string;
    edges: { rank: number; isExploration: boolean; node: { id: string } }[];
  };
}

async function estimate(input: object = {}, key = api.shop.secretKey) {
  const window = { placement: 'hall', since, until: new Date(Date.now() + 1_000) };
  return api.ask(key, asked, { input: { ...window, ...input } }, admin);
}

describe('the estimate of a strategy from the exposure log', () => {
  it('says so when nothing was logged', async () => {
    const { data } = await estimate({ since: new Date(0), until: new Date(1) });
    expect(data.offPolicyEstimate).toMatchObject({ lists: 0, observed: null, doublyRobust: null });
    expect(data.offPolicyEstimate.warnings[0]).toMatchObject({ code: 'NOTHING_LOGGED' });
  });

  it('is right about the strategy that was shown, and warns of one that shows something else', async () => {
    await expect
      .poll(async () => (await show('warm-up')).edges.some(({ isExploration }) => isExploration), {
        timeout: 15_000,
      })
      .toBe(true);
    since = new Date();
    const clicks = [];
    for (let n = 0; n < 120; n++) {
      const { recommendationId, edges } = await show(`s${n}`);
      // The first place is clicked in every second list, which keeps it the first one.
      const first = edges.find(({ rank }) => rank === 1);
      if (n % 2 === 0 && first) {
        const itemId = first.node.id;
        clicks.push({ id: randomUUID(), type: 'CLICK', sessionId: `s${n}`, itemId, recommendationId });
      }
    }
    const { data, errors } = await api.ask(
      api.shop.publicKey,
      'mutation ($events: [EventInput!]!) { trackEvents(events: $events) { accepted } }',
      { events: clicks },
    );
    expect([errors, data.trackEvents.accepted]).toEqual([[], 60]);

    const own = (await estimate()).data.offPolicyEstimate;
    expect(own).toMatchObject({ lists: 120, slots: 480 });
    expect(own.observed.mean).toBeCloseTo(60 / 480, 9);
    expect(own.agreement).toBeGreaterThan(0.9);
    const covers = ({ low, high }: Interval, rate: number) => low <= rate && rate <= high;
    for (const name of ['inversePropensity', 'selfNormalised', 'doublyRobust']) {
      expect([name, covers(own[name], 60 / 480)]).toEqual([name, true]);
    }

    const oldest = { sources: [{ source: 'newArrivals', limit: 1 }], weights: { freshness: 0 } };
    const other = (await estimate({ strategy: oldest })).data.offPolicyEstimate;
    expect(other.effectiveSlots).toBeLessThan(own.effectiveSlots);
    expect(other.warnings.length).toBeGreaterThan(0);
    for (const { message } of other.warnings) expect(message).toMatch(/^[A-Z].{20,}/);
  }, 60_000);

  it('asks again no more lists than it is told to, the newest', async () => {
    expect((await estimate({ lists: 5 })).data.offPolicyEstimate.lists).toBe(5);
  });

  it.each([
    [{ lists: 5_000 }, 'input.lists'],
    [{ until: new Date(0) }, 'input.until'],
    [{ strategy: { weights: { freshness: 7 } } }, 'input.strategy.weights.freshness'],
  ])('refuses %j, and names the field', async (input, field) => {
    const { errors } = await estimate(input);
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field });
  });

  it('names the field of a placement that is not there', async () => {
    const { errors } = await estimate({ placement: 'attic' });
    expect(errors[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'input.placement' });
  });

  it('is made of a search and of similar items too, from their own lists', async () => {
    // Lists are asked again by the popularity of now: the clicks from before have to count when they are made.
    const runtime = await api.api.services.runtimes.get(api.shop.id);
    await runtime.refresh();
    await runtime.refresh();
    for (const query of [
      '{ search(query: "families", subject: { sessionId: "s" }, first: 4) { nodes { id } } }',
      '{ similarItems(itemId: "film-3", subject: { sessionId: "s" }, first: 4) { nodes { id } } }',
    ]) {
      expect((await api.ask(api.shop.publicKey, query)).errors).toEqual([]);
    }
    for (const placement of ['search', 'similar']) {
      const { data } = await estimate({ placement });
      expect(data.offPolicyEstimate).toMatchObject({
        lists: 1,
        slots: 4,
        agreement: 1,
      });
    }
  });
});

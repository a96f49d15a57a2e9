import { type ItemNumber, itemId, itemNumber } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { explainSlots } from './explain/explain-slots.js';
import type { CollaborativeSource, ModelList, RecommenderPorts } from './ports.js';
import { termNames } from './ranking.js';
import { recommend } from './recommend.js';
import {
  clicks,
  evidenceOf,
  requestFor,
  silentPorts,
  storedItem,
  testNow,
  viewOf,
} from './small-catalogue.fixture.js';
import { defaultStrategy, type strategyRankers } from './strategy.js';

const ids = ['liked', 'other', 'alike', 'popular', 'new', 'hidden', 'bought'];
const items = ids.map((id, at) => storedItem(id, at + 1, id === 'hidden' ? { status: 'HIDDEN' } : {}));
const numberOf = (id: string) => ids.indexOf(id) + 1;

/** Lists as a trained model has them: C[a, i] of each liked item, to items with evidence and to the new one. */
const model = (lists: Record<string, Record<string, number>>, share = 0.5): CollaborativeSource => {
  const listOf = (item: ItemNumber, scorer: ModelList['scorer']) => {
    const list = Object.entries(lists[ids[item - 1] ?? ''] ?? {})
      .filter(([id]) => (id === 'new') === (scorer === 'bridge'))
      .sort(([, a], [, b]) => b - a);
    return {
      scorer,
      places: Int32Array.from(list, ([id]) => numberOf(id)),
      base: 0,
      scores: Float32Array.from(list, ([, score]) => score),
    };
  };
  return {
    places: ids.length + 1,
    numberAt: itemNumber,
    listsOf: (item) =>
      (['together', 'content', 'bridge'] as const)
        .map((scorer) => listOf(item, scorer))
        .filter(({ places }) => places.length > 0),
    placeOf: (item) => item,
    weights: (likings) => ({
      share: likings === 0 ? 0 : share,
      together: 0.75,
      alike: 0,
      factors: 0,
      content: 0.25,
    }),
  };
};

function portsWith(collaborative?: CollaborativeSource): RecommenderPorts {
  const view = viewOf(items);
  view.applyDayCounts([clicks('popular', 500), clicks('alike', 20), clicks('liked', 20), clicks('other', 5)]);
  return {
    ...silentPorts(view),
    evidence: {
      load: async () =>
        evidenceOf(
          [
            { type: 'FAVOURITE', itemId: itemId('liked') },
            { type: 'CLICK', itemId: itemId('other') },
            { type: 'PURCHASE', itemId: itemId('bought') },
          ],
          [itemId('bought')],
        ),
    },
    ...(collaborative && { collaborative }),
  };
}
const strategy = {
  ...defaultStrategy,
  trust: { ...defaultStrategy.trust, newItemsMost: 1, newItemsHalfAt: 1 },
};
const request = requestFor({ profileId: 'somebody' as never }, { strategy });
const lists = {
  liked: { alike: 0.4, new: 0.02, hidden: 0.9, bought: 0.9 },
  other: { alike: 0.1, popular: 0.05 },
};

describe('the ranker of a strategy', () => {
  const orderBy = async (ranker: (typeof strategyRankers)[number], subject = request.subject) => {
    const asked = { ...request, subject, strategy: { ...strategy, ranker } };
    const { slots, served } = await recommend(portsWith(model(lists)), asked);
    const terms = new Set(slots.flatMap(({ ledger }) => ledger.map(([term]) => termNames[term])));
    return { order: slots.map(({ item }) => ids[item - 1]), terms, level: served.level };
  };

  it('takes in what people alike did, or leaves it out, or goes by popularity alone, whoever asks', async () => {
    expect((await orderBy('blend')).terms).toContain('collaborative');
    const similar = await orderBy('similarity', { ...request.subject, interests: ['item new'] });
    expect(similar.terms).not.toContain('collaborative');
    const popular = await orderBy('popularity', { ...request.subject, interests: ['item new'] });
    expect(popular.order.slice(0, 4)).toEqual(['popular', 'liked', 'alike', 'other']);
    const nobody = await orderBy('popularity', { profileId: null });
    expect(popular.terms).toEqual(nobody.terms);
    expect(similar.terms.size).toBeGreaterThan(popular.terms.size);
  });
});

describe('with a trained model', () => {
  it('what people alike did leads, and new items are read on their own scale', async () => {
    const ranking = await recommend(portsWith(model(lists)), request);
    const order = ranking.slots.map(({ item }) => ids[item - 1]);
    expect(order.slice(0, 2).sort()).toEqual(['alike', 'new']);
    expect(ranking.served.level).toBe('collaborative');
    const told = { ...request, subject: { ...request.subject, interests: ['item new'] } };
    expect((await recommend(portsWith(model(lists, 0.1)), told)).served.level).not.toBe('collaborative');
    const page = explainSlots(ranking, {
      items: portsWith().items,
      from: 0,
      count: 10,
      locale: 'en',
      now: testNow,
    });
    const alike = page.slots.find(({ id }) => id === 'alike');
    expect(alike?.reason).toBe('Liked by people who like “Item liked”, or close to what they like');
    expect(alike?.ledger.find(({ term }) => term === 'collaborative')?.itemIds).toEqual(['liked']);
    const content = alike?.ledger.find(({ term }) => term === 'history');
    expect(content?.detail).toBe('similarity 0.4 to “Item liked”');
    expect(content?.value).toBeCloseTo(0.125, 6);
    for (const { score, ledger } of page.slots) {
      expect(ledger.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(score, 9);
    }
  });

  it('never recommends through it what may not be shown or was bought', async () => {
    const ranking = await recommend(portsWith(model(lists)), request);
    const shown = ranking.slots.map(({ item }) => ids[item - 1]);
    expect(shown).not.toContain('hidden');
    expect(shown).not.toContain('bought');
  });

  it('leaves nothing of one list for the next, also where lists are made side by side', async () => {
    const ports = portsWith(model(lists));
    const scored = async () =>
      (await recommend(ports, request)).slots.map(({ item, score }) => [item, score]);
    const first = await scored();
    expect(await Promise.all([scored(), scored(), scored()])).toEqual([first, first, first]);
  });

  it('that cannot be had, the list does without it and says so, but not to whom it would have said nothing', async () => {
    const down: CollaborativeSource = {
      ...model(lists),
      listsOf: () => {
        throw new Error('cannot be loaded');
      },
    };
    const ranking = await recommend(portsWith(down), request);
    const { degraded: _, ...without } = await recommend(portsWith(), request);
    expect(ranking).toMatchObject(without);
    expect(ranking.degraded.map(({ part }) => part)).toContain('model');
    const stranger = await recommend(portsWith(down), requestFor({ interests: ['item new'] }, { strategy }));
    expect(stranger.degraded.map(({ part }) => part)).not.toContain('model');
  });

  it('leaves to the popularity prior what validation did not give it, and nothing changes for a person of whom it knows nothing', async () => {
    const trusted = await recommend(portsWith(model(lists, 0.8)), request);
    const doubted = await recommend(portsWith(model(lists, 0.2)), request);
    const scoreOf = (ranking: typeof trusted, id: string) =>
      ranking.slots.find(({ item }) => item === itemNumber(numberOf(id)))?.score ?? 0;
    expect(scoreOf(trusted, 'alike')).toBeGreaterThan(scoreOf(doubted, 'alike'));
    expect(scoreOf(trusted, 'popular')).toBeLessThan(scoreOf(doubted, 'popular'));
    expect(await recommend(portsWith(model({ popular: { alike: 1 } })), request)).toEqual(
      await recommend(portsWith(), request),
    );
  });
});

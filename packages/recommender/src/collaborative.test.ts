import { type ItemNumber, itemId, itemNumber } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { explainSlots } from './explain/explain-slots.js';
import type { CollaborativeSource, RecommenderPorts } from './ports.js';
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
import { defaultStrategy } from './strategy.js';

const ids = ['liked', 'other', 'alike', 'popular', 'new', 'hidden', 'bought'];
const items = ids.map((id, at) => storedItem(id, at + 1, id === 'hidden' ? { status: 'HIDDEN' } : {}));
const numberOf = (id: string) => ids.indexOf(id) + 1;

/** Lists as a trained model has them: C[a, i] of each liked item. */
const model = (lists: Record<string, Record<string, number>>): CollaborativeSource => ({
  targetsOf: (item: ItemNumber) => {
    const list = Object.entries(lists[ids[item - 1] ?? ''] ?? {});
    return [
      {
        targets: Int32Array.from(list, ([id]) => numberOf(id)),
        scores: Float32Array.from(list, ([, score]) => score),
      },
    ];
  },
});

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
  trust: { ...defaultStrategy.trust, collaborativeMost: 1, collaborativeHalfAt: 1 },
};
const request = requestFor({ profileId: 'somebody' as never }, { strategy });
const lists = {
  liked: { alike: 0.4, new: 0.02, hidden: 0.9, bought: 0.9 },
  other: { alike: 0.1, popular: 0.05 },
};

describe('with a trained model', () => {
  it('what people alike did leads, and new items are read on their own scale', async () => {
    const ranking = await recommend(portsWith(model(lists)), request);
    const order = ranking.slots.map(({ item }) => ids[item - 1]);
    expect(order.slice(0, 2).sort()).toEqual(['alike', 'new']);
    expect(ranking.served.level).toBe('collaborative');
    const told = { ...request, subject: { ...request.subject, interests: ['item new'] } };
    const doubted = {
      ...told,
      strategy: { ...strategy, trust: { ...strategy.trust, collaborativeMost: 0.1 } },
    };
    expect((await recommend(portsWith(model(lists)), doubted)).served.level).not.toBe('collaborative');
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

  it('weighs more the more is liked, and nothing changes for a person of whom it knows nothing', async () => {
    const trusted = await recommend(portsWith(model(lists)), request);
    const doubted = await recommend(
      portsWith(model(lists)),
      requestFor(
        { profileId: 'somebody' as never },
        { strategy: { ...strategy, trust: { ...strategy.trust, collaborativeHalfAt: 50 } } },
      ),
    );
    const scoreOf = (ranking: typeof trusted, id: string) =>
      ranking.slots.find(({ item }) => item === itemNumber(numberOf(id)))?.score ?? 0;
    expect(scoreOf(trusted, 'new')).toBeGreaterThan(scoreOf(doubted, 'new'));
    expect(await recommend(portsWith(model({ popular: { alike: 1 } })), request)).toEqual(
      await recommend(portsWith(), request),
    );
  });
});

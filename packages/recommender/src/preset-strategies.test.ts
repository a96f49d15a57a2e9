import { catalogueTemplates, scenarios } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { presetStrategies } from './preset-strategies.js';
import { recommend } from './recommend.js';
import { requestFor, silentPorts, storedItem, testNow, viewOf } from './small-catalogue.fixture.js';
import { strategySchema } from './strategy.js';

const dayMs = 86_400_000;
const old = new Date(testNow.getTime() - 20 * dayMs);
const fresh = new Date(testNow.getTime() - dayMs / 8);

describe('a ready-made strategy', () => {
  it.each(scenarios)('for %s is complete, and has the half-lives of its kind of site', (scenario) => {
    const strategy = presetStrategies[scenario];
    expect(strategySchema.parse(strategy)).toEqual(strategy);
    const { interestHalfLifeDays, freshnessHalfLifeDays } = catalogueTemplates[scenario];
    expect([strategy.history.halfLifeDays, strategy.freshness.halfLifeDays]).toEqual([
      interestHalfLifeDays,
      freshnessHalfLifeDays,
    ]);
    // nobody has seen what is new: each tries it out a little, and holds on to what it promises an item
    expect(strategy.exploration.impressionsPerDay).toBeGreaterThan(0);
    expect(strategy.exploration.minimumImpressions).toBeGreaterThan(0);
  });

  it('for news and social puts what has just come before what is liked a little more, for a shop not', async () => {
    const view = viewOf([
      storedItem('begun', 1, { createdAt: new Date('2026-01-01') }),
      storedItem('liked', 2, { publishedAt: old }),
      storedItem('new', 3, { publishedAt: fresh }),
    ]);
    const counts = (id: 'liked' | 'new', events: number) => ({
      itemId: view.idAt(view.rowOfId(storedItem(id, 0).id) ?? -1),
      segment: '',
      type: 'CLICK' as const,
      day: '2026-11-24',
      events,
      valueSum: 0,
    });
    view.applyDayCounts([counts('liked', 30), counts('new', 25)]);
    const first = async (scenario: (typeof scenarios)[number]) => {
      const request = requestFor({}, { strategy: presetStrategies[scenario] });
      const { slots } = await recommend(silentPorts(view), request);
      return view.idAt(view.rowOf(slots[0]?.item as never) ?? -1);
    };
    expect(await Promise.all((['news', 'social', 'shop'] as const).map(first))).toEqual([
      'new',
      'new',
      'liked',
    ]);
  });
});

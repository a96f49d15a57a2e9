import { itemNumber } from '@kindling/domain';
import { expect, it } from 'vitest';
import { recommend } from '../recommend.js';
import { clicks, requestFor, silentPorts, storedItem, viewOf } from '../small-catalogue.fixture.js';
import { compileRules } from './compile-rules.js';
import { diffRankings } from './ranking-diff.js';
import { ruleSchema } from './rule.js';

it('says who moved, came and went between two rankings, and by which rule', async () => {
  const items = ['a', 'b', 'c', 'd'].map((id, index) => storedItem(id, index + 1));
  const view = viewOf(items);
  view.applyDayCounts([clicks('a', 100), clicks('b', 50), clicks('c', 20), clicks('d', 5)]);
  const pin = ruleSchema.parse({ key: 'hero', kind: 'pin', arguments: { itemId: 'd', position: 1 } });
  const live = await recommend(silentPorts(view), requestFor({}));
  const draft = await recommend(silentPorts(view), requestFor({}, { rules: compileRules([pin]) }));
  const diff = diffRankings(live, draft, 3);
  const unchanged = { scoreChange: 0, terms: [], rules: [] };
  expect(diff).toEqual({
    moves: [
      { ...unchanged, item: 1, from: 1, to: 2 },
      { ...unchanged, item: 2, from: 2, to: 3 },
    ],
    entries: [{ ...unchanged, item: 4, to: 1, rules: ['hero'] }],
    exits: [{ item: 3, from: 3, filteredBy: null }],
  });
  const rejected = new Map([[itemNumber(3), { why: 'rule', rule: 'no-c' } as const]]);
  expect(diffRankings(live, draft, 3, { rejected }).exits).toEqual([
    { item: 3, from: 3, filteredBy: 'no-c' },
  ]);
  expect(diffRankings(live, live, 3)).toEqual({ moves: [], entries: [], exits: [] });
});

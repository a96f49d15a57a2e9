import { itemId } from '@kindling/domain';
import { expect, it } from 'vitest';
import { clicks, storedItem, testNow, viewOf } from '../small-catalogue.fixture.js';
import { compileRules } from './compile-rules.js';
import { ruleSchema } from './rule.js';

const item = (n: number, brand: string) =>
  storedItem(`i${n}`, n, { publishedAt: new Date(2026, 0, n), attributes: { brand } });
const rules = compileRules([
  ruleSchema.parse({
    key: 'some-acme',
    kind: 'quota',
    condition: { items: { matches: { field: 'attributes.brand', in: ['acme'] } } },
    arguments: { bound: 'atLeast', slots: 1, within: 5 },
  }),
]);

it('follows items that change and what is popular, though it keeps what it has worked out', () => {
  const view = viewOf([item(1, 'acme'), item(2, 'acme'), item(3, 'other')]);
  view.applyDayCounts([clicks('i1', 10), clicks('i2', 5), clicks('i3', 20)]);
  const plan = rules.plan(rules.rules, view);
  const rowsOf = (...ids: string[]) => ids.map((id) => view.rowOfId(itemId(id)));
  const found = () => plan.minimumRows(view, testNow.getTime(), 10);
  // the popular ones, then the newest
  expect(found()).toEqual(rowsOf('i1', 'i2', 'i2', 'i1'));
  expect(found()).toBe(found());

  view.applyDayCounts([clicks('i2', 50)]);
  expect(found()).toEqual(rowsOf('i2', 'i1', 'i2', 'i1'));

  view.apply([{ item: item(1, 'other'), change: 100, deleted: false }]);
  view.apply([{ item: item(3, 'acme'), change: 101, deleted: false }]);
  expect(found()).toEqual(rowsOf('i2', 'i3', 'i3', 'i2'));
  const [one, three] = rowsOf('i1', 'i3');
  expect([plan.at(one ?? -1).hasMinimum, plan.at(three ?? -1).hasMinimum]).toEqual([false, true]);
});

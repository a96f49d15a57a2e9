import { itemId } from '@kindling/domain';
import { expect, it } from 'vitest';
import type { EvaluationData } from '../evaluation-data.js';
import { onboarding } from './onboarding.js';

const items = Array.from({ length: 40 }, (_, index) => ({
  id: itemId(`i${index}`),
  title: `Item ${index}`,
  description: null,
  categories: [index % 2 === 0 ? 'even' : 'odd'],
  tags: [],
  attributes: {},
  price: null,
  vector: null,
  launchedAtMs: null,
}));
const people = 60;
const data: EvaluationData = {
  name: 'made up',
  items,
  people,
  // Everybody likes the first items of their own kind, and some more.
  events: Array.from({ length: people }, (_, person) =>
    items.flatMap((_, item) =>
      item % 2 === person % 2 && (item < 16 || (item + person) % 5 === 0)
        ? [{ person, item, atMs: null, position: null }]
        : [],
    ),
  ).flat(),
  published: null,
};

it('asks of every arm the same targets among the same items, none of them a card, and trains on nobody who is judged', () => {
  const { cases, candidates, train } = onboarding(data, { seed: 1 });
  const slices = [...new Set(cases.map(({ slice }) => slice))];
  expect(slices).toEqual(['none', 'random', 'information', 'coverage']);
  const competing = new Set(candidates);
  const trained = new Set(train.map(({ person }) => person));
  const targets = new Map<number, string>();
  for (const { person, slice, history, targets: wanted } of cases) {
    expect(trained.has(person)).toBe(false);
    expect(targets.get(person) ?? wanted.join(' ')).toBe(wanted.join(' '));
    targets.set(person, wanted.join(' '));
    expect(history.length > 0).toBe(slice !== 'none');
    expect([...history].some((item) => competing.has(item))).toBe(false);
    expect([...wanted].every((item) => competing.has(item))).toBe(true);
  }
  expect(targets.size).toBe(12);
});

import { defaultEventWeights, fixedClock, seededRandom } from '@kindling/domain';
import { expect, it } from 'vitest';
import { smallItem } from '../../rankers/small-data.fixture.js';
import { eventTable, type TestEvent } from '../cleaning/events.fixture.js';
import { plainProduct } from '../plain-product.fixture.js';
import { type EvaluationStep, evaluateCatalogue, judgedEvents } from './evaluate-catalogue.js';

const taste = ['space', 'garden', 'kitchen'];
const items = Array.from({ length: 48 }, (_, index) =>
  smallItem(index + 1, { title: `${taste[index % 3]} thing ${index % 7}`, tags: [taste[index % 3] ?? ''] }),
);
const cleaning = { eventWeights: defaultEventWeights, halfLifeMs: 30 * 86_400_000 };

/** Each person likes most things of one taste, in an order of their own. */
function histories(people: number): TestEvent[][] {
  const random = seededRandom('people');
  return Array.from({ length: people }, (_, person) =>
    Array.from(items, (_item, item) => item)
      .filter((item) => random() < (item % 3 === person % 3 ? 0.9 : 0.04))
      .sort(() => random() - 0.5)
      .map((item, at): TestEvent => [item, 'FAVOURITE', at * 60_000]),
  );
}

const partsOf = (steps: EvaluationStep[] = []) => ({
  product: plainProduct,
  clock: fixedClock('2026-01-01T00:00:00Z'),
  progress: (step: EvaluationStep) => steps.push(step),
});

it('judges the default beside every baseline, over splits and people, and corrects its leads by Holm', async () => {
  const { data } = judgedEvents(items, eventTable(...histories(60)), cleaning);
  const steps: EvaluationStep[] = [];
  const made = await evaluateCatalogue(
    { data, split: 'COLD_ITEMS', seeds: [1, 2], people: 40 },
    partsOf(steps),
  );
  expect(made.seeds).toEqual([1, 2]);
  expect(made.people).toEqual([40, 40]);
  expect(made.rows.filter(({ isBaseline }) => isBaseline).map(({ method }) => method)).toEqual([
    'random',
    'popularity',
    'popularity of content neighbours',
    'lexical kNN',
    'raw encoder mean',
    'item-kNN',
    'ridge map to ALS factors',
    'EASE',
  ]);
  const [own] = made.rows.filter(({ isDefault }) => isDefault);
  for (const name of ['ndcg@20', 'recall@20', 'precision@20', 'f1@20', 'auc', 'novelty@20', 'coverage@20']) {
    const { low, mean, high } = own?.metrics[name] ?? { low: 1, mean: 0, high: 0 };
    expect([name, low <= mean && mean <= high]).toEqual([name, true]);
  }
  expect(made.comparisons.map(({ method }) => method)).toEqual(
    made.rows.filter(({ isDefault }) => !isDefault).map(({ method }) => method),
  );
  const againstRandom = made.comparisons[0];
  expect(againstRandom?.difference.low).toBeGreaterThan(0);
  expect(againstRandom?.p).toBeLessThan(0.05);

  const shares = steps.map(({ share }) => share);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
  expect(new Set(steps.map(({ seed }) => seed))).toEqual(new Set([1, 2]));
}, 60_000);

it('tells new people by how much is known of them, and a cut in time has one seed', async () => {
  const { data } = judgedEvents(items, eventTable(...histories(60)), cleaning);
  const users = await evaluateCatalogue({ data, split: 'COLD_USERS', seeds: [3], people: 20 }, partsOf());
  expect(Object.keys(users.rows[0]?.metrics ?? {})).toEqual(
    expect.arrayContaining(['k=0/ndcg@20', 'k=10/ndcg@20']),
  );
  const steps: EvaluationStep[] = [];
  const temporal = evaluateCatalogue({ data, split: 'TEMPORAL', seeds: [1, 2], people: 20 }, partsOf(steps));
  expect((await temporal).seeds).toEqual([1]);
  expect(steps.at(-1)?.share).toBe(1);
}, 60_000);

it('says of a split that can judge nobody why, and of events that are all cleaned away what took them', async () => {
  const { data } = judgedEvents(items, eventTable([[1, 'PURCHASE', 0]]), cleaning);
  await expect(
    evaluateCatalogue({ data, split: 'COLD_USERS', seeds: [1], people: 20 }, partsOf()),
  ).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('Nobody') });
  const hidden: TestEvent[] = [
    [1, 'VIEW', 0],
    [1, 'HIDE', 1],
  ];
  expect(() => judgedEvents(items, eventTable(hidden), cleaning)).toThrow('turnedDown: 2');
});

it('stops when it is told to', async () => {
  const { data } = judgedEvents(items, eventTable(...histories(60)), cleaning);
  const stop = new AbortController();
  const running = evaluateCatalogue(
    { data, split: 'COLD_ITEMS', seeds: [1], people: 20 },
    {
      ...partsOf(),
      signal: stop.signal,
      progress: ({ method }) => {
        if (method === 'item-kNN') stop.abort(new Error('enough'));
      },
    },
  );
  await expect(running).rejects.toThrow('enough');
});

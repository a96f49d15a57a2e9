import { defaultEventWeights, fixedClock, seededRandom } from '@kindling/domain';
import { expect, it } from 'vitest';
import { smallItem } from '../../rankers/small-data.fixture.js';
import { eventTable, type TestEvent } from '../cleaning/events.fixture.js';
import { modelSource } from '../model-lists.js';
import { plainProduct } from '../plain-product.fixture.js';
import type { TrainingStage } from './model-report.js';
import { type ProductionRequest, produceModel } from './produce-model.js';

// Three tastes, told by tag and word; nobody has seen the last six items.
const taste = ['space', 'garden', 'kitchen'];
const items = Array.from({ length: 66 }, (_, index) =>
  smallItem(index + 1, { title: `${taste[index % 3]} thing ${index % 7}`, tags: [taste[index % 3] ?? ''] }),
);
const minuteMs = 60_000;

/** Each person likes most things of one taste, in an order of their own. */
function histories(people: number, seed: string): TestEvent[][] {
  const random = seededRandom(seed);
  return Array.from({ length: people }, (_, person) =>
    Array.from({ length: 60 }, (_item, item) => item)
      .filter((item) => random() < (item % 3 === person % 3 ? 0.75 : 0.04))
      .sort(() => random() - 0.5)
      .map((item, at): TestEvent => [item, 'FAVOURITE', at * minuteMs]),
  );
}

const request = (
  events: readonly (readonly TestEvent[])[],
  fields: Partial<ProductionRequest> = {},
): ProductionRequest => ({
  items,
  events: eventTable(...events),
  cleaning: { eventWeights: defaultEventWeights, halfLifeMs: 30 * 86_400_000 },
  active: null,
  seed: 7,
  ...fields,
});
const partsOf = (heard: TrainingStage[] = []) => ({
  product: plainProduct,
  clock: fixedClock('2026-01-01T00:00:00Z'),
  progress: (stage: TrainingStage, done: number, total: number) => {
    if (heard.at(-1) !== stage) heard.push(stage);
    expect(done).toBeLessThanOrEqual(total);
  },
});

it('cleans, trains and judges: the model reaches unseen items and passes its gate against no model', async () => {
  const robot: TestEvent[] = Array.from({ length: 300 }, (_, at) => [at % 66, 'PURCHASE', at * 10]);
  const heard: TrainingStage[] = [];
  const made = await produceModel(request([...histories(180, 'people'), robot]), partsOf(heard));
  expect(heard).toEqual(['CLEAN', 'NORMALISE', 'SPLIT', 'TRAIN', 'EVALUATE']);
  expect(made.dropped).toContainEqual({ rule: 'robots', events: 300 });
  expect(made.profiles).toBe(180);
  const source = modelSource(made.model);
  const [best] = source.listsOf(items[0]?.number ?? (-1 as never)).slice(-1);
  expect((source.numberAt(best?.places[0] ?? 0) - 1) % 3).toBe(0);

  expect(made.metrics.map(({ slice }) => slice)).toEqual(['COLD_ITEMS', 'COLD_USERS', 'WARM']);
  for (const { metrics, untrained, active, people } of made.metrics) {
    expect(people).toBeGreaterThan(30);
    expect(active).toBeNull();
    for (const name of [
      'ndcg@20',
      'precision@20',
      'recall@20',
      'f1@20',
      'accuracy@20',
      'auc',
      'coverage@20',
    ]) {
      expect(metrics[name]?.low).toBeLessThanOrEqual(metrics[name]?.high ?? -1);
      expect(untrained[name]).toBeDefined();
    }
  }
  expect(made.metrics[1]?.metrics['k=3/ndcg@20']).toBeDefined();
  expect(made.gate).toMatchObject({ activeModelId: null, metric: 'ndcg@20', verdict: 'PASSED' });
});

it('judges what could be used in its place on the same people, where that is asked for', async () => {
  const asked = { ...request(histories(120, 'people')), withBaselines: true };
  const { metrics } = await produceModel(asked, partsOf([]));
  expect(metrics.length).toBeGreaterThan(0);
  for (const { baselines, metrics: own } of metrics) {
    expect(baselines.map(({ method }) => method)).toEqual(
      expect.arrayContaining(['random', 'popularity', 'item-kNN', 'EASE', 'lexical kNN']),
    );
    const drawn = baselines.find(({ method }) => method === 'random')?.metrics['ndcg@20'];
    expect(own['ndcg@20']?.mean).toBeGreaterThan(drawn?.mean ?? 1);
  }
});

it('repeats itself for a seed, and is as good as itself: no difference to the same parameters', async () => {
  const people = histories(180, 'people');
  const first = await produceModel(request(people), partsOf());
  const active = { id: 'old', parameters: JSON.parse(JSON.stringify(first.model.parameters)) };
  const second = await produceModel(request(people, { active }), partsOf());
  expect(second.model).toEqual(first.model);
  expect(second.gate.activeModelId).toBe('old');
  for (const { difference, verdict } of second.gate.slices) {
    expect(difference).toEqual({ mean: 0, low: 0, high: 0 });
    expect(verdict).toBe('PASSED');
  }
});

it('does not decide on a handful of people, and says how many they were', async () => {
  const { gate } = await produceModel(request(histories(24, 'few')), partsOf());
  expect(gate.verdict).toBe('UNDECIDED');
  expect(gate.slices.every(({ people }) => people < gate.leastPeople)).toBe(true);
});

it('holds a model against none when the serving one is of a release that chose other things', async () => {
  const active = { id: 'ancient', parameters: { neighbours: 7 } };
  const { gate, metrics } = await produceModel(request(histories(60, 'few'), { active }), partsOf());
  expect(gate.activeModelId).toBeNull();
  expect(metrics.every((slice) => slice.active === null)).toBe(true);
});

it('says what to do where nothing is there to train on, and what the cleaning took', async () => {
  await expect(produceModel(request([]), partsOf())).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: expect.stringContaining('no events about items'),
  });
  const hidden: TestEvent[] = [
    [1, 'VIEW', 0],
    [1, 'HIDE', 1],
  ];
  await expect(produceModel(request([hidden]), partsOf())).rejects.toThrow('turnedDown: 2');
});

it('trains on a single event, and decides nothing by it', async () => {
  const { gate, metrics, model } = await produceModel(request([[[3, 'PURCHASE', 0]]]), partsOf());
  expect(gate.verdict).toBe('UNDECIDED');
  expect(metrics.every(({ people }) => people <= 1)).toBe(true);
  expect(model.parameters.warmItems).toBe(1);
});

it('stops when it is told to', async () => {
  const stop = new AbortController();
  const parts = { ...partsOf(), signal: stop.signal };
  const running = produceModel(request(histories(180, 'people')), {
    ...parts,
    progress: (stage) => {
      if (stage === 'EVALUATE') stop.abort(new Error('enough'));
    },
  });
  await expect(running).rejects.toThrow('enough');
});

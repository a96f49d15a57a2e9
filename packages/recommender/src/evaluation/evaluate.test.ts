import { fixedClock, itemId, seededRandom } from '@kindling/domain';
import { expect, it } from 'vitest';
import { popularityRanker } from '../rankers/popularity.js';
import { plainProduct } from '../training/plain-product.fixture.js';
import { defaultMethod } from './default-method.js';
import { evaluate } from './evaluate.js';
import type { JudgedList } from './evaluated-method.js';
import type { EvaluationData, EvaluationEvent } from './evaluation-data.js';
import { type EvaluationCase, type EvaluationTask, splitNames } from './evaluation-task.js';
import { rankerMethod } from './ranker-method.js';

/** 60 items of three kinds; each of 40 people likes 18 items, mostly of one kind. */
function constructed(): EvaluationData {
  const random = seededRandom('constructed');
  const items = Array.from({ length: 60 }, (_, index) => {
    const angle = ((index % 3) * 2 * Math.PI) / 3 + random() / 2;
    return {
      id: itemId(`i${index}`),
      title: `Item ${index}`,
      description: null,
      categories: [],
      tags: [],
      attributes: {},
      price: null,
      vector: Float32Array.of(Math.cos(angle), Math.sin(angle)),
      launchedAtMs: null,
    };
  });
  const events: EvaluationEvent[] = [];
  for (let person = 0; person < 40; person++) {
    const liked = new Set<number>();
    while (liked.size < 18) {
      const item = Math.floor(random() * 60);
      if (item % 3 === person % 3 || random() < 0.1) liked.add(item);
    }
    for (const item of liked) events.push({ person, item, atMs: events.length * 1_000, position: null });
  }
  return {
    name: 'constructed',
    items,
    people: 40,
    events,
    published: { train: events.slice(99), test: events.slice(0, 99) },
  };
}

const parts = { product: plainProduct, clock: fixedClock('2026-11-24T12:00:00Z'), progress: () => undefined };
const data = constructed();

async function judge(split: (typeof splitNames)[number]) {
  const heard: { task: EvaluationTask; method: string; one: EvaluationCase; list: JudgedList }[] = [];
  const evaluation = await evaluate({
    data,
    split,
    seeds: [1, 2],
    methods: [rankerMethod(popularityRanker), defaultMethod()],
    parts,
    listener: {
      task: async () => undefined,
      list: (task, method, one, list) => heard.push({ task, method, one, list }),
    },
  });
  return { evaluation, heard };
}

it.each(splitNames.filter((name) => name !== 'published'))(
  '%s: nothing that is asked for was seen, known items are never shown, and figures are those of the lists',
  async (split) => {
    const { evaluation, heard } = await judge(split);
    for (const { task, one, list } of heard) {
      const targets = new Set(one.targets);
      expect(task.train.some(({ person, item }) => person === one.person && targets.has(item))).toBe(false);
      expect([...list.shown].some((item) => one.history.includes(item))).toBe(false);
      list.shown.forEach((item, place) => {
        expect(task.candidates.includes(item)).toBe(true);
        if (targets.has(item)) expect(list.ranks).toContain(place);
      });
    }
    for (const { method, metrics } of evaluation.report.rows) {
      const bySeed = [...new Set(heard.map(({ task }) => task.seed))].map((seed) => {
        const recalls = heard
          .filter((one) => one.task.seed === seed && one.method === method)
          .map(
            ({ one, list }) =>
              list.shown.slice(0, 10).filter((item) => one.targets.includes(item)).length /
              one.targets.length,
          );
        return recalls.reduce((sum, value) => sum + value, 0) / recalls.length;
      });
      const recall = metrics['recall@10'];
      expect(recall?.mean).toBeCloseTo(bySeed.reduce((sum, value) => sum + value, 0) / bySeed.length, 9);
      expect(recall?.low).toBeLessThanOrEqual(recall?.mean ?? 0);
      expect(recall?.high).toBeGreaterThanOrEqual(recall?.mean ?? 1);
    }
  },
);

it('finds the default ahead of popularity for new items where content says all, and repeats itself', async () => {
  const { evaluation } = await judge('cold-items');
  expect(evaluation.comparisons[0]?.difference.low).toBeGreaterThan(0);
  expect((await judge('cold-items')).evaluation).toEqual(evaluation);
});

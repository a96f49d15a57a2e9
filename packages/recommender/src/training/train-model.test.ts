import { seededRandom } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { scoresOf, smallData, smallItem, smallParts } from '../rankers/small-data.fixture.js';
import { smoothedEaseRanker } from '../rankers/smoothed-ease.js';
import { deserialiseModel, serialiseModel } from './model-artefact.js';
import { rowOf, type TargetLists } from './target-lists.js';
import { trainModel } from './train-model.js';
import { foldIn } from './trained-model.js';

// Three tastes, told by tag and word; the last three items have no evidence.
const taste = ['space', 'garden', 'kitchen'];
const items = Array.from({ length: 63 }, (_, index) =>
  smallItem(index, { title: `${taste[index % 3]} thing ${index % 7}`, tags: [taste[index % 3] ?? ''] }),
);
const random = seededRandom('tastes');
const data = smallData(
  items,
  Array.from({ length: 90 }, (_, profile) =>
    Array.from({ length: 60 }, (_item, item) => item).filter(
      (item) => random() < (item % 3 === profile % 3 ? 0.4 : 0.03),
    ),
  ),
);

const listOf = (lists: TargetLists, source: number) => {
  const row = rowOf(lists, items[source]?.number ?? (-1 as never));
  return new Map(
    [...lists.targets.subarray(lists.starts[row], lists.starts[row + 1])].map((target, at) => [
      target,
      lists.scores[(lists.starts[row] ?? 0) + at] ?? 0,
    ]),
  );
};
const bestOf = (lists: TargetLists, source: number) => [...listOf(lists, source).keys()][0] ?? -1;

describe('a trained model', () => {
  it('reaches new items of the same taste, is chosen on held-out items, and repeats itself for a seed', async () => {
    const model = await trainModel(data, smallParts());
    expect([0, 1, 2].map((source) => bestOf(model.cold, source) % 3)).toEqual([0, 1, 2]);
    expect([0, 1, 2].map((source) => bestOf(model.alike, source) % 3)).toEqual([0, 1, 2]);
    expect(model.parameters.validationNdcg).toBeGreaterThan(0.5);
    expect(await trainModel(data, smallParts())).toEqual(model);
  });

  it('holds the scores of the ranker that it was trained as', async () => {
    const bridge = {
      kernels: { titleWords: 0.5, tags: 0.5 },
      smoother: { kind: 'ridge' as const, lambda: 1 },
      beta: 0.5,
      lambda: 20,
    };
    const model = await trainModel(data, smallParts(), { bridge });
    const ranker = await smoothedEaseRanker('kernel ridge', bridge).fit(data, smallParts());
    const [a, b] = [listOf(model.cold, 3), listOf(model.cold, 9)];
    const wanted = scoresOf(ranker, [3, 9], [60])[0] ?? 0;
    expect((a.get(60) ?? 0) + (b.get(60) ?? 0)).toBeCloseTo(wanted, 4);
  });

  it('folds in an item that arrives later as if it had been there', async () => {
    const bridge = {
      kernels: { tags: 1 },
      smoother: { kind: 'neighbours' as const, neighbours: 10, power: 2, normalisation: 1 },
      beta: 0.5,
      lambda: 20,
    };
    const model = await trainModel(data, smallParts(), { bridge });
    const arrival = smallItem(70, { title: 'garden thing 2', tags: ['garden'] });
    const lists = await foldIn(model, [arrival], smallParts());
    const scores = [0, 1, 2].map((source) => listOf(lists, source).get(70) ?? 0);
    expect(scores[1]).toBeGreaterThan(Math.max(scores[0] ?? 0, scores[2] ?? 0));
  });

  it('comes back from its artefact as it was, and a changed byte is noticed', async () => {
    const model = await trainModel(data, smallParts(), { listLength: 5 });
    const bytes = await serialiseModel(model);
    expect(await deserialiseModel(bytes)).toEqual(model);
    const damaged = bytes.slice();
    damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 1;
    await expect(deserialiseModel(damaged)).rejects.toThrow('checksum');
    await expect(deserialiseModel(bytes.subarray(0, 20))).rejects.toThrow('no trained model');
  });

  it('says what to do when there are no events', async () => {
    await expect(trainModel(smallData(items, []), smallParts())).rejects.toThrow('no events to train on');
  });
});

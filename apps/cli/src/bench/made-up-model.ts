import { type ItemNumber, itemId, type Random } from '@kindling/domain';
import { serialiseModel, type TargetLists, type TrainedModel } from '@kindling/recommender';

const listLength = 200;
/** The newest items, that nobody has done anything with. */
const coldShare = 0.1;

/**
 * The artefact of a model of the largest shape that its items allow: every list full, with targets at random. Training
 * one takes minutes and gives shorter lists; what serving costs is bounded by this one.
 */
export function madeUpModel(
  items: readonly { readonly id: string; readonly number: ItemNumber }[],
  dimensions: number,
  random: Random,
): Promise<Uint8Array> {
  const inOrder = [...items].sort((a, b) => a.number - b.number);
  const warm = inOrder.slice(0, Math.floor(items.length * (1 - coldShare)));
  const cold = inOrder.slice(warm.length);
  const numbers = warm.map(({ number }) => number as number);
  const toWarm = () => fullLists(numbers, numbers, random);
  const model: TrainedModel = {
    parameters: {
      bridge: {
        kernels: { meaning: 1 },
        smoother: { kind: 'neighbours', neighbours: 50, power: 2, normalisation: 1 },
        beta: 0.5,
        lambda: 200,
      },
      content: { meaning: 1 },
      // every scorer has a say, so that every list is read
      fusion: [{ likings: 1, prior: 0.2, together: 0.2, alike: 0.2, factors: 0.2, content: 0.2 }],
      fusionChoice: null,
      validationNdcg: null,
      settingsTried: 0,
      listLength,
      profiles: 0,
      warmItems: warm.length,
      coldItems: cold.length,
    },
    together: toWarm(),
    alike: toWarm(),
    factors: toWarm(),
    content: toWarm(),
    cold: fullLists(
      numbers,
      cold.map(({ number }) => number as number),
      random,
    ),
    trained: warm.map(({ id, number }) => ({
      id: itemId(id),
      number,
      title: `The title of ${id}`,
      description:
        'A description of some twenty words, as most shops have them, for what their articles are and do.',
      categories: ['category'],
      tags: [],
      attributes: {},
      price: 10,
      vector: Float32Array.from({ length: dimensions }, () => random() - 0.5),
    })),
  };
  return serialiseModel(model);
}

function fullLists(sources: readonly number[], targets: readonly number[], random: Random): TargetLists {
  const length = Math.min(listLength, targets.length);
  const lists = {
    sources: Int32Array.from(sources),
    starts: Int32Array.from({ length: sources.length + 1 }, (_, row) => row * length),
    targets: new Int32Array(sources.length * length),
    scores: new Float32Array(sources.length * length),
  };
  for (let row = 0; row < sources.length; row++) {
    // a stretch of the items from a random place on: no target comes twice
    const from = Math.floor(random() * targets.length);
    for (let place = 0; place < length; place++) {
      lists.targets[row * length + place] = targets[(from + place) % targets.length] ?? 0;
      lists.scores[row * length + place] = 1 / (place + 1);
    }
  }
  return lists;
}

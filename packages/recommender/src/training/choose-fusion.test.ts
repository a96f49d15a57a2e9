import { seededRandom } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { smallData, smallItem } from '../rankers/small-data.fixture.js';
import { type ChosenFusion, chooseFusion } from './choose-fusion.js';
import { fieldKernels } from './field-kernels.js';
import { evenFusion, type FusionSettings, fusedScorers, fusionWeights } from './fusion.js';
import { plainProduct } from './plain-product.fixture.js';
import { matrixOf, sequences } from './training-data.js';

const count = 60;
/** People of three tastes; whether a taste shows in the items' words, or not. */
async function chosen({ isTold, likes }: { isTold: boolean; likes: number }): Promise<ChosenFusion | null> {
  const random = seededRandom('people');
  const word = (index: number) => (isTold ? index % 3 : index % 7);
  const items = Array.from({ length: count }, (_, index) =>
    smallItem(index, { title: `taste${word(index)} kind${word(index)}`, tags: [] }),
  );
  const data = smallData(
    items,
    Array.from({ length: 400 }, (_, profile) =>
      Array.from({ length: count }, (_item, item) => item).filter(
        (item) => random() < (item % 3 === profile % 3 ? likes / (count / 3) : 0.02),
      ),
    ),
  );
  const trained = Int32Array.from(items, (_, index) => index);
  return chooseFusion(
    {
      kernels: fieldKernels(items, plainProduct),
      kernelWeights: { titleWords: 1 },
      trained,
      interactions: matrixOf(data),
      sequences: sequences(data, trained, random),
      lambda: 20,
      listLength: 30,
    },
    { product: plainProduct, random: seededRandom('choice') },
  );
}

describe('the fusion', () => {
  it('is no worse than any scorer by itself, and better than the prior, on people whom the search did not see', async () => {
    const choice = await chosen({ isTold: true, likes: 6 });
    for (const alone of Object.values(choice?.alone ?? {})) {
      for (const revealed of ['1', '2', '3']) {
        expect(choice?.ndcg[revealed]).toBeGreaterThan((alone[revealed] ?? 1) - 0.03);
      }
    }
    expect(choice?.ndcg['1']).toBeGreaterThan((choice?.alone.prior['1'] ?? 1) + 0.1);
  });

  it('gives content no more than noise where content says nothing of what people like', async () => {
    const [told, untold] = [
      await chosen({ isTold: true, likes: 6 }),
      await chosen({ isTold: false, likes: 6 }),
    ];
    const contentOf = (choice: ChosenFusion | null) =>
      fusionWeights(choice?.settings ?? evenFusion, 1).content;
    expect(contentOf(untold)).toBeLessThan(contentOf(told));
    expect(contentOf(untold)).toBeLessThan(0.3);
  });

  it('is not chosen at all where fewer than 30 people can be held out', async () => {
    const few = smallData(
      Array.from({ length: 5 }, (_, index) => smallItem(index)),
      Array.from({ length: 40 }, () => [0, 1, 2]),
    );
    const trained = Int32Array.of(0, 1, 2);
    const task = {
      kernels: [],
      kernelWeights: {},
      trained,
      interactions: matrixOf(few),
      lambda: 1,
      listLength: 3,
    };
    const random = seededRandom('few');
    expect(
      await chooseFusion(
        { ...task, sequences: sequences(few, trained, random) },
        { product: plainProduct, random },
      ),
    ).toBeNull();
  });

  it('leaves everything to the prior at no likes, and its shares add up at any number', () => {
    expect(fusionWeights(evenFusion, 0)).toEqual({
      share: 0,
      together: 0,
      alike: 0,
      factors: 0,
      content: 0,
    });
    for (const likings of [1, 2, 10, 100, 1_000]) {
      const { share, ...scorers } = fusionWeights(evenFusion, likings);
      expect(fusedScorers.reduce((sum, scorer) => sum + scorers[scorer], 0)).toBeCloseTo(1, 12);
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThan(1);
    }
  });

  it('goes from knot to knot on a straight line over log n, and on past the last as it stands there', () => {
    const rest = { alike: 0, factors: 0, content: 0 };
    const settings: FusionSettings = [
      { likings: 2, prior: 0.8, together: 0.2, ...rest },
      { likings: 8, prior: 0.4, together: 0.6, ...rest },
    ];
    expect([1, 2, 4, 8, 50].map((likings) => fusionWeights(settings, likings).share)).toEqual(
      [0.2, 0.2, 0.4, 0.6, 0.6].map((share) => expect.closeTo(share, 12)),
    );
  });

  it('reads the items of a profile in the order in which they were liked', () => {
    const { interactions, ...data } = smallData(
      Array.from({ length: 4 }, (_, index) => smallItem(index)),
      [[3, 1, 0]],
    );
    const order = Float64Array.from(interactions.item, (item) => -item);
    const ordered = { ...data, interactions: { ...interactions, order } };
    expect([...(sequences(ordered, Int32Array.of(0, 1, 3), seededRandom('order'))[0] ?? [])]).toEqual([
      2, 1, 0,
    ]);
  });
});

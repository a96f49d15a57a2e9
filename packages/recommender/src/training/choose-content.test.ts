import { seededRandom } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { smallData, smallItem } from '../rankers/small-data.fixture.js';
import { type ContentKernels, chooseContent } from './choose-content.js';
import { fieldKernels } from './field-kernels.js';
import { plainProduct } from './plain-product.fixture.js';
import { matrixOf, sequences } from './training-data.js';

const count = 60;
const start: ContentKernels = { titleWords: 1, tags: 1 };

/** People of three tastes, which the tags tell and the titles do not. */
async function chosen(people: number): Promise<ContentKernels> {
  const random = seededRandom('people');
  const items = Array.from({ length: count }, (_, index) =>
    smallItem(index, { title: `word${index % 7} other${index % 5}`, tags: [`taste${index % 3}`] }),
  );
  const data = smallData(
    items,
    Array.from({ length: people }, (_, profile) =>
      Array.from({ length: count }, (_item, item) => item).filter(
        (item) => random() < (item % 3 === profile % 3 ? 0.5 : 0.1),
      ),
    ),
  );
  const trained = Int32Array.from(items, (_, index) => index);
  return chooseContent(
    {
      kernels: fieldKernels(items, plainProduct),
      trained,
      interactions: matrixOf(data),
      sequences: sequences(data, trained, random),
      start,
    },
    { random: seededRandom('choice') },
  );
}

describe('the content of a history', () => {
  it('is read by the fields that tell what people like next', async () => {
    const { titleWords = 0, tags = 0 } = await chosen(200);
    expect(titleWords).toBeLessThan(0.4 * tags);
  });

  it('keeps what was given where too few people can be held out to say better', async () => {
    expect(await chosen(30)).toBe(start);
  });
});

import { KindlingError, seededRandom } from '@kindling/domain';
import { shuffledIndices } from '../../shuffled-indices.js';
import type { Splitter } from '../evaluation-task.js';
import { casesOf } from './cases.js';

/** The split that came with the data: candidates are the items of its test part. The seed only breaks ties. */
export const published: Splitter = ({ items, published: split, name }, { seed }) => {
  if (split === null) {
    throw new KindlingError(
      'BAD_INPUT',
      `${name} has no published split: put train.csv and test.csv into published-split/, or use another --split.`,
    );
  }
  const tested = new Set(split.test.map(({ item }) => item));
  const candidates = shuffledIndices(items.length, seededRandom(`published ${seed}`)).filter((item) =>
    tested.has(item),
  );
  return { seed, train: split.train, candidates, cases: casesOf(split.train, split.test) };
};

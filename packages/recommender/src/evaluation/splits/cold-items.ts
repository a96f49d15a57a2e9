import { seededRandom } from '@kindling/domain';
import { shuffledIndices } from '../../shuffled-indices.js';
import type { Splitter } from '../evaluation-task.js';
import { casesOf } from './cases.js';

/**
 * New items: 70 % of the items train, 10 % are left for whoever tunes by hand, 20 % are the candidates, and nobody
 * sees an event of theirs. Everybody who liked one of the candidates is judged, by what they liked of the 70 %.
 */
export const coldItems: Splitter = ({ items, events }, { seed }) => {
  const order = shuffledIndices(items.length, seededRandom(`cold items ${seed}`));
  const trained = Math.round(items.length * 0.7);
  const firstTest = Math.round(items.length * 0.8);
  const place = new Int32Array(items.length);
  order.forEach((item, at) => {
    place[item] = at;
  });
  const train = events.filter(({ item }) => (place[item] as number) < trained);
  const targets = events.filter(({ item }) => (place[item] as number) >= firstTest);
  return { seed, train, candidates: order.slice(firstTest), cases: casesOf(train, targets) };
};

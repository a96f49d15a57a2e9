import { seededRandom } from '@kindling/domain';
import { shuffledIndices } from '../../shuffled-indices.js';
import type { EvaluationCase, Splitter } from '../evaluation-task.js';
import { eventsOfPeople, itemsOf } from './cases.js';

export const revealedCounts = [0, 1, 2, 3, 5, 10] as const;

/**
 * New people: 20 % of the people are judged and train nothing. Of each the first k events are revealed, for each k;
 * the targets are what came after the first ten, the same for each k, so only people with more than ten are judged.
 * Every item that is not revealed competes. Where the data have no order, it is drawn by the seed.
 */
export const coldUsers: Splitter = ({ items, people, events }, { seed }) => {
  const random = seededRandom(`cold users ${seed}`);
  const order = shuffledIndices(people, random);
  const tested = new Set(order.slice(Math.round(people * 0.8)));
  const drawn = shuffledIndices(events.length, random);
  const isOrdered = events.every(({ atMs, position }) => atMs !== null || position !== null);
  const inOrder = isOrdered ? events : [...drawn].flatMap((at) => events[at] ?? []);
  const most = Math.max(...revealedCounts);
  const cases: EvaluationCase[] = [];
  for (const [person, list] of eventsOfPeople(inOrder.filter(({ person }) => tested.has(person)))) {
    if (list.length <= most) continue;
    const targets = itemsOf(list.slice(most));
    for (const count of revealedCounts) {
      cases.push({ person, slice: `k=${count}`, history: itemsOf(list.slice(0, count)), targets });
    }
  }
  return {
    seed,
    train: events.filter(({ person }) => !tested.has(person)),
    candidates: shuffledIndices(items.length, random),
    cases,
  };
};

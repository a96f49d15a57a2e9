import { seededRandom } from '@kindling/domain';
import { shuffledIndices } from '../../shuffled-indices.js';
import type { EvaluationEvent } from '../evaluation-data.js';
import type { Splitter } from '../evaluation-task.js';
import { casesOf } from './cases.js';

/**
 * The whole catalogue competes. `coldShare` of the items lose all their events, of the others every person's events
 * are held out one in five; targets are both. With a share of 0 it is the usual evaluation of warm items.
 */
const wholeCatalogue =
  (coldShare: number): Splitter =>
  ({ items, events }, { seed }) => {
    const random = seededRandom(`whole catalogue ${coldShare} ${seed}`);
    const candidates = shuffledIndices(items.length, random);
    const cold = new Set(candidates.slice(0, Math.round(items.length * coldShare)));
    const train: EvaluationEvent[] = [];
    const targets: EvaluationEvent[] = [];
    for (const event of events) (cold.has(event.item) || random() < 0.2 ? targets : train).push(event);
    // drawn anew, so that the cold items do not stand first where scores are equal
    return { seed, train, candidates: shuffledIndices(items.length, random), cases: casesOf(train, targets) };
  };

export const overall = wholeCatalogue(0.2);
export const warm = wholeCatalogue(0);

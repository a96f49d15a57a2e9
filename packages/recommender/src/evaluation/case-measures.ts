import type { JudgedList } from './evaluated-method.js';
import { coldShareAt } from './metrics/cold-share.js';
import { listMetrics } from './metrics/index.js';
import { intraListDiversityAt } from './metrics/intra-list-diversity.js';
import { noveltyAt } from './metrics/novelty.js';

export const cutoffs = [10, 20, 50] as const;
/** At this cutoff what a list shows is described, and methods are compared. */
export const mainCutoff = 20;
/** The measure by which methods are compared with the default. */
export const mainMeasure = `ndcg@${mainCutoff}`;

export interface ShownContext {
  /** Events of training, by item. */
  readonly eventsOf: Int32Array;
  readonly people: number;
  readonly vectors: readonly (Float32Array | null)[];
  readonly candidates: number;
}

/** Every measure of one list, by name: `ndcg@20`, `auc`, `novelty@20`. */
export function caseMeasures(list: JudgedList, context: ShownContext): Map<string, number> {
  const { eventsOf, people, vectors, candidates } = context;
  const measures = new Map<string, number>();
  const ranked = { ranks: list.ranks, candidates };
  for (const [name, metric] of Object.entries(listMetrics)) {
    if (name === 'auc') measures.set(name, metric(ranked, candidates));
    else for (const cutoff of cutoffs) measures.set(`${name}@${cutoff}`, metric(ranked, cutoff));
  }
  measures.set(`novelty@${mainCutoff}`, noveltyAt(list.shown, mainCutoff, eventsOf, people));
  measures.set(`diversity@${mainCutoff}`, intraListDiversityAt(list.shown, mainCutoff, vectors));
  measures.set(`coldShare@${mainCutoff}`, coldShareAt(list.shown, mainCutoff, eventsOf));
  return measures;
}

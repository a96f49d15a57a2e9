import type { CandidatePool } from '../candidate-pool.js';
import type { ItemView } from '../ports.js';
import { entry, noTerm, type Term } from './term.js';

/** Events of everybody that a segment is filled up with, so that three events in a small segment decide nothing. */
const pseudoEvents = 30;

/**
 * Rung 1: how popular an item is in a segment, shrunk to its popularity everywhere, with decay.
 *
 *   p(i | s) = (evidence of i in s + 30 p(i)) / (evidence of s + 30),   p(i) = evidence of i / all evidence
 *
 * a Dirichlet prior with the whole catalogue's shares as its mean (C. Zhai, J. Lafferty, A Study of Smoothing Methods
 * for Language Models Applied to Information Retrieval, 2004): the share of the subject's segment that goes to the item. In a score it stands as
 * log(1 + lift) / log(1 + the highest lift), with lift = p(i | s) * number of items: 0 for an item without evidence,
 * 1 for the most popular one, and a tenfold lead counts as one step wherever it is.
 */
export class PopularityPrior {
  readonly #segmentTotal: number;
  readonly #everywhereTotal: number;
  readonly #logHighest: number;

  constructor(
    private readonly items: ItemView,
    private readonly segment: string | null,
    private readonly atMs: number,
  ) {
    this.#everywhereTotal = items.popularityTotal(null, atMs);
    this.#segmentTotal = segment === null ? 0 : items.popularityTotal(segment, atMs);
    const tops = [items.mostPopular(null, atMs, 1)[0], items.mostPopular(segment, atMs, 1)[0]];
    const highest = Math.max(0, ...tops.map((row) => (row === undefined ? 0 : this.share(row))));
    this.#logHighest = Math.log1p(highest * items.itemCount);
  }

  /** False while nobody has done anything. */
  get isKnown(): boolean {
    return this.#everywhereTotal > 0;
  }

  /** p(i | s). */
  share(row: number): number {
    if (this.#everywhereTotal <= 0) return 0;
    const everywhere = this.items.popularity(row, null, this.atMs) / this.#everywhereTotal;
    if (this.segment === null || this.#segmentTotal <= 0) return everywhere;
    const inSegment = this.items.popularity(row, this.segment, this.atMs);
    return (inSegment + pseudoEvents * everywhere) / (this.#segmentTotal + pseudoEvents);
  }

  /** In [0, 1]. */
  score(row: number): number {
    if (this.#logHighest <= 0) return 0;
    return Math.min(1, Math.log1p(this.share(row) * this.items.itemCount) / this.#logHighest);
  }
}

export function popularityTerm(prior: PopularityPrior, pool: CandidatePool, weight: number): Term {
  if (weight === 0) return noTerm;
  const value = (candidate: number) => weight * prior.score(pool.rowAt(candidate));
  return {
    addTo: (sums) => {
      for (let candidate = 0; candidate < sums.length; candidate++) {
        sums[candidate] = (sums[candidate] as number) + value(candidate);
      }
    },
    entries: (candidate) => [
      entry('popularity', value(candidate), { measure: prior.share(pool.rowAt(candidate)) }),
    ],
  };
}

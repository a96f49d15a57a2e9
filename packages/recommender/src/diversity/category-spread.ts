import type { CandidatePool } from '../candidate-pool.js';
import type { ItemView } from '../ports.js';

export interface SpreadSlot {
  readonly candidate: number;
  /** <= 0: what the candidate lost because its categories were shown before it. */
  readonly penalty: number;
}

/**
 * Greedy selection that makes a category cheaper the more often it was shown:
 *
 *   penalty(i) = -penalty * min(1, mean over the categories of i of (earlier slots with it) / saturation)
 *
 * Penalties only grow while slots are filled, so the scores of the chosen come out in falling order (rank and score
 * never disagree) and an old score is an upper bound: it is worked out again only at the head of the queue.
 */
export function spreadCategories(
  /** Candidates in order of score. */
  ordered: readonly number[],
  score: (candidate: number) => number,
  pool: CandidatePool,
  items: ItemView,
  { penalty, saturation, depth }: { penalty: number; saturation: number; depth: number },
): SpreadSlot[] {
  if (penalty === 0) return ordered.slice(0, depth).map((candidate) => ({ candidate, penalty: 0 }));
  const shown = new Map<string, number>();
  const known: (readonly string[] | undefined)[] = [];
  const categoriesOf = (place: number) => {
    known[place] ??= items.categoriesAt(pool.rowAt(ordered[place] ?? -1));
    return known[place];
  };
  const penaltyOf = (place: number) => {
    const names = categoriesOf(place);
    if (names.length === 0) return 0;
    let seen = 0;
    for (const name of names) seen += shown.get(name) ?? 0;
    return -penalty * Math.min(1, seen / names.length / saturation);
  };
  const queue = new SpreadQueue(ordered, score);
  const slots: SpreadSlot[] = [];
  while (slots.length < depth) {
    const place = queue.takeBest(penaltyOf);
    if (place === undefined) break;
    const candidate = ordered[place] ?? -1;
    slots.push({ candidate, penalty: penaltyOf(place) || 0 });
    for (const name of categoriesOf(place)) shown.set(name, (shown.get(name) ?? 0) + 1);
  }
  return slots;
}

/** A binary heap of places by (last known score, place), with lazy re-evaluation. */
class SpreadQueue {
  readonly #places: number[];
  readonly #bounds: Float64Array;

  constructor(
    private readonly ordered: readonly number[],
    private readonly score: (candidate: number) => number,
  ) {
    // In falling order it is a heap already.
    this.#places = ordered.map((_, place) => place);
    this.#bounds = new Float64Array(ordered.map(score));
  }

  takeBest(penaltyOf: (place: number) => number): number | undefined {
    while (this.#places.length > 0) {
      const place = this.#places[0] as number;
      const now = this.score(this.ordered[place] ?? -1) + penaltyOf(place);
      if (now >= (this.#bounds[place] ?? 0)) return this.#pop();
      this.#bounds[place] = now;
      this.#sink();
    }
    return undefined;
  }

  #pop(): number {
    const best = this.#places[0] as number;
    const last = this.#places.pop() as number;
    if (this.#places.length > 0) {
      this.#places[0] = last;
      this.#sink();
    }
    return best;
  }

  #sink(): void {
    const places = this.#places;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const right = left + 1;
      let first = at;
      if (left < places.length && this.#before(places[left] as number, places[first] as number)) first = left;
      if (right < places.length && this.#before(places[right] as number, places[first] as number))
        first = right;
      if (first === at) return;
      [places[at], places[first]] = [places[first] as number, places[at] as number];
      at = first;
    }
  }

  #before(a: number, b: number): boolean {
    const difference = (this.#bounds[a] ?? 0) - (this.#bounds[b] ?? 0);
    return difference > 0 || (difference === 0 && a < b);
  }
}

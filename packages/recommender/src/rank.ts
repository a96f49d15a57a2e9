import { coldnessOf } from '@kindling/domain';
import type { CandidatePool } from './candidate-pool.js';
import { spreadCategories } from './diversity/category-spread.js';
import type { ItemView } from './ports.js';
import type { LedgerEntry, RankedSlot } from './ranking.js';
import type { Strategy } from './strategy.js';
import { entry, type Term } from './terms/term.js';

/** Candidates beyond this multiple of the slots cannot win by diversity alone and are not looked at. */
const considered = 2;

/**
 * Scores every candidate of the pool as the sum of its terms, takes the best, spreads categories, and writes the
 * ledger of those that stay. Equal scores stand in the order of item numbers, so the same input gives the same list.
 */
export function rank(
  pool: CandidatePool,
  terms: readonly Term[],
  items: ItemView,
  { strategy, depth }: { strategy: Strategy; depth: number },
): RankedSlot[] {
  const scores = new Float64Array(pool.size);
  for (let candidate = 0; candidate < scores.length; candidate++) {
    let sum = 0;
    for (const term of terms) sum = term.addTo(sum, candidate);
    scores[candidate] = sum;
  }
  const scoreOf = (candidate: number) => scores[candidate] ?? 0;
  const numberOf = (candidate: number) => items.numberAt(pool.rows[candidate] ?? -1);
  const ordered = best(scores, depth * considered).sort(
    (a, b) => scoreOf(b) - scoreOf(a) || numberOf(a) - numberOf(b),
  );
  const spread = spreadCategories(ordered, scoreOf, pool, items, {
    penalty: strategy.diversity.categoryPenalty,
    saturation: strategy.diversity.saturation,
    depth,
  });
  return spread.map(({ candidate, penalty }) => {
    const ledger: LedgerEntry[] = [];
    for (const term of terms) {
      for (const one of term.entries(candidate)) if (one[1] !== 0) ledger.push(one);
    }
    if (penalty !== 0) ledger.push(entry('diversity', penalty));
    let score = 0;
    for (const one of ledger) score += one[1];
    return {
      item: numberOf(candidate),
      score,
      ledger,
      coldness: coldnessOf(items.eventCount(pool.rows[candidate] ?? -1), strategy.coldness.item),
      isExploration: false,
      propensity: 1,
    };
  });
}

/** Positions of the `limit` largest, and of all that equal the last of them, unsorted: typed arrays sort natively. */
function best(scores: Float64Array, limit: number): number[] {
  const threshold = scores.length <= limit ? -Infinity : (scores.slice().sort()[scores.length - limit] ?? 0);
  const chosen: number[] = [];
  for (let candidate = 0; candidate < scores.length; candidate++) {
    if ((scores[candidate] as number) >= threshold) chosen.push(candidate);
  }
  return chosen;
}

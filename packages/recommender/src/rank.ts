import { coldnessOf } from '@kindling/domain';
import type { CandidatePool } from './candidate-pool.js';
import { type SpreadSlot, spreadCategories } from './diversity/category-spread.js';
import type { ListTrace } from './explain/list-trace.js';
import type { ItemView } from './ports.js';
import type { LedgerEntry, RankedSlot } from './ranking.js';
import { defaultDepth } from './request.js';
import type { AppliedRules } from './rules/apply-rules.js';
import type { Strategy } from './strategy.js';
import { entry, type Term } from './terms/term.js';

/**
 * Candidates that diversity chooses from: twice the slots of a whole ranking. Not fewer for a short one, so that its
 * slots are the first of the long one.
 */
const considered = (depth: number) => 2 * Math.max(depth, defaultDepth);

/**
 * Scores every candidate of the pool as the sum of its terms, takes the best, spreads categories, and writes the
 * ledger of those that stay. Rules may then move slots, and bring in what stood further down. Equal scores stand in the order of item numbers, so the same input gives the same list.
 */
export function rank(
  pool: CandidatePool,
  terms: readonly Term[],
  items: ItemView,
  {
    strategy,
    depth,
    rules,
    trace,
  }: {
    strategy: Strategy;
    depth: number;
    rules?: AppliedRules | undefined;
    trace?: ListTrace | undefined;
  },
): RankedSlot[] {
  const scores = new Float64Array(pool.size);
  for (const term of terms) term.addTo(scores);
  const scoreOf = (candidate: number) => scores[candidate] ?? 0;
  const numberOf = (candidate: number) => items.numberAt(pool.rowAt(candidate));
  // signs, not differences: those would be put on the heap, thousands a list
  const byScore = (a: number, b: number) => {
    const one = scores[a] as number;
    const other = scores[b] as number;
    if (one !== other) return one > other ? -1 : 1;
    return numberOf(a) < numberOf(b) ? -1 : 1;
  };
  const ordered = best(scores, considered(depth)).sort(byScore);
  const spread = spreadCategories(ordered, scoreOf, pool, items, {
    penalty: strategy.diversity.categoryPenalty,
    saturation: strategy.diversity.saturation,
    // What rules take from further down should stand in the same order there, whatever is asked for.
    depth: rules?.looksFurther ? Math.max(depth, defaultDepth) : depth + (rules?.pins ?? 0),
  });
  const slots: readonly (SpreadSlot & { entries?: readonly LedgerEntry[] })[] = rules?.arranges
    ? arranged(spread, rules)
    : spread;
  trace?.outrank(() => {
    const taken = new Set(slots.map(({ candidate }) => candidate));
    return ordered.filter((one) => !taken.has(one)).map((candidate) => slotOf({ candidate, penalty: 0 }));
  });
  return slots.map(slotOf);

  function slotOf({
    candidate,
    penalty,
    entries = [],
  }: SpreadSlot & { entries?: readonly LedgerEntry[] }): RankedSlot {
    const ledger: LedgerEntry[] = [];
    for (const term of terms) {
      for (const one of term.entries(candidate)) if (one[1] !== 0) ledger.push(one);
    }
    if (penalty !== 0) ledger.push(entry('diversity', penalty));
    ledger.push(...entries);
    let score = 0;
    for (const one of ledger) score += one[1];
    return {
      item: numberOf(candidate),
      score,
      ledger,
      coldness: coldnessOf(items.eventCount(pool.rowAt(candidate)), strategy.coldness.item),
      isExploration: false,
      propensity: 1,
    };
  }

  function arranged(spread: readonly SpreadSlot[], rules: AppliedRules) {
    const penalties = new Float64Array(pool.size);
    const isInOrder = new Uint8Array(pool.size);
    const order: number[] = [];
    const put = (candidate: number) => {
      if (isInOrder[candidate] === 1) return;
      isInOrder[candidate] = 1;
      order.push(candidate);
    };
    for (const { candidate, penalty } of spread) {
      penalties[candidate] = penalty;
      put(candidate);
    }
    for (const candidate of ordered) put(candidate);
    const rest = (isWanted: (candidate: number) => boolean) => {
      const found: number[] = [];
      for (let candidate = 0; candidate < pool.size; candidate++) {
        if (isInOrder[candidate] === 0 && isWanted(candidate)) found.push(candidate);
      }
      return found.sort(byScore);
    };
    return rules.arrange(pool, { order, rest, depth }).map(({ candidate, entries }) => ({
      candidate,
      penalty: penalties[candidate] ?? 0,
      entries,
    }));
  }
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

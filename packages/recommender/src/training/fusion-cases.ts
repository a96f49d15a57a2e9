import type { Random } from '@kindling/domain';
import { kthLargest } from '../largest.js';
import { shuffledIndices } from '../shuffled-indices.js';
import { fusedScorers, mostLikings } from './fusion.js';
import type { HistoryLists } from './history-lists.js';
import { type InteractionMatrix, itemCounts } from './interaction-matrix.js';
import { rowOf, type TargetLists } from './target-lists.js';

/** One held-out person with the first n items known: every candidate's scores, and which of them came true. */
export interface FusionCase {
  readonly revealed: number;
  /** Whether the person went on beyond `laterFrom` items: of those who left, what came right after has to do. */
  readonly stays: boolean;
  /** float32[candidates x scoresEach], in [0, 1]: see fusionWeights. */
  readonly scores: Float32Array;
  readonly isTarget: Uint8Array;
  /** All targets, also those that are no candidates. */
  readonly targets: number;
}

export interface FusionCasesTask {
  readonly lists: HistoryLists;
  /** Of the people whom the lists were trained on; items are called by their columns. */
  readonly trained: InteractionMatrix;
  /** Columns of what each held-out person did, oldest first. */
  readonly heldOut: readonly Int32Array[];
  readonly random: Random;
  /** Cases of each number of revealed items. */
  readonly most: number;
}

/** Scores of a candidate, side by side: the scorers' in their order, then the prior. */
export const scoresEach = fusedScorers.length + 1;

/** Items known of a held-out person; the last ones are for people with long histories. */
export const revealedCounts = [1, 2, 3, 5, 10, 20, 50] as const;
/** Candidates of each scorer: who is behind all of these is not among the first 20 of any blend. */
const candidatesEach = 100;

/** What is liked later is what counts: right after the revealed items, a person is still at the same thing. */
export const laterFrom = 10;
export const targetsFrom = (revealed: number, length: number) =>
  Math.max(revealed, Math.min(laterFrom, length >> 1));

export const staysWith = ({ length }: Int32Array) => length > laterFrom;

/** In the order of `revealedCounts`. */
export function fusionCases({
  lists,
  trained,
  heldOut,
  random,
  most,
}: FusionCasesTask): readonly FusionCase[] {
  const prior = popularityPrior(trained);
  const popular = Int32Array.from(prior, (_, item) => item)
    .sort((a, b) => (prior[b] ?? 0) - (prior[a] ?? 0) || a - b)
    .slice(0, candidatesEach);
  return revealedCounts.flatMap((revealed) =>
    // those who stay come first: of many who leave, a draw would hold few of them
    shuffled(
      heldOut.filter((sequence) => sequence.length > revealed),
      random,
    )
      .sort((a, b) => Number(staysWith(b)) - Number(staysWith(a)))
      .slice(0, most)
      .map((sequence) => caseOf(sequence, revealed)),
  );

  function caseOf(sequence: Int32Array, revealed: number): FusionCase {
    const history = sequence.slice(0, revealed);
    const wanted = new Set(sequence.slice(targetsFrom(revealed, sequence.length)));
    const competes = new Uint8Array(trained.items);
    const all = fusedScorers.map((scorer) => historyScores(lists[scorer], history, trained.items));
    for (const scores of all) for (const item of bestOf(scores)) competes[item] = 1;
    for (const item of popular) competes[item] = 1;
    for (const item of history) competes[item] = 0;
    const candidates = Int32Array.from(competes.keys()).filter((item) => competes[item] === 1);
    const columns = [...all, prior];
    const scores = new Float32Array(candidates.length * columns.length);
    candidates.forEach((item, at) => {
      columns.forEach((column, part) => {
        scores[at * columns.length + part] = column[item] ?? 0;
      });
    });
    return {
      revealed,
      stays: staysWith(sequence),
      scores,
      isTarget: Uint8Array.from(candidates, (item) => (wanted.has(item) ? 1 : 0)),
      targets: wanted.size,
    };
  }
}

const shuffled = <Value>(values: readonly Value[], random: Random): Value[] =>
  [...shuffledIndices(values.length, random)].flatMap((at) => values[at] ?? []);

/** log(1 + lift) / log(1 + the highest lift), as what is served has it. */
export function popularityPrior(trained: InteractionMatrix): Float32Array {
  const counts = itemCounts(trained);
  const mean = Math.max(1, trained.columns.length) / Math.max(1, trained.items);
  const highest = Math.log1p(counts.reduce((most, count) => Math.max(most, count), 1) / mean);
  return counts.map((count) => Math.log1p(count / mean) / highest);
}

/** By item: sum over the history of its lists, divided by the sum of their best scores: in [0, 1]. */
function historyScores(lists: TargetLists, history: Int32Array, items: number): Float32Array {
  const sums = new Float32Array(items);
  let best = 0;
  for (const item of history.subarray(0, mostLikings)) {
    const row = rowOf(lists, item as Parameters<typeof rowOf>[1]);
    if (row < 0) continue;
    const from = lists.starts[row] ?? 0;
    best += lists.scores[from] ?? 0;
    for (let at = from; at < (lists.starts[row + 1] ?? 0); at++) {
      const target = lists.targets[at] as number;
      sums[target] = (sums[target] as number) + (lists.scores[at] as number);
    }
  }
  for (const item of history) sums[item] = 0;
  return best > 0 ? sums.map((sum) => sum / best) : sums;
}

/** Of ties at the end, all. */
function bestOf(scores: Float32Array): readonly number[] {
  const least = kthLargest(scores, Math.min(candidatesEach, scores.length));
  const best: number[] = [];
  for (let item = 0; item < scores.length; item++) {
    if ((scores[item] as number) > 0 && (scores[item] as number) >= least) best.push(item);
  }
  return best;
}

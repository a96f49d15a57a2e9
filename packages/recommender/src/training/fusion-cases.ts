import type { Random } from '@kindling/domain';
import { shuffledIndices } from '../shuffled-indices.js';
import { type FusedScorer, fusedScorers, mostLikings } from './fusion.js';
import type { HistoryLists } from './history-lists.js';
import { type InteractionMatrix, itemCounts } from './interaction-matrix.js';
import { rowOf } from './target-lists.js';

/** One held-out person with the first n items known: every candidate's scores, and which of them came true. */
export interface FusionCase {
  readonly revealed: number;
  /** Whether the person went on beyond `laterFrom` items. */
  readonly stays: boolean;
  /** By candidate, in [0, 1]: see fusionWeights. */
  readonly scores: Readonly<Record<FusedScorer, Float32Array>>;
  readonly prior: Float32Array;
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

/** Items known of a held-out person; the last ones are for people with long histories. */
export const revealedCounts = [1, 2, 3, 5, 10, 20, 50] as const;
/** Candidates of each scorer: who is behind all of these is not among the first 20 of any blend. */
const candidatesEach = 150;

/** What is liked later is what counts: right after the revealed items, a person is still at the same thing. */
const laterFrom = 10;
const targetsFrom = (revealed: number, length: number) =>
  Math.max(revealed, Math.min(laterFrom, length >> 1));

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
    shuffled(
      heldOut.filter((sequence) => sequence.length > revealed),
      random,
    )
      .slice(0, most)
      .map((sequence) => caseOf(sequence, revealed)),
  );

  function caseOf(sequence: Int32Array, revealed: number): FusionCase {
    const history = sequence.slice(0, revealed);
    const targets = sequence.slice(targetsFrom(revealed, sequence.length));
    const known = new Set(history);
    const wanted = new Set(targets);
    const all = Object.fromEntries(
      fusedScorers.map((scorer) => [scorer, historyScores(lists, scorer, history)]),
    ) as Record<FusedScorer, ReadonlyMap<number, number>>;
    const pool = new Set<number>();
    for (const scorer of fusedScorers) for (const item of bestOf(all[scorer], known)) pool.add(item);
    for (const item of popular) if (!known.has(item)) pool.add(item);
    const candidates = Int32Array.from(pool).sort();
    const scoresOf = (scorer: FusedScorer) =>
      Float32Array.from(candidates, (item) => all[scorer].get(item) ?? 0);
    return {
      revealed,
      stays: sequence.length > laterFrom,
      scores: {
        together: scoresOf('together'),
        alike: scoresOf('alike'),
        factors: scoresOf('factors'),
        content: scoresOf('content'),
      },
      prior: Float32Array.from(candidates, (item) => prior[item] ?? 0),
      isTarget: Uint8Array.from(candidates, (item) => (wanted.has(item) ? 1 : 0)),
      targets: wanted.size,
    };
  }
}

const shuffled = <Value>(values: readonly Value[], random: Random): Value[] =>
  [...shuffledIndices(values.length, random)].flatMap((at) => values[at] ?? []);

/** log(1 + lift) / log(1 + the highest lift), as what is served has it. */
function popularityPrior(trained: InteractionMatrix): Float32Array {
  const counts = itemCounts(trained);
  const mean = Math.max(1, trained.columns.length) / Math.max(1, trained.items);
  const highest = Math.log1p(counts.reduce((most, count) => Math.max(most, count), 1) / mean);
  return counts.map((count) => Math.log1p(count / mean) / highest);
}

/** Sum over the history of its lists, divided by the sum of their best scores: in [0, 1]. */
function historyScores(
  allLists: HistoryLists,
  scorer: FusedScorer,
  history: Int32Array,
): ReadonlyMap<number, number> {
  const lists = allLists[scorer];
  const scores = new Map<number, number>();
  let best = 0;
  for (const item of history.subarray(0, mostLikings)) {
    const row = rowOf(lists, item as Parameters<typeof rowOf>[1]);
    if (row < 0) continue;
    const from = lists.starts[row] ?? 0;
    best += lists.scores[from] ?? 0;
    for (let at = from; at < (lists.starts[row + 1] ?? 0); at++) {
      const target = lists.targets[at] ?? 0;
      scores.set(target, (scores.get(target) ?? 0) + (lists.scores[at] ?? 0));
    }
  }
  for (const [item, score] of scores) scores.set(item, score / best);
  return scores;
}

function bestOf(scores: ReadonlyMap<number, number>, known: ReadonlySet<number>): readonly number[] {
  return [...scores]
    .filter(([item]) => !known.has(item))
    .sort(([a, one], [b, other]) => other - one || a - b)
    .slice(0, candidatesEach)
    .map(([item]) => item);
}

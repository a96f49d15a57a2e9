import type { Random } from '@kindling/domain';
import { TopGain } from '../evaluation/top-gain.js';
import { shuffledIndices } from '../shuffled-indices.js';
import { type ContentCase, contentCases, knownCounts } from './content-cases.js';
import type { FieldKernel } from './field-kernel.js';
import { popularityPrior, staysWith } from './fusion-cases.js';
import { type InteractionMatrix, keepProfiles } from './interaction-matrix.js';

/** Weight of each field kernel by name, in the similarity of a history's items to others. */
export type ContentKernels = Readonly<Record<string, number>>;

export interface ContentTask {
  readonly kernels: readonly FieldKernel[];
  readonly trained: Int32Array;
  /** Profiles x trained items. */
  readonly interactions: InteractionMatrix;
  /** Columns of what each profile did, oldest first. */
  readonly sequences: readonly Int32Array[];
  /** What stays unless another choice wins. */
  readonly start: ContentKernels;
}

/** Half of them for the search, half for the decision. */
const mostPeople = 250;
/** With fewer people than this, a choice would be noise. */
const leastPeople = 60;
const cutoff = 20;
/** A gain below this is noise. */
const leastGain = 1.001;

/**
 * Chooses how much each field of the items counts where what a person liked is compared with what they may like next.
 * That is another question than whose audience a new item will have, which the bridge's kernels are chosen for. A
 * coordinate search of the mean NDCG on people who are held out, content beside popularity as it is served; kept where
 * it wins on others of them.
 */
export async function chooseContent(
  { kernels, trained, interactions, sequences, start }: ContentTask,
  { random, signal }: { readonly random: Random; readonly signal?: AbortSignal | undefined },
): Promise<ContentKernels> {
  const stays = (one: number) => staysWith(sequences[one] ?? new Int32Array());
  const people = [...shuffledIndices(sequences.length, random)]
    .filter((one) => (sequences[one]?.length ?? 0) > 1)
    .sort((a, b) => Number(stays(b)) - Number(stays(a)))
    .slice(0, mostPeople);
  if (people.length < leastPeople) return start;
  const held = new Set(people);
  const others = Int32Array.from(sequences.keys()).filter((one) => !held.has(one));
  const prior = popularityPrior(keepProfiles(interactions, others));
  const cases = await contentCases(
    { kernels, trained, prior, signal },
    people.map((one) => sequences[one] ?? new Int32Array()),
  );
  // every other person, because those who stay come first
  const half = (which: number) => cases.filter((_, at) => at % 2 === which).flat();
  const [searched, decided] = [half(0), half(1)];
  const names = kernels.map(({ name }) => name);
  const kernelsOf = (weights: ContentKernels) => names.map((name) => weights[name] ?? 0);
  const found = search(searched, kernelsOf(start));
  const before = withShares(decided, { kernels: kernelsOf(start), shares: found.shares });
  const after = withShares(decided, found);
  if (meanNdcg(decided, after) <= meanNdcg(decided, before)) return start;
  return Object.fromEntries(names.map((name, at) => [name, found.kernels[at] ?? 0]));
}

interface Setting {
  readonly kernels: readonly number[];
  /** Of the content beside the prior, by position in `knownCounts`. */
  readonly shares: readonly number[];
}

type Move = (setting: Setting) => Setting;

const shareMoves: readonly Move[] = knownCounts.flatMap((_, count) =>
  [0.5, 0.7, 1.4, 2].map(
    (factor): Move =>
      (setting) => ({
        ...setting,
        shares: setting.shares.map((share, at) => (at === count ? Math.min(0.99, share * factor) : share)),
      }),
  ),
);

const kernelMoves = (count: number): readonly Move[] =>
  Array.from({ length: count }, (_, kernel) =>
    [0, 0.3, 0.6, 1.6, 3].map(
      (factor): Move =>
        (setting) => {
          const floor = factor > 1 ? 0.05 * Math.max(...setting.kernels) : 0;
          const kernels = setting.kernels.map((weight, at) =>
            at === kernel ? Math.max(floor, weight * factor) : weight,
          );
          return Math.max(...kernels) > 0 ? { ...setting, kernels } : setting;
        },
    ),
  ).flat();

const evenShares = knownCounts.map(() => 0.2);

/** From where the bridge ended, from even weights, or from a single field: whichever does best. */
function search(cases: readonly ContentCase[], start: readonly number[]): Setting {
  const starts = [
    start,
    start.map(() => 1),
    ...start.map((_, kernel) => start.map((_one, at) => (at === kernel ? 1 : 0))),
  ].map((kernels): Setting => ({ kernels, shares: evenShares }));
  const first = starts.reduce((best, one) => (meanNdcg(cases, one) > meanNdcg(cases, best) ? one : best));
  return climb(cases, first, [...kernelMoves(start.length), ...shareMoves]);
}

/** The shares that suit the kernels. */
const withShares = (cases: readonly ContentCase[], setting: Setting) => climb(cases, setting, shareMoves);

function climb(cases: readonly ContentCase[], from: Setting, moves: readonly Move[]): Setting {
  let [setting, value] = [from, meanNdcg(cases, from)];
  for (let improved = true; improved; ) {
    improved = false;
    for (const move of moves) {
      const moved = move(setting);
      const after = meanNdcg(cases, moved);
      if (after <= value * leastGain) continue;
      [setting, value] = [moved, after];
      improved = true;
    }
  }
  return setting;
}

/** Over the cases; who goes on to like more says it with less noise, and counts more. */
function meanNdcg(cases: readonly ContentCase[], { kernels, shares }: Setting): number {
  const list = new TopGain(cutoff);
  const weights = Float64Array.from(kernels);
  let [sum, total] = [0, 0];
  for (const one of cases) {
    const weight = Math.min(one.targets, cutoff);
    sum += weight * ndcgOf(one, weights, { share: shares[one.count] ?? 0, list });
    total += weight;
  }
  return total === 0 ? 0 : sum / total;
}

function ndcgOf(
  { similarities, prior, isTarget, targets }: ContentCase,
  weights: Float64Array,
  { share, list }: { readonly share: number; readonly list: TopGain },
): number {
  const fused = new Float64Array(prior.length);
  similarities.forEach((similarity, kernel) => {
    const weight = weights[kernel] as number;
    if (weight === 0) return;
    for (let at = 0; at < fused.length; at++) {
      fused[at] = (fused[at] as number) + weight * (similarity[at] as number);
    }
  });
  let highest = 0;
  for (const score of fused) if (score > highest) highest = score;
  const scale = highest > 0 ? share / highest : 0;
  list.begin(targets);
  for (let at = 0; at < fused.length; at++) {
    const score = scale * (fused[at] as number) + (1 - share) * (prior[at] as number);
    if (score > list.least) list.add(score, isTarget[at] === 1);
  }
  return list.ndcg();
}

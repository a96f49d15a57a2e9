import type { Random } from '@kindling/domain';
import { TopGain } from '../evaluation/top-gain.js';
import { shuffledIndices } from '../shuffled-indices.js';
import type { FieldKernel } from './field-kernel.js';
import {
  type FusedScorer,
  type FusionKnot,
  type FusionSettings,
  type FusionWeights,
  fusedScorers,
  normalised,
} from './fusion.js';
import { type FusionCase, fusionCases, laterFrom, revealedCounts, scoresEach } from './fusion-cases.js';
import { contentLists, historyLists } from './history-lists.js';
import { type InteractionMatrix, keepProfiles, rowLength } from './interaction-matrix.js';
import { itemToItem } from './item-to-item.js';
import type { MatrixProduct } from './matrix-product.js';

export interface FusionTask {
  readonly kernels: readonly FieldKernel[];
  readonly kernelWeights: Readonly<Record<string, number>>;
  readonly trained: Int32Array;
  /** Profiles x trained items. */
  readonly interactions: InteractionMatrix;
  /** Columns of what each profile did, oldest first. */
  readonly sequences: readonly Int32Array[];
  /** Ridge of EASE. */
  readonly lambda: number;
  readonly listLength: number;
}

export type FusionPart = FusedScorer | 'prior';

export interface ChosenFusion {
  readonly settings: FusionSettings;
  /**
   * Mean NDCG at 20 by number of revealed items, on held-out people that the choice did not see; the settings are then
   * chosen once more, on all of them.
   */
  readonly ndcg: Readonly<Record<string, number>>;
  /** The same of each scorer by itself, and of the prior. */
  readonly alone: Readonly<Record<FusionPart, Readonly<Record<string, number>>>>;
  /** Numbers of revealed items at which the blend was kept: it won against the best single scorer on people whom the search did not see. */
  readonly blended: readonly number[];
}

const heldOutShare = 0.2;
const mostHeldOut = 1_500;
/** With fewer people than this to judge by, a choice would be noise. */
const leastHeldOut = 30;
const mostFolds = 5;
/** Of a number of revealed items, in all folds together, for the search and as many for the decision. */
const mostCases = 250;
/** Those who soon leave count no more than so many who stay: the lists of people who stay are seen for longest. */
const leavingCountAs = 5;
const cutoff = 20;

interface FusionParts {
  readonly product: MatrixProduct;
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Chooses the blend of scorers by number of liked items, on people who are held out as if they were new: for each number
 * a coordinate search on one half of them, and the decision between the blend and the best single scorer on the other.
 * Null where there are too few people.
 */
export async function chooseFusion(task: FusionTask, parts: FusionParts): Promise<ChosenFusion | null> {
  const { seen, unseen } = await heldOutCases(task, parts);
  const [searched, decided, all] = [judgeOf(seen), judgeOf(unseen), judgeOf([...seen, ...unseen])];
  const counts = searched.counts.filter((count) => decided.counts.includes(count));
  if (counts.length === 0) return null;
  const settings: FusionKnot[] = [];
  const found: Blend[] = [];
  const blended: number[] = [];
  let from = even;
  for (const [done, likings] of counts.entries()) {
    parts.signal?.throwIfAborted();
    parts.onProgress?.(done, counts.length);
    from = search(searched, likings, from);
    const single = bestOf(singles, (blend) => searched.value(blend, likings));
    const isBlend = decided.value(from, likings) >= decided.value(single, likings);
    if (isBlend) blended.push(likings);
    found.push(isBlend ? from : single);
    // that it blends is decided: how, everybody may say
    settings.push(knotOf(likings, isBlend ? search(all, likings, from) : single));
  }
  const byCount = (blendAt: (count: number, index: number) => Blend) =>
    Object.fromEntries(
      counts.map((count, index) => [String(count), decided.ndcg(blendAt(count, index), count)]),
    );
  return {
    settings,
    ndcg: byCount((_, index) => found[index] ?? even),
    alone: {
      together: byCount(() => alone('together')),
      alike: byCount(() => alone('alike')),
      factors: byCount(() => alone('factors')),
      content: byCount(() => alone('content')),
      prior: byCount(() => alone('prior')),
    },
    blended,
  };
}

/** Each fold's lists are trained without its people. */
async function heldOutCases(
  task: FusionTask,
  { product, random, signal }: FusionParts,
): Promise<{ readonly seen: readonly FusionCase[]; readonly unseen: readonly FusionCase[] }> {
  const { interactions, trained } = task;
  const all = Int32Array.from({ length: interactions.profiles }, (_, profile) => profile);
  const people = shuffledIndices(interactions.profiles, random).filter(
    (profile) => rowLength(interactions, profile) > 1,
  );
  const size = Math.min(mostHeldOut, Math.floor(people.length * heldOutShare));
  const staying = people.reduce((sum, one) => sum + (rowLength(interactions, one) > laterFrom ? 1 : 0), 0);
  // further fifths are held out in turn, until there are enough who stay
  const foldsWanted = Math.max(1, Math.round((2 * mostCases * people.length) / Math.max(1, staying * size)));
  const folds = size < leastHeldOut ? 0 : Math.min(mostFolds, foldsWanted);
  const [seen, unseen]: [FusionCase[], FusionCase[]] = [[], []];
  const numbers = Int32Array.from(trained, (_, column) => column);
  const content = folds === 0 ? undefined : await contentLists({ ...task, numbers, signal }, task.listLength);
  for (let fold = 0; fold < folds; fold++) {
    const held = people.slice(fold * size, (fold + 1) * size);
    const isHeld = new Set(held);
    const kept = keepProfiles(
      interactions,
      all.filter((profile) => !isHeld.has(profile)),
    );
    const lists = await historyLists(
      {
        ...task,
        interactions: kept,
        weights: await itemToItem(kept, task.lambda, product),
        numbers,
        ...(content && { content }),
        hasFactors: true,
        product,
        random,
        signal,
      },
      task.listLength,
    );
    const half = size >> 1;
    for (const [cases, people] of [
      [seen, held.slice(0, half)],
      [unseen, held.slice(half)],
    ] as const) {
      const heldOut = [...people].flatMap((profile) => task.sequences[profile] ?? []);
      cases.push(
        ...fusionCases({ lists, trained: kept, heldOut, random, most: Math.ceil(mostCases / folds) }),
      );
    }
  }
  return { seen, unseen };
}

/** Weights on any scale. */
type Blend = Readonly<Record<FusionPart, number>>;

const nothing: Blend = { prior: 0, together: 0, alike: 0, factors: 0, content: 0 };
const alone = (part: FusionPart): Blend => ({ ...nothing, [part]: 1 });
const singles: readonly Blend[] = [...fusedScorers, 'prior' as const].map(alone);
const even: Blend = { prior: 1, together: 0.2, alike: 0.1, factors: 0.1, content: 0.2 };

const knotOf = (likings: number, blend: Blend): FusionKnot => {
  const { share, ...scorers } = normalised((part) => blend[part]);
  const of = (scorer: FusedScorer) => share * scorers[scorer];
  return {
    likings,
    prior: 1 - share,
    together: of('together'),
    alike: of('alike'),
    factors: of('factors'),
    content: of('content'),
  };
};

type Move = (blend: Blend) => Blend;

const moves: readonly Move[] = [
  ...[0, 0.3, 0.6, 1.6, 3, 10].map(
    (factor): Move =>
      (blend) => ({ ...blend, prior: blend.prior * factor }),
  ),
  ...fusedScorers.flatMap((scorer): readonly Move[] => [
    ...[0, 0.3, 0.6, 1.6, 3].map(
      (factor): Move =>
        (blend) => ({ ...blend, [scorer]: blend[scorer] * factor }),
    ),
    (blend) => (blend[scorer] === 0 ? { ...blend, [scorer]: 0.1 * largest(blend) } : blend),
  ]),
];

const largest = (blend: Blend) => Math.max(...Object.values(blend));

/** A gain below this is noise, and following it only takes time. */
const leastGain = 1.001;

/** From where the number before ended, and from every single scorer that is any good. */
function search(judge: Judge, likings: number, from: Blend): Blend {
  const start = bestOf([from, even, ...singles], (blend) => judge.value(blend, likings));
  let at = { blend: start, value: judge.value(start, likings) };
  for (let improved = true; improved; ) {
    improved = false;
    for (const move of moves) {
      const blend = move(at.blend);
      if (blend === at.blend || largest(blend) === 0) continue;
      const value = judge.value(blend, likings);
      if (value <= at.value * leastGain) continue;
      at = { blend, value };
      improved = true;
    }
  }
  return at.blend;
}

function bestOf(blends: readonly Blend[], value: (blend: Blend) => number): Blend {
  const valued = blends.map((blend) => ({ blend, value: value(blend) }));
  return valued.reduce((best, one) => (one.value > best.value ? one : best)).blend;
}

interface Judge {
  /** Numbers of revealed items that there are cases of. */
  readonly counts: readonly number[];
  /**
   * How good a blend is for people with so many likes: NDCG relative to the best single scorer's, and with less weight
   * the further off, that of people with more or fewer, because each number by itself has few people.
   */
  value(blend: Blend, likings: number): number;
  ndcg(blend: Blend, likings: number): number;
}

/**
 * Adding up to 1. Who goes on to like more counts more, and says it with less noise. Those who soon leave decide only
 * where hardly anybody stays: what they did next is of the same visit.
 */
function caseWeights(cases: readonly FusionCase[]): Float64Array {
  const weights = Float64Array.from(cases, ({ targets }) => Math.min(targets, cutoff));
  const sumOf = (stays: boolean) =>
    weights.reduce((sum, weight, at) => (cases[at]?.stays === stays ? sum + weight : sum), 0);
  const [staying, leaving] = [sumOf(true), sumOf(false)];
  const scale = leaving > 0 ? Math.min(1, (leavingCountAs * cutoff) / leaving) : 1;
  const total = staying + scale * leaving;
  return weights.map((weight, at) => (weight * (cases[at]?.stays ? 1 : scale)) / total);
}

/** Fewer cases than this say nothing of a number of revealed items. */
const leastCases = 10;
const neighbourWeights = [1, 0.5];

function judgeOf(cases: readonly FusionCase[]): Judge {
  const groups = revealedCounts
    .map((revealed) => cases.filter((one) => one.revealed === revealed))
    .filter(({ length }) => length >= leastCases)
    .map((cases) => ({ revealed: cases[0]?.revealed ?? 0, cases, weights: caseWeights(cases) }));
  const list = new TopGain(cutoff);
  const meanNdcg = (group: (typeof groups)[number], blend: Blend) => {
    const weights = normalised((part) => blend[part]);
    return group.cases.reduce((sum, one, at) => {
      return sum + (group.weights[at] ?? 0) * blendNdcg(one, weights, list);
    }, 0);
  };
  const references = groups.map((group) =>
    Math.max(1e-9, ...singles.map((single) => meanNdcg(group, single))),
  );
  const placeOf = (likings: number) => groups.findIndex(({ revealed }) => revealed === likings);
  return {
    counts: groups.map(({ revealed }) => revealed),
    value(blend, likings) {
      const place = placeOf(likings);
      let [sum, total] = [0, 0];
      groups.forEach((group, at) => {
        const weight = neighbourWeights[Math.abs(at - place)];
        if (weight === undefined) return;
        sum += (weight * meanNdcg(group, blend)) / (references[at] ?? 1);
        total += weight;
      });
      return sum / total;
    },
    ndcg(blend, likings) {
      const group = groups[placeOf(likings)];
      return group === undefined ? Number.NaN : meanNdcg(group, blend);
    },
  };
}

/** NDCG at the cutoff of the blend. */
function blendNdcg({ scores, isTarget, targets }: FusionCase, weights: FusionWeights, list: TopGain): number {
  const { together, alike, factors, content } = weights;
  const count = isTarget.length;
  const fused = fusedOf(count);
  let highest = 0;
  for (let at = 0, from = 0; at < count; at++, from += scoresEach) {
    const score =
      together * (scores[from] as number) +
      alike * (scores[from + 1] as number) +
      factors * (scores[from + 2] as number) +
      content * (scores[from + 3] as number);
    fused[at] = score;
    if (score > highest) highest = score;
  }
  const scale = highest > 0 ? weights.share / highest : 0;
  const ofPrior = 1 - weights.share;
  list.begin(targets);
  for (let at = 0, from = 4; at < count; at++, from += scoresEach) {
    const score = scale * (fused[at] as number) + ofPrior * (scores[from] as number);
    if (score > list.least) list.add(score, isTarget[at] === 1);
  }
  return list.ndcg();
}

let room = new Float64Array(0);
/** A hundred thousand cases are judged in a search: one array serves them all. */
function fusedOf(count: number): Float64Array {
  if (room.length < count) room = new Float64Array(2 * count);
  return room;
}

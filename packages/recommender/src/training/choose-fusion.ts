import type { Random } from '@kindling/domain';
import { TopGain } from '../evaluation/top-gain.js';
import { shuffledIndices } from '../shuffled-indices.js';
import type { FieldKernel } from './field-kernel.js';
import { evenFusion, type FusedScorer, type FusionSettings, fusedScorers, fusionWeights } from './fusion.js';
import { type FusionCase, fusionCases, revealedCounts } from './fusion-cases.js';
import { historyLists } from './history-lists.js';
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

export interface ChosenFusion {
  readonly settings: FusionSettings;
  /** Mean NDCG at 20 by number of revealed items, on held-out people that the choice did not see. */
  readonly ndcg: Readonly<Record<string, number>>;
  /** The same of each scorer by itself, and of the prior. */
  readonly alone: Readonly<Record<FusedScorer | 'prior', Readonly<Record<string, number>>>>;
  /** Whether the blend was kept: it won against the best single scorer on people whom the search did not see. */
  readonly isBlend: boolean;
}

const heldOutShare = 0.2;
const mostHeldOut = 1_500;
/** With fewer people than this to judge by, a choice would be noise. */
const leastHeldOut = 30;
/** Where a fifth of the people is less than this, further fifths are held out in turn. */
const enoughHeldOut = 500;
const mostFolds = 3;
const cutoff = 20;

interface FusionParts {
  readonly product: MatrixProduct;
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Chooses the blend of scorers by number of liked items, on people who are held out as if they were new: a coordinate
 * search on one half of them, and the decision between the blend and the best single scorer on the other. Null where
 * there are too few people.
 */
export async function chooseFusion(task: FusionTask, parts: FusionParts): Promise<ChosenFusion | null> {
  const { seen, unseen } = await heldOutCases(task, parts);
  if (seen.length === 0 || unseen.length === 0) return null;
  const [searched, decided] = [judgeOf(seen), judgeOf(unseen)];
  const blend = search(searched, parts);
  const singles = [...fusedScorers.map(alone), prior];
  const [best] = singles.toSorted((a, b) => searched.value(b) - searched.value(a));
  const isBlend = best === undefined || decided.value(blend) >= decided.value(best);
  return {
    settings: isBlend ? blend : best,
    ndcg: decided.byRevealed(isBlend ? blend : best),
    alone: {
      together: decided.byRevealed(alone('together')),
      alike: decided.byRevealed(alone('alike')),
      content: decided.byRevealed(alone('content')),
      prior: decided.byRevealed(prior),
    },
    isBlend,
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
  const folds = size < leastHeldOut ? 0 : Math.min(mostFolds, Math.ceil(enoughHeldOut / size));
  const [seen, unseen]: [FusionCase[], FusionCase[]] = [[], []];
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
        numbers: Int32Array.from(trained, (_, column) => column),
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
      cases.push(...fusionCases({ lists, trained: kept, heldOut, random }));
    }
  }
  return { seen, unseen };
}

const none = { scale: 0, exponent: 0 };
const prior: FusionSettings = { together: none, alike: none, content: none };
/** So much that the prior only breaks ties. */
const alone = (scorer: FusedScorer): FusionSettings => ({
  ...prior,
  [scorer]: { scale: 1_000, exponent: 0 },
});

type Move = (settings: FusionSettings) => FusionSettings;
const moves: readonly Move[] = fusedScorers.flatMap((scorer) => {
  const change =
    (to: (growth: FusionSettings[FusedScorer]) => FusionSettings[FusedScorer]): Move =>
    (settings) => ({ ...settings, [scorer]: to(settings[scorer]) });
  return [
    ...[0, 0.25, 0.5, 0.7, 1.4, 2, 4].map((factor) =>
      change(({ scale, exponent }) => ({ scale: scale * factor, exponent })),
    ),
    ...[-0.5, -0.25, 0.25, 0.5].map((step) =>
      change(({ scale, exponent }) => ({ scale, exponent: Math.min(3, Math.max(0, exponent + step)) })),
    ),
    // more for long histories alone, or for short ones alone
    change(({ scale, exponent }) => ({ scale: scale / 3, exponent: Math.min(3, exponent + 0.5) })),
    change(({ scale, exponent }) => ({ scale: scale * 3, exponent: Math.max(0, exponent - 0.5) })),
    change(({ scale }) => (scale === 0 ? { scale: 0.05, exponent: 0.5 } : { scale, exponent: 1 })),
  ];
});

const starts: readonly FusionSettings[] = [
  evenFusion,
  {
    together: { scale: 0.3, exponent: 1 },
    alike: { scale: 0.3, exponent: 1 },
    content: { scale: 0.3, exponent: 0.5 },
  },
];

function search(
  judge: Judge,
  { signal, onProgress }: Pick<FusionParts, 'signal' | 'onProgress'>,
): FusionSettings {
  let best: { settings: FusionSettings; value: number } | null = null;
  for (const from of starts) {
    let at = { settings: from, value: judge.value(from) };
    for (let improved = true; improved; ) {
      improved = false;
      for (const [done, move] of moves.entries()) {
        signal?.throwIfAborted();
        onProgress?.(done, moves.length);
        const settings = move(at.settings);
        const value = judge.value(settings);
        if (value <= at.value * 1.0005) continue;
        at = { settings, value };
        improved = true;
      }
    }
    if (best === null || at.value > best.value) best = at;
  }
  return best?.settings ?? evenFusion;
}

interface Judge {
  /** Mean over numbers of revealed items of NDCG relative to the best single scorer there. */
  value(settings: FusionSettings): number;
  byRevealed(settings: FusionSettings): Record<string, number>;
}

/** Fewer cases than this say nothing of a number of revealed items. */
const leastCases = 10;

function judgeOf(cases: readonly FusionCase[]): Judge {
  const groups = revealedCounts
    .map((revealed) => ({ revealed, cases: cases.filter((one) => one.revealed === revealed) }))
    .filter(({ cases }) => cases.length >= leastCases);
  const ndcgOf = (group: (typeof groups)[number], settings: FusionSettings) => {
    const weights = fusionWeights(settings, group.revealed);
    const list = new TopGain(cutoff);
    let sum = 0;
    for (const one of group.cases) sum += blendNdcg(one, weights, list);
    return sum / group.cases.length;
  };
  const references = groups.map((group) =>
    Math.max(1e-9, ...[...fusedScorers.map(alone), prior].map((settings) => ndcgOf(group, settings))),
  );
  return {
    value: (settings) =>
      groups.reduce((sum, group, at) => sum + ndcgOf(group, settings) / (references[at] ?? 1), 0) /
      Math.max(1, groups.length),
    byRevealed: (settings) =>
      Object.fromEntries(groups.map((group) => [String(group.revealed), ndcgOf(group, settings)])),
  };
}

/** NDCG at the cutoff of the blend. */
function blendNdcg(
  { scores, prior, isTarget, targets }: FusionCase,
  weights: ReturnType<typeof fusionWeights>,
  list: TopGain,
): number {
  const { together, alike, content } = scores;
  const count = prior.length;
  let highest = 0;
  const fused = new Float32Array(count);
  for (let at = 0; at < count; at++) {
    const score =
      weights.together * (together[at] as number) +
      weights.alike * (alike[at] as number) +
      weights.content * (content[at] as number);
    fused[at] = score;
    if (score > highest) highest = score;
  }
  const scale = highest > 0 ? weights.share / highest : 0;
  list.begin(targets);
  for (let at = 0; at < count; at++) {
    const score = scale * (fused[at] as number) + (1 - weights.share) * (prior[at] as number);
    if (score > list.least) list.add(score, isTarget[at] === 1);
  }
  return list.ndcg();
}

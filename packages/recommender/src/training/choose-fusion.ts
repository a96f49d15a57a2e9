import type { Random } from '@kindling/domain';
import { shuffledIndices } from '../shuffled-indices.js';
import { alone, type Blend, type FusionPart, knotOf, singles } from './blend.js';
import { blendJudge } from './blend-judge.js';
import type { FieldKernel } from './field-kernel.js';
import type { FusionKnot, FusionSettings } from './fusion.js';
import { type FusionCase, fusionCases, laterFrom } from './fusion-cases.js';
import { contentLists, historyLists } from './history-lists.js';
import { type InteractionMatrix, keepProfiles, rowLength } from './interaction-matrix.js';
import { itemToItem } from './item-to-item.js';
import type { MatrixProduct } from './matrix-product.js';
import { bestOf, type SteadyBlend, searchBlend, searchSteadyBlend, steadyAt } from './search-blend.js';

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

interface FusionParts {
  readonly product: MatrixProduct;
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Chooses the blend of scorers by number of liked items, on people who are held out as if they were new. On one half of
 * them a steady blend for everybody is searched, and from there one for each number; the other half decides, for each
 * number, whether its own wins against the steady one, and whether that wins against the best single scorer. What was
 * decided for is then chosen once more, on all of them. Null where there are too few people.
 */
export async function chooseFusion(task: FusionTask, parts: FusionParts): Promise<ChosenFusion | null> {
  const { seen, unseen } = await heldOutCases(task, parts);
  const [searched, decided, all] = [blendJudge(seen), blendJudge(unseen), blendJudge([...seen, ...unseen])];
  const counts = searched.counts.filter((count) => decided.counts.includes(count));
  if (counts.length === 0) return null;
  const steady = searchSteadyBlend(searched);
  // Searching takes seconds: what is chosen once more is only what was decided for.
  let steadyOfAll: SteadyBlend | null = null;
  const settings: FusionKnot[] = [];
  const found: Blend[] = [];
  const blended: number[] = [];
  let own: Blend | null = null;
  for (const [done, likings] of counts.entries()) {
    parts.signal?.throwIfAborted();
    parts.onProgress?.(done, counts.length);
    const shared = steadyAt(steady, likings);
    own = searchBlend(searched, likings, own === null ? [shared] : [own, shared]);
    const worthOf = (blend: Blend) => decided.value(blend, likings);
    const isOwn = worthOf(own) > worthOf(shared);
    const blend = isOwn ? own : shared;
    const single = bestOf(singles, (one) => searched.value(one, likings));
    const isBlend = worthOf(blend) >= worthOf(single);
    if (isBlend) blended.push(likings);
    found.push(isBlend ? blend : single);
    if (!isBlend) settings.push(knotOf(likings, single));
    // what kind of blend it is, is decided: its weights, everybody may say
    else if (isOwn) settings.push(knotOf(likings, searchBlend(all, likings, [own])));
    else {
      steadyOfAll ??= searchSteadyBlend(all, [steady]);
      settings.push(knotOf(likings, steadyAt(steadyOfAll, likings)));
    }
  }
  const byCount = (blendAt: (count: number, index: number) => Blend) =>
    Object.fromEntries(
      counts.map((count, index) => [String(count), decided.ndcg(blendAt(count, index), count)]),
    );
  return {
    settings,
    ndcg: byCount((count, index) => found[index] ?? steadyAt(steady, count)),
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

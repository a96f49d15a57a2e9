import type { Random } from '@kindling/domain';
import { meanNdcg } from '../evaluation/mean-ndcg.js';
import { shuffledIndices } from '../shuffled-indices.js';
import type { BridgeSettings } from './bridge-settings.js';
import type { FieldKernel } from './field-kernel.js';
import {
  eachInteraction,
  type InteractionMatrix,
  keepItems,
  keepProfiles,
  rowLength,
} from './interaction-matrix.js';
import { type ItemToItem, itemToItem } from './item-to-item.js';
import { addScaled } from './kernel-sum.js';
import type { MatrixProduct } from './matrix-product.js';
import { neighbourWeights, ridgeWeights } from './smoothers.js';

/** What there is to choose by: column c of `interactions` is the item at trained[c], which the kernels know. */
export interface BridgeTask {
  readonly kernels: readonly FieldKernel[];
  readonly trained: Int32Array;
  readonly interactions: InteractionMatrix;
}

/** A validation task: items with evidence are held out as if they were new. */
interface Fold {
  readonly trained: Int32Array;
  readonly heldOut: Int32Array;
  /** Evidence of the profiles that are asked, over `trained`. */
  readonly known: InteractionMatrix;
  /** Of the same profiles, over `heldOut`. */
  readonly targets: InteractionMatrix;
  /** What people alike say of the trained items, E [asked x trained], as the lists that are served say it. */
  readonly alike: Float32Array;
  readonly blocks: ReadonlyMap<string, Float32Array>;
  /** [trained x trained] of each kernel; empty where a ridge would be too large. */
  readonly ownBlocks: ReadonlyMap<string, Float32Array>;
}

export interface ChosenBridge {
  readonly settings: BridgeSettings;
  /** Mean NDCG at 20 over the held-out items of all folds. */
  readonly ndcg: number;
  /** Settings that were tried. */
  readonly tried: number;
}

export interface ChoiceOptions {
  readonly product: MatrixProduct;
  readonly random: Random;
  readonly folds?: number;
  /** Moves of the running round that are done, and all of them; rounds go on while one of their moves helps. */
  readonly onProgress?: (done: number, moves: number) => void;
}

const cutoff = 20;
/** The inverse of a ridge is worked out for every setting that is tried; beyond this, neighbours do. */
const mostItemsForRidge = 4_000;
const mostProfilesAsked = 1_000;
const validatedLambda = 200;

/** A ridge that is this much behind the neighbours where they ended is not searched any further. */
const hopeless = 0.95;

/**
 * Chooses kernels' weights, smoother and beta for this catalogue by coordinate search: one setting at a time is moved,
 * and kept where the mean NDCG on held-out items rises. First by neighbours from even weights, then, for catalogues
 * that it is not too large for, by a ridge from where the neighbours ended. Folds are disjoint parts of `task.trained`.
 */
export async function chooseBridge(task: BridgeTask, options: ChoiceOptions): Promise<ChosenBridge> {
  const folds = await makeFolds(task, options);
  const names = task.kernels.map(({ name }) => name);
  const moves = movesFrom(names);
  const known = new Map<string, FoldNdcgs>();
  const sums = folds.map((fold) => new MovingSums(fold));
  const judge = async (settings: BridgeSettings, against: FoldNdcgs) => {
    const key = JSON.stringify(settings);
    const ndcgs = known.get(key) ?? (await validate(sums, { settings, against }, options.product));
    known.set(key, ndcgs);
    return ndcgs;
  };
  const searchFrom = async (from: BridgeSettings, worthIt = 0) => {
    for (const one of sums) one.moveTo(from.kernels);
    let at = { settings: from, ndcgs: await judge(from, []) };
    for (let improved = meanOf(at.ndcgs) >= worthIt; improved; ) {
      improved = false;
      for (const [done, move] of moves.entries()) {
        options.onProgress?.(done, moves.length);
        const settings = move(at.settings);
        if (settings === null) continue;
        const ndcgs = await judge(settings, at.ndcgs);
        // a gain below this is noise, and following it only takes time
        if (ndcgs.length < folds.length || meanOf(ndcgs) <= meanOf(at.ndcgs) * 1.001) continue;
        at = { settings, ndcgs };
        for (const one of sums) one.moveTo(settings.kernels);
        improved = true;
      }
    }
    return { settings: at.settings, ndcg: meanOf(at.ndcgs) };
  };
  const byNeighbours = await searchFrom({
    kernels: Object.fromEntries(names.map((name) => [name, 0.3])),
    beta: 0.5,
    lambda: validatedLambda,
    smoother: { kind: 'neighbours', neighbours: 50, power: 2, normalisation: 1 },
  });
  const byRidge =
    task.trained.length <= mostItemsForRidge
      ? await searchFrom(
          { ...byNeighbours.settings, smoother: { kind: 'ridge', lambda: 3 } },
          byNeighbours.ndcg * hopeless,
        )
      : byNeighbours;
  return { ...(byRidge.ndcg > byNeighbours.ndcg ? byRidge : byNeighbours), tried: known.size };
}

/** NDCG of each fold in turn; shorter than there are folds where the first ones were enough to give a setting up. */
type FoldNdcgs = readonly number[];

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const meanOf = (values: readonly number[]) => sumOf(values) / values.length;

type Move = (settings: BridgeSettings) => BridgeSettings | null;

/** Each kernel halved, doubled or switched off; then what the smoother and the targets have. */
function movesFrom(names: readonly string[]): readonly Move[] {
  const kernel = (name: string, change: (weight: number) => number): Move => {
    return (settings) => {
      const weight = change(settings.kernels[name] ?? 0);
      const kernels = { ...settings.kernels, [name]: weight };
      const isEmpty = Object.values(kernels).every((one) => one === 0);
      return isEmpty || weight === settings.kernels[name] ? null : { ...settings, kernels };
    };
  };
  const neighbours = (change: (smoother: NeighbourSmoother) => NeighbourSmoother): Move => {
    return (settings) =>
      settings.smoother.kind === 'neighbours' ? { ...settings, smoother: change(settings.smoother) } : null;
  };
  return [
    ...names.flatMap((name) => [
      kernel(name, () => 0),
      kernel(name, (weight) => (weight === 0 ? 0.1 : weight * 2)),
      kernel(name, (weight) => weight / 2),
    ]),
    ...[1, 2, 3, 4].map((power) => neighbours((smoother) => ({ ...smoother, power }))),
    ...[20, 50, 100, 200].map((count) => neighbours((smoother) => ({ ...smoother, neighbours: count }))),
    ...[1, 0.5].map((normalisation) => neighbours((smoother) => ({ ...smoother, normalisation }))),
    ...[0.5, 2].map((factor): Move => {
      return (settings) =>
        settings.smoother.kind === 'ridge'
          ? { ...settings, smoother: { kind: 'ridge', lambda: settings.smoother.lambda * factor } }
          : null;
    }),
    ...[0.1, 0.2, 0.5, 1].map(
      (beta): Move =>
        (settings) => ({ ...settings, beta }),
    ),
  ];
}

type NeighbourSmoother = Extract<BridgeSettings['smoother'], { kind: 'neighbours' }>;

async function makeFolds(task: BridgeTask, options: ChoiceOptions): Promise<readonly Fold[]> {
  const count = options.folds ?? (task.trained.length > mostItemsForRidge ? 1 : 3);
  const order = shuffledIndices(task.trained.length, options.random);
  const size = Math.min(2_000, Math.floor(task.trained.length / Math.max(5, count)));
  const folds: Fold[] = [];
  for (let fold = 0; fold < count; fold++) {
    const held = order.slice(fold * size, (fold + 1) * size).sort();
    const isHeld = new Set(held);
    const kept = order.filter((place) => !isHeld.has(place)).sort();
    folds.push(await makeFold(task, { held, kept }, options));
  }
  return folds;
}

async function makeFold(
  task: BridgeTask,
  { held, kept }: { readonly held: Int32Array; readonly kept: Int32Array },
  { product, random }: ChoiceOptions,
): Promise<Fold> {
  const at = (places: Int32Array) => places.map((place) => task.trained[place] ?? 0);
  const [trained, heldOut] = [at(kept), at(held)];
  const all = keepItems(task.interactions, kept);
  const targets = keepItems(task.interactions, held);
  const asked = shuffledIndices(all.profiles, random)
    .filter((profile) => rowLength(all, profile) > 0 && rowLength(targets, profile) > 0)
    .slice(0, mostProfilesAsked);
  const known = keepProfiles(all, asked);
  const blocks = new Map<string, Float32Array>();
  const ownBlocks = new Map<string, Float32Array>();
  for (const { name, between } of task.kernels) {
    blocks.set(name, await between(heldOut, trained));
    if (trained.length <= mostItemsForRidge) ownBlocks.set(name, await between(trained, trained));
  }
  return {
    trained,
    heldOut,
    known,
    targets: keepProfiles(targets, asked),
    alike: alikeRows(known, await itemToItem(all, validatedLambda, product)),
    blocks,
    ownBlocks,
  };
}

/**
 * The weighted sums of a fold's kernels. A search moves one weight at a time, so a sum is worked out from the one where
 * the search stands and what differs.
 */
class MovingSums {
  #weights: Readonly<Record<string, number>> = {};
  #between: Float32Array = new Float32Array();
  #own: Float32Array = new Float32Array();

  constructor(readonly fold: Fold) {}

  moveTo(weights: Readonly<Record<string, number>>): void {
    const { blocks, ownBlocks, heldOut, trained } = this.fold;
    if (this.#between.length > 0 && isSame(weights, this.#weights)) return;
    // from nothing, or rounding would add up over a long search
    this.#between = differing(new Float32Array(heldOut.length * trained.length), blocks, {}, weights);
    if (ownBlocks.size > 0) {
      this.#own = differing(new Float32Array(trained.length ** 2), ownBlocks, {}, weights);
    }
    this.#weights = weights;
  }

  /** [held out x trained]; not to be changed. */
  between(weights: Readonly<Record<string, number>>): Float32Array {
    return differing(this.#between, this.fold.blocks, this.#weights, weights);
  }

  /** [trained x trained]; not to be changed. */
  own(weights: Readonly<Record<string, number>>): Float32Array {
    return differing(this.#own, this.fold.ownBlocks, this.#weights, weights);
  }
}

type KernelWeights = Readonly<Record<string, number>>;

const isSame = (one: KernelWeights, other: KernelWeights) =>
  Object.entries(one).every(([name, weight]) => other[name] === weight);

/** The sum itself where the weights are the same, else a new one. */
function differing(
  sum: Float32Array,
  blocks: ReadonlyMap<string, Float32Array>,
  from: KernelWeights,
  to: KernelWeights,
): Float32Array {
  const moved = [...blocks].flatMap(([name, block]) => {
    const step = (to[name] ?? 0) - (from[name] ?? 0);
    return step === 0 ? [] : [{ block, step }];
  });
  if (moved.length === 0) return sum;
  const result = Float32Array.from(sum);
  for (const { block, step } of moved) addScaled(result, block, step);
  return result;
}

/** A race: what is so far behind after some of the folds does not win by the others. */
const given = 0.995;

async function validate(
  sums: readonly MovingSums[],
  { settings, against }: { readonly settings: BridgeSettings; readonly against: FoldNdcgs },
  product: MatrixProduct,
): Promise<FoldNdcgs> {
  const ndcgs: number[] = [];
  for (const sum of sums) {
    if (sumOf(ndcgs) < given * sumOf(against.slice(0, ndcgs.length))) break;
    const { fold } = sum;
    const columns = fold.trained.length;
    const similarities = sum.between(settings.kernels);
    const { smoother } = settings;
    const kappa =
      smoother.kind === 'neighbours'
        ? neighbourWeights(similarities, columns, smoother)
        : await ridgeWeights(similarities, sum.own(settings.kernels), columns, smoother.lambda, product);
    const says = Float32Array.from(fold.alike);
    eachInteraction(fold.known, (profile, item, weight) => {
      const at = profile * columns + item;
      says[at] = (says[at] ?? 0) + settings.beta * weight;
    });
    const shape = {
      rows: fold.known.profiles,
      inner: columns,
      columns: fold.heldOut.length,
      isTransposed: true,
    };
    const scores = await product.multiply(says, kappa, shape);
    ndcgs.push(meanNdcg(scores, fold.targets, cutoff));
  }
  return ndcgs;
}

/** E [profiles x items]: the rows of B of everything that a profile liked, added up. */
function alikeRows(interactions: InteractionMatrix, weights: ItemToItem): Float32Array {
  const rows = new Float32Array(interactions.profiles * interactions.items);
  eachInteraction(interactions, (profile, item, weight) => {
    const start = profile * interactions.items;
    weights.addRow(item, weight, rows.subarray(start, start + interactions.items));
  });
  return rows;
}

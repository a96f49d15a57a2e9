import type { BridgeSettings } from './bridge-settings.js';
import { type ColdTask, kernelSum, type Scores } from './cold-task.js';
import { type CollaborativeScores, collaborativeScores } from './collaborative-targets.js';
import { denseRows, type InteractionMatrix } from './interaction-matrix.js';
import type { MatrixProduct } from './matrix-product.js';
import { neighbourWeights, ridgeWeights } from './smoothers.js';

/** Profiles that are scored at a time: bounds the dense blocks. */
const profilesAtOnce = 512;

/**
 * The bridge from people to items nobody has met (rung 4 of the ladder):
 *
 *   s(u, i) = sum_j kappa_ij (E_uj + beta R_uj)
 *
 * over trained items j, with E the collaborative scores (EASE, or lists of cosines in large catalogues), R the evidence
 * itself, and kappa the item's weights from its content (see smoothers).
 */
export async function bridgeScores(
  task: ColdTask,
  settings: BridgeSettings,
  product: MatrixProduct,
): Promise<Scores> {
  const kappa = await contentWeights(task, settings, product);
  const collaborative = await collaborativeScores(task.interactions, settings.lambda, product);
  return carryOver(
    task.interactions,
    { kappa, collaborative, beta: settings.beta },
    task.candidates.length,
    product,
  );
}

/** kappa [candidates x trained]. */
export async function contentWeights(
  { kernels, candidates, trained }: Pick<ColdTask, 'kernels' | 'candidates' | 'trained'>,
  { kernels: weights, smoother }: BridgeSettings,
  product: MatrixProduct,
): Promise<Float32Array> {
  const similarities = await kernelSum(kernels, weights, [candidates, trained]);
  if (smoother.kind === 'neighbours') return neighbourWeights(similarities, trained.length, smoother);
  const own = await kernelSum(kernels, weights, [trained, trained]);
  return ridgeWeights(similarities, own, trained.length, smoother.lambda, product);
}

interface Carried {
  readonly kappa: Float32Array;
  readonly collaborative: CollaborativeScores;
  readonly beta: number;
}

export async function carryOver(
  interactions: InteractionMatrix,
  { kappa, collaborative, beta }: Carried,
  candidates: number,
  product: MatrixProduct,
): Promise<Scores> {
  const { profiles, items } = interactions;
  const scores = new Float32Array(profiles * candidates);
  for (let from = 0; from < profiles; from += profilesAtOnce) {
    const to = Math.min(profiles, from + profilesAtOnce);
    const targets = await collaborative.rows(interactions, from, to);
    const done = denseRows(interactions, from, to);
    for (let at = 0; at < targets.length; at++) targets[at] = (targets[at] ?? 0) + beta * (done[at] ?? 0);
    const shape = { rows: to - from, inner: items, columns: candidates, isTransposed: true };
    scores.set(await product.multiply(targets, kappa, shape), from * candidates);
  }
  return scores;
}

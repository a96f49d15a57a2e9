import type { FieldKernel } from './field-kernels.js';
import type { InteractionMatrix } from './interaction-matrix.js';
import type { TrainingItem } from './training-item.js';

/** Rank items without evidence for people with some: `candidates` and `trained` are positions in `items`. */
export interface ColdTask {
  readonly items: readonly TrainingItem[];
  readonly kernels: readonly FieldKernel[];
  /** Items with evidence; column c of `interactions` is items[trained[c]]. */
  readonly trained: Int32Array;
  readonly candidates: Int32Array;
  readonly interactions: InteractionMatrix;
}

/** Scores of every profile for every candidate, row-major [profiles x candidates]; higher is better. */
export type Scores = Float32Array;

export function kernelNamed(kernels: readonly FieldKernel[], name: string): FieldKernel | undefined {
  return kernels.find((kernel) => kernel.name === name);
}

/** The weighted sum of some kernels; null where none of them is there. */
export async function kernelSum(
  kernels: readonly FieldKernel[],
  weights: Readonly<Record<string, number>>,
  [left, right]: readonly [Int32Array, Int32Array],
): Promise<Float32Array> {
  const sum = new Float32Array(left.length * right.length);
  for (const kernel of kernels) {
    const weight = weights[kernel.name] ?? 0;
    if (weight !== 0) addScaled(sum, await kernel.between(left, right), weight);
  }
  return sum;
}

export function addScaled(into: Float32Array, values: Float32Array, scale: number): void {
  for (let at = 0; at < into.length; at++) into[at] = (into[at] ?? 0) + scale * (values[at] ?? 0);
}

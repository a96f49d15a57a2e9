import type { FieldKernel } from './field-kernel.js';

/** The weighted sum of some kernels between the items `left` and `right`, dense [left x right]. */
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
  for (let at = 0; at < into.length; at++) into[at] = (into[at] as number) + scale * (values[at] as number);
}

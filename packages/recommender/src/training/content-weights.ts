import type { BridgeSettings } from './bridge-settings.js';
import type { FieldKernel } from './field-kernel.js';
import { kernelSum } from './kernel-sum.js';
import type { MatrixProduct } from './matrix-product.js';
import { neighbourWeights, ridgeWeights } from './smoothers.js';

/**
 * kappa [candidates x trained]: each candidate as a mixture of trained items, by content alone. Positions are those
 * that the kernels were made from.
 */
export async function contentWeights(
  {
    kernels,
    candidates,
    trained,
  }: {
    readonly kernels: readonly FieldKernel[];
    readonly candidates: Int32Array;
    readonly trained: Int32Array;
  },
  { kernels: weights, smoother }: BridgeSettings,
  product: MatrixProduct,
): Promise<Float32Array> {
  const similarities = await kernelSum(kernels, weights, [candidates, trained]);
  if (smoother.kind === 'neighbours') return neighbourWeights(similarities, trained.length, smoother);
  const own = await kernelSum(kernels, weights, [trained, trained]);
  return ridgeWeights(similarities, own, trained.length, smoother.lambda, product);
}

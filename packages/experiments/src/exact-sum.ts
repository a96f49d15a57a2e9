/**
 * A sum without rounding: a list of doubles that do not overlap and add up to it exactly. It is plain JSON, so that
 * it can be stored, and two of them can be merged; order and grouping do not change the number that is read.
 *
 * Source: Shewchuk, "Adaptive precision floating-point arithmetic" (1997), grow-expansion; rounding as in CPython's fsum.
 */
export type ExactSum = readonly number[];

/** Throws a RangeError when `value` is not finite: one such value would spoil the sum for good. */
export function addExactly(sum: ExactSum, value: number): ExactSum {
  if (!Number.isFinite(value)) throw new RangeError(`A sum takes finite numbers, not ${value}.`);
  const parts: number[] = [];
  let carry = value;
  for (const part of sum) {
    const [large, small] = Math.abs(carry) < Math.abs(part) ? [part, carry] : [carry, part];
    const high = large + small;
    const low = small - (high - large);
    if (low !== 0) parts.push(low);
    carry = high;
  }
  if (carry !== 0) parts.push(carry);
  return parts;
}

export function mergeExactly(one: ExactSum, other: ExactSum): ExactSum {
  return other.reduce<ExactSum>(addExactly, one);
}

/** The double nearest to the sum, the same for every order in which it was built. */
export function readSum(sum: ExactSum): number {
  let at = sum.length - 1;
  let high = sum[at] ?? 0;
  let low = 0;
  while (low === 0 && at > 0) {
    at -= 1;
    const part = sum[at] ?? 0;
    const before = high;
    high = before + part;
    low = part - (high - before);
  }
  // A tie is broken to even above; what lies below it tells on which side of the tie the sum is.
  const below = sum[at - 1] ?? 0;
  if (at > 0 && low !== 0 && low < 0 === below < 0) {
    const doubled = low * 2;
    const moved = high + doubled;
    if (doubled === moved - high) high = moved;
  }
  return high;
}

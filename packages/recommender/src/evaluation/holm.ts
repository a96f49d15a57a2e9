/**
 * Holm's step-down correction (1979): p-values of m comparisons, raised so that rejecting those below alpha keeps
 * the chance of any false rejection at alpha. In the order given; in [0, 1].
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[a] ?? 1) - (pValues[b] ?? 1));
  const adjusted = new Array<number>(pValues.length).fill(1);
  let highest = 0;
  order.forEach((index, step) => {
    highest = Math.max(highest, Math.min(1, (pValues.length - step) * (pValues[index] ?? 1)));
    adjusted[index] = highest;
  });
  return adjusted;
}

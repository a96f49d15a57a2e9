/**
 * Where a rate lies with 95 % confidence, from `hits` of `trials` (Wilson 1927), both ends in [0, 1]. Unlike the normal
 * interval it is of use at rates near 0 and of few trials. Of no trials it says nothing: 0 to 1.
 */
export function wilsonInterval(
  hits: number,
  trials: number,
): { readonly low: number; readonly high: number } {
  if (trials === 0) return { low: 0, high: 1 };
  const rate = hits / trials;
  const z2 = 1.96 ** 2;
  const centre = (rate + z2 / (2 * trials)) / (1 + z2 / trials);
  const spread =
    (1.96 / (1 + z2 / trials)) * Math.sqrt((rate * (1 - rate)) / trials + z2 / (4 * trials ** 2));
  return { low: Math.max(0, centre - spread), high: Math.min(1, centre + spread) };
}

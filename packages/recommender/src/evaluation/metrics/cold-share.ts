/** Share of the first `cutoff` that training has no event of. In [0, 1]; 0 for an empty list. */
export function coldShareAt(ranked: ArrayLike<number>, cutoff: number, eventsOf: ArrayLike<number>): number {
  const shown = Math.min(cutoff, ranked.length);
  let cold = 0;
  for (let place = 0; place < shown; place++) {
    if ((eventsOf[ranked[place] as number] ?? 0) === 0) cold++;
  }
  return shown === 0 ? 0 : cold / shown;
}

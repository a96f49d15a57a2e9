/**
 * Mean self-information of the first `cutoff`, in bits: -log2((events of the item + 1) / (people + 1)), where events
 * are those of training. After Zhou et al. (2010), with one added so that an item without events is finite. Every
 * item without evidence is equally new, so in a list of cold items only this says nothing.
 */
export function noveltyAt(
  ranked: ArrayLike<number>,
  cutoff: number,
  eventsOf: ArrayLike<number>,
  people: number,
): number {
  const shown = Math.min(cutoff, ranked.length);
  let bits = 0;
  for (let place = 0; place < shown; place++) {
    bits -= Math.log2(Math.min(1, ((eventsOf[ranked[place] as number] ?? 0) + 1) / (people + 1)));
  }
  return shown === 0 ? 0 : bits / shown;
}

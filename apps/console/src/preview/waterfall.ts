/** The geometry of a ledger: each term begins where the one before it ended, on one scale for the whole list. */
export interface WaterfallBar {
  readonly term: string;
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

export function waterfall(
  ledger: readonly { readonly term: string; readonly value: number }[],
): readonly WaterfallBar[] {
  let sum = 0;
  return ledger.map(({ term, value }) => {
    const from = sum;
    sum += value;
    return { term, value, from, to: sum };
  });
}

/** The smallest range that holds every bar of every ledger, zero included. Never empty. */
export function waterfallRange(ledgers: readonly (readonly WaterfallBar[])[]): readonly [number, number] {
  const ends = ledgers.flatMap((bars) => bars.flatMap(({ from, to }) => [from, to]));
  const low = Math.min(0, ...ends);
  const high = Math.max(0, ...ends);
  return high - low < 1e-9 ? [low, low + 1] : [low, high];
}

/** A quota of a published rule, as the list keeps it before anything is tried out in it. */
export interface SlotLimit {
  readonly bound: 'atLeast' | 'atMost';
  readonly slots: number;
  readonly within: number;
  /** Of the first `within` slots, how many it counts now: also of those beyond what was asked for. */
  readonly counted: number;
}

/** What published rules promise of a list's slots, for whoever changes them afterwards. */
export interface SlotLimits {
  readonly quotas: readonly SlotLimit[];
  /** Places of the quotas that count the row. */
  quotasOf(row: number): readonly number[];
  /** False for what may stand only where the rules have put it: what is pinned to a slot, and what rests. */
  mayRise(row: number): boolean;
}

/**
 * Slots that have to stay as they are, so that no minimum is broken when up to `taken` others are given away and the
 * rest moves down: where a minimum has fewer to spare, the first ones that it counts.
 */
export function heldByMinima(
  { quotas, quotasOf }: SlotLimits,
  rows: readonly (number | undefined)[],
  taken: number,
): ReadonlySet<number> {
  const held = new Set<number>();
  quotas.forEach(({ bound, slots, within }, quota) => {
    if (bound === 'atMost') return;
    const counted: number[] = [];
    const most = Math.min(within, rows.length);
    for (let rank = 0; rank < most; rank++) {
      const row = rows[rank];
      if (row !== undefined && quotasOf(row).includes(quota)) counted.push(rank);
    }
    if (counted.length - slots < taken) for (const rank of counted.slice(0, slots)) held.add(rank);
  });
  return held;
}

/** What the maxima still have room for. Room is taken for whoever may come, so it holds whoever does. */
export class QuotaRoom {
  readonly #left: number[];

  constructor(private readonly limits: SlotLimits) {
    this.#left = limits.quotas.map(({ bound, slots, counted }) =>
      bound === 'atMost' ? slots - counted : Infinity,
    );
  }

  /** Whether the row may stand at `rank` (from 0), and now stands at `own` (Infinity: in none of the slots). */
  has(row: number, rank: number, own: number): boolean {
    return this.#joined(row, rank, own).every((quota) => (this.#left[quota] ?? 0) > 0);
  }

  /** One of these comes. */
  take(comers: readonly { readonly row: number; readonly own: number }[], rank: number): void {
    const joined = new Set(comers.flatMap(({ row, own }) => this.#joined(row, rank, own)));
    for (const quota of joined) this.#left[quota] = (this.#left[quota] ?? 0) - 1;
  }

  /** Quotas that would count the row there and do not count it yet. */
  #joined(row: number, rank: number, own: number): number[] {
    return this.limits.quotasOf(row).filter((quota) => {
      const { within = 0 } = this.limits.quotas[quota] ?? {};
      return rank < within && own >= within;
    });
  }
}

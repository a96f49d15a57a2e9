import type { ItemNumber } from '@kindling/domain';

/** A slot that was shown. */
export interface ShownSlot {
  /** From 1. */
  readonly rank: number;
  readonly item: ItemNumber;
  readonly clicked: boolean;
}

/** Clicks that a rank, and an item, is filled up with at the rate of everything: a few slots decide nothing. */
const pseudoSlots = 20;
const pseudoClicks = 5;

/**
 * What a slot's click rate is expected to be: the rate of its rank times the lift of its item,
 *
 *   r(rank) = (clicks at the rank + 20 r) / (slots of the rank + 20),   r = clicks / slots of all
 *   lift(item) = (clicks of the item + 5) / (sum over its slots of r(rank) + 5)
 *
 * at most 1. The part that doubly robust estimates build on; an item that was never shown has a lift of 1.
 */
export class ClickModel {
  readonly #overall: number;
  readonly #ranks = new Map<number, { slots: number; clicks: number }>();
  readonly #lifts = new Map<ItemNumber, number>();

  constructor(slots: readonly ShownSlot[]) {
    let clicks = 0;
    for (const { rank, clicked } of slots) {
      const known = this.#ranks.get(rank) ?? { slots: 0, clicks: 0 };
      known.slots++;
      if (clicked) known.clicks++;
      this.#ranks.set(rank, known);
      if (clicked) clicks++;
    }
    this.#overall = slots.length === 0 ? 0 : clicks / slots.length;
    const items = new Map<ItemNumber, { expected: number; clicks: number }>();
    for (const { rank, item, clicked } of slots) {
      const known = items.get(item) ?? { expected: 0, clicks: 0 };
      known.expected += this.#rateOf(rank);
      if (clicked) known.clicks++;
      items.set(item, known);
    }
    for (const [item, known] of items) {
      this.#lifts.set(item, (known.clicks + pseudoClicks) / (known.expected + pseudoClicks));
    }
  }

  /** In [0, 1]. */
  expected(item: ItemNumber, rank: number): number {
    return Math.min(1, this.#rateOf(rank) * (this.#lifts.get(item) ?? 1));
  }

  #rateOf(rank: number): number {
    const { slots, clicks } = this.#ranks.get(rank) ?? { slots: 0, clicks: 0 };
    return (clicks + pseudoSlots * this.#overall) / (slots + pseudoSlots);
  }
}

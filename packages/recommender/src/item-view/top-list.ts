import { HashedNumbers, type NumberMap } from './number-map.js';

/**
 * The largest values of a changing set, in order, without sorting the whole set: a reader gets the order at
 * once, a writer pays for what it changed.
 *
 * Invariant: every key outside the kept order comes after `#floor` (value descending, then key ascending), so
 * after a change only the kept keys and the changed ones have to be looked at. The whole set is read again only
 * when more than half of the kept keys have sunk below the floor.
 */
export class TopList {
  readonly #values: NumberMap;
  readonly #changed = new Set<number>();
  #order: number[] = [];
  #floor: readonly [value: number, key: number] | null = null;
  #total = 0;

  constructor(
    readonly capacity: number,
    values: NumberMap = new HashedNumbers(),
  ) {
    this.#values = values;
  }

  /** Sum of the positive values. */
  get total(): number {
    return Math.max(0, this.#total);
  }

  get size(): number {
    return this.#values.size;
  }

  /** Keys, largest value first; at most `capacity`, and never fewer than half of it while there are more. */
  get order(): readonly number[] {
    if (this.#changed.size > 0) this.refresh();
    return this.#order;
  }

  get(key: number): number {
    return this.#values.get(key) ?? 0;
  }

  set(key: number, value: number): void {
    this.#total += Math.max(0, value) - Math.max(0, this.get(key));
    this.#values.set(key, value);
    this.#changed.add(key);
  }

  delete(key: number): void {
    this.#total -= Math.max(0, this.get(key));
    if (this.#values.delete(key)) this.#changed.add(key);
  }

  /** Multiplies every value, which changes no order. */
  scale(factor: number): void {
    this.#total = 0;
    for (const [key, value] of this.#values.entries()) {
      this.#values.set(key, value * factor);
      this.#total += Math.max(0, value * factor);
    }
    if (this.#floor) this.#floor = [this.#floor[0] * factor, this.#floor[1]];
  }

  /** Called by the writer, so that readers find the order ready. */
  refresh(): void {
    if (this.#changed.size === 0) return;
    const near = new Set(this.#order);
    for (const key of this.#changed) near.add(key);
    this.#changed.clear();
    this.#keep(near);
    if (this.#order.length < this.capacity / 2 && this.#order.length < this.#values.size) {
      this.#floor = null;
      this.#keep([...this.#values.entries()].map(([key]) => key));
    }
  }

  #keep(keys: Iterable<number>): void {
    const entries: [value: number, key: number][] = [];
    for (const key of keys) {
      const value = this.#values.get(key);
      if (value === undefined) continue;
      const entry: [number, number] = [value, key];
      if (this.#floor === null || byValueThenKey(entry, this.#floor) <= 0) entries.push(entry);
    }
    entries.sort(byValueThenKey);
    if (entries.length > this.capacity) {
      entries.length = this.capacity;
      this.#floor = entries[this.capacity - 1] ?? null;
    }
    this.#order = entries.map(([, key]) => key);
  }
}

const byValueThenKey = (a: readonly [number, number], b: readonly [number, number]) =>
  b[0] - a[0] || a[1] - b[1];

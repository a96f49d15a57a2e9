/**
 * What was counted under a key of three whole numbers (item, segment, type and day): a hash table with open
 * addressing in typed arrays, 28 bytes a cell, because a JavaScript Map of millions of composite keys takes ten
 * times that. Cells are never removed; a count that went back to nothing holds zeros.
 */
export class CountTable {
  #capacity = 1_024;
  #keys = new Uint32Array(this.#capacity * 3);
  /** Events + 1, so that 0 means a free cell. */
  #events = new Float64Array(this.#capacity);
  #evidence = new Float64Array(this.#capacity);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#capacity * 28;
  }

  /** Stores the count and returns what was there before. */
  replace(
    item: number,
    segment: number,
    typeAndDay: number,
    count: { readonly events: number; readonly evidence: number },
  ): { readonly events: number; readonly evidence: number } {
    if ((this.#size + 1) * 3 > this.#capacity * 2) this.#grow();
    const cell = this.#find(item, segment, typeAndDay);
    const stored = this.#events[cell] ?? 0;
    const before = { events: Math.max(0, stored - 1), evidence: this.#evidence[cell] ?? 0 };
    if (stored === 0) {
      this.#size++;
      this.#keys.set([item, segment, typeAndDay], cell * 3);
    }
    this.#events[cell] = count.events + 1;
    this.#evidence[cell] = count.evidence;
    return before;
  }

  #find(item: number, segment: number, typeAndDay: number): number {
    const keys = this.#keys;
    const mask = this.#capacity - 1;
    let hash =
      Math.imul(item ^ Math.imul(segment, 0x85ebca6b), 0x9e3779b1) ^ Math.imul(typeAndDay, 0xc2b2ae35);
    hash ^= hash >>> 15;
    for (let cell = hash & mask; ; cell = (cell + 1) & mask) {
      if (this.#events[cell] === 0) return cell;
      const at = cell * 3;
      if (keys[at] === item && keys[at + 1] === segment && keys[at + 2] === typeAndDay) return cell;
    }
  }

  #grow(): void {
    const { keys, events, evidence } = { keys: this.#keys, events: this.#events, evidence: this.#evidence };
    this.#capacity *= 2;
    this.#keys = new Uint32Array(this.#capacity * 3);
    this.#events = new Float64Array(this.#capacity);
    this.#evidence = new Float64Array(this.#capacity);
    for (let from = 0; from < events.length; from++) {
      const stored = events[from] ?? 0;
      if (stored === 0) continue;
      const [item = 0, segment = 0, typeAndDay = 0] = keys.subarray(from * 3, from * 3 + 3);
      const to = this.#find(item, segment, typeAndDay);
      this.#keys.set([item, segment, typeAndDay], to * 3);
      this.#events[to] = stored;
      this.#evidence[to] = evidence[from] ?? 0;
    }
  }
}

/**
 * Remembers which ids a file has had, and in which line first: 12 bytes an id, whatever its length (24 while it
 * grows), so ten million rows take some 400 MB and a million 32. Ids are told apart by 64 bits of hash; among ten
 * million ids the chance that any two are confused is one in 300,000.
 */
export class DuplicateIds {
  private high = new Uint32Array(1_024);
  private low = new Uint32Array(1_024);
  private lines = new Uint32Array(1_024);
  private size = 0;

  /** The line that had the id before, or null when it is new and now remembered. */
  firstLine(id: string, line: number): number | null {
    if (this.size * 2 >= this.lines.length) this.grow();
    const [high, low] = hash64(id);
    const slot = this.slotOf(high, low);
    if (this.lines[slot] !== 0) return this.lines[slot] ?? null;
    this.high[slot] = high;
    this.low[slot] = low;
    this.lines[slot] = line;
    this.size++;
    return null;
  }

  private slotOf(high: number, low: number): number {
    const mask = this.lines.length - 1;
    let slot = low & mask;
    while (this.lines[slot] !== 0 && (this.low[slot] !== low || this.high[slot] !== high)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private grow(): void {
    const { high, low, lines } = this;
    this.high = new Uint32Array(lines.length * 2);
    this.low = new Uint32Array(lines.length * 2);
    this.lines = new Uint32Array(lines.length * 2);
    for (let index = 0; index < lines.length; index++) {
      if (lines[index] === 0) continue;
      const slot = this.slotOf(high[index] ?? 0, low[index] ?? 0);
      this.high[slot] = high[index] ?? 0;
      this.low[slot] = low[index] ?? 0;
      this.lines[slot] = lines[index] ?? 0;
    }
  }
}

/** Two independent 32-bit halves, as cyrb53 (public domain, by bryc) mixes them. */
function hash64(text: string): readonly [number, number] {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return [high >>> 0, low >>> 0];
}

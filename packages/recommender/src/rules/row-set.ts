/** A set of rows, a bit each: what the linter compares by the thousand. */
export class RowSet {
  readonly #words: Uint32Array;
  #size = 0;

  /** Rows 0..rows-1 can be in it. */
  constructor(rows: number) {
    this.#words = new Uint32Array((rows + 31) >>> 5);
  }

  static of(rows: number, members: Iterable<number>): RowSet {
    const set = new RowSet(rows);
    for (const row of members) set.add(row);
    return set;
  }

  get size(): number {
    return this.#size;
  }

  add(row: number): void {
    if (this.has(row)) return;
    this.#words[row >>> 5] = (this.#words[row >>> 5] ?? 0) | (1 << (row & 31));
    this.#size++;
  }

  has(row: number): boolean {
    return (((this.#words[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;
  }

  /** How many rows are in both. */
  shared(other: RowSet): number {
    let count = 0;
    for (let word = 0; word < this.#words.length; word++) {
      count += bitsIn((this.#words[word] as number) & (other.#words[word] ?? 0));
    }
    return count;
  }
}

/** Source: the population count of Hacker's Delight, 5-1. */
function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

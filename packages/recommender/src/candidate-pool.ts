import type { Eligibility } from './eligibility.js';

/** The rows that compete, each once, in the order in which they came; only eligible ones get in. */
export class CandidatePool {
  readonly #rows: Int32Array;
  #size = 0;
  /**
   * Position + 1 in `rows`, by open addressing; 0: free. Every hit of every list is looked up here several times, and
   * a Map would cost a quarter of a list's time. At most three quarters full.
   */
  readonly #cells: Uint16Array;
  readonly #mask: number;

  constructor(
    private readonly eligibility: Eligibility,
    readonly capacity: number,
  ) {
    if (capacity > mostCandidates) throw new RangeError(`A pool holds at most ${mostCandidates} candidates`);
    const size = 2 ** Math.ceil(Math.log2(Math.max(1, (capacity * 4) / 3)));
    this.#rows = new Int32Array(capacity);
    this.#cells = new Uint16Array(size);
    this.#mask = size - 1;
  }

  get size(): number {
    return this.#size;
  }

  /** A view of them, as they are now. */
  get rows(): Int32Array {
    return this.#rows.subarray(0, this.#size);
  }

  /** -1: there is no such candidate. */
  rowAt(candidate: number): number {
    return candidate < this.#size ? (this.#rows[candidate] ?? -1) : -1;
  }

  /** Whether the row is in the pool now. */
  add(row: number): boolean {
    const cell = this.#find(row);
    if (this.#cells[cell] !== 0) return true;
    if (this.#size >= this.capacity || !this.eligibility.accepts(row)) return false;
    this.#rows[this.#size++] = row;
    this.#cells[cell] = this.#size;
    return true;
  }

  /** Position in `rows`. */
  indexOf(row: number): number | undefined {
    const place = this.#cells[this.#find(row)] as number;
    return place === 0 ? undefined : place - 1;
  }

  /** The cell of the row, or the free one where it belongs. */
  #find(row: number): number {
    const cells = this.#cells;
    let cell = Math.imul(row, 0x9e3779b1) >>> 7;
    for (;;) {
      cell &= this.#mask;
      const place = cells[cell] as number;
      if (place === 0 || this.#rows[place - 1] === row) return cell;
      cell++;
    }
  }
}

const mostCandidates = 0xffff;

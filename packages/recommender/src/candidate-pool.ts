import type { Eligibility } from './eligibility.js';

/** The rows that compete, each once, in the order in which they came; only eligible ones get in. */
export class CandidatePool {
  readonly rows: number[] = [];
  readonly #indexByRow = new Map<number, number>();

  constructor(
    private readonly eligibility: Eligibility,
    readonly capacity: number,
  ) {}

  get size(): number {
    return this.rows.length;
  }

  /** Whether the row is in the pool now. */
  add(row: number): boolean {
    if (this.#indexByRow.has(row)) return true;
    if (this.size >= this.capacity || !this.eligibility.accepts(row)) return false;
    this.#indexByRow.set(row, this.rows.length);
    this.rows.push(row);
    return true;
  }

  /** Position in `rows`. */
  indexOf(row: number): number | undefined {
    return this.#indexByRow.get(row);
  }
}

/**
 * Lists of 32-bit numbers that grow, in one typed array: a list lives in a block of a power of two and moves to
 * one twice as large when it is full; the block it leaves goes to the next list of that size.
 */
export class PostingPool {
  #pool = new Uint32Array(65_536);
  #end = 0;
  #starts = new Uint32Array(1_024);
  #lengths = new Uint32Array(1_024);
  #classes = new Uint8Array(1_024);
  readonly #freeBlocks: number[][] = Array.from({ length: 32 }, () => []);

  get bytes(): number {
    return this.#pool.byteLength + this.#starts.length * 9;
  }

  length(list: number): number {
    return this.#lengths[list] ?? 0;
  }

  /** The list itself, not a copy: good until the next append. */
  view(list: number): Uint32Array {
    const start = this.#starts[list] ?? 0;
    return this.#pool.subarray(start, start + this.length(list));
  }

  append(list: number, value: number): void {
    while (list >= this.#starts.length) this.#growLists();
    const length = this.length(list);
    const sizeClass = this.#classes[list] ?? 0;
    // Class 0 has no block yet; class c has room for 2^(c-1).
    if (length === (sizeClass === 0 ? 0 : 2 ** (sizeClass - 1))) this.#move(list, sizeClass + 1);
    this.#pool[(this.#starts[list] ?? 0) + length] = value;
    this.#lengths[list] = length + 1;
  }

  /** Keeps those for which `keep` is true, in order. */
  filter(list: number, keep: (value: number) => boolean): void {
    const values = this.view(list);
    let kept = 0;
    for (const value of values) if (keep(value)) values[kept++] = value;
    this.#lengths[list] = kept;
  }

  #move(list: number, sizeClass: number): void {
    const size = 2 ** (sizeClass - 1);
    let start = this.#freeBlocks[sizeClass]?.pop();
    if (start === undefined) {
      start = this.#end;
      this.#end += size;
      if (this.#end > this.#pool.length) this.#growPool();
    }
    const oldStart = this.#starts[list] ?? 0;
    this.#pool.copyWithin(start, oldStart, oldStart + this.length(list));
    const oldClass = this.#classes[list] ?? 0;
    if (oldClass > 0) this.#freeBlocks[oldClass]?.push(oldStart);
    this.#starts[list] = start;
    this.#classes[list] = sizeClass;
  }

  #growPool(): void {
    const pool = new Uint32Array(Math.max(this.#end, Math.ceil(this.#pool.length * 1.5)));
    pool.set(this.#pool);
    this.#pool = pool;
  }

  #growLists(): void {
    const size = this.#starts.length * 2;
    const [starts, lengths, classes] = [new Uint32Array(size), new Uint32Array(size), new Uint8Array(size)];
    starts.set(this.#starts);
    lengths.set(this.#lengths);
    classes.set(this.#classes);
    [this.#starts, this.#lengths, this.#classes] = [starts, lengths, classes];
  }
}

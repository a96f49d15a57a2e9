/** An Int32Array that grows; what was never set is 0. */
export class GrowingIntegers {
  private array = new Int32Array(16);

  /** `length` places, all 0, are there from the start. */
  constructor(public length = 0) {}

  get bytes(): number {
    return this.array.byteLength;
  }

  at(index: number): number {
    return this.array[index] ?? 0;
  }

  set(index: number, value: number): void {
    if (index >= this.array.length) {
      const grown = new Int32Array(Math.max(index + 1, this.array.length * 2));
      grown.set(this.array);
      this.array = grown;
    }
    this.array[index] = value;
    if (index >= this.length) this.length = index + 1;
  }

  push(value: number): void {
    this.set(this.length, value);
  }
}

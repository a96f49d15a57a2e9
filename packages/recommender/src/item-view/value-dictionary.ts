/** Small whole numbers in place of the values and field names that items share. A value once seen is kept. */
export class ValueDictionary {
  // A Map tells 1, '1' and true apart and finds -0 under 0, which is exactly how a filter compares.
  readonly #ids = new Map<string | number | boolean, number>();
  readonly #values: (string | number | boolean)[] = [];

  get size(): number {
    return this.#values.length;
  }

  idOf(value: string | number | boolean): number {
    const known = this.#ids.get(value);
    if (known !== undefined) return known;
    this.#ids.set(value, this.#values.length);
    return this.#values.push(value) - 1;
  }

  find(value: string | number | boolean): number | undefined {
    return this.#ids.get(value);
  }

  valueOf(id: number): string | number | boolean | undefined {
    return this.#values[id];
  }
}

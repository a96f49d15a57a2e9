/** What one method did on one split: a value a person for every measure, in the same order of people everywhere. */
export interface JudgedSplit {
  /** Without a slice the mean over the person's slices; with one, `k=3/ndcg@20`. */
  readonly values: ReadonlyMap<string, Float64Array>;
  /** Share of the candidates that anybody was shown. */
  readonly coverage: number;
}

/** Collects measures case by case. People are positions 0 to people - 1. */
export class JudgedSplitBuilder {
  readonly #values = new Map<string, Float64Array>();
  readonly #cases: Int32Array;

  constructor(private readonly people: number) {
    this.#cases = new Int32Array(people);
  }

  add(person: number, slice: string, measures: ReadonlyMap<string, number>): void {
    this.#cases[person] = (this.#cases[person] ?? 0) + 1;
    for (const [name, value] of measures) {
      this.#addTo(name, person, value);
      if (slice !== '') this.#addTo(`${slice}/${name}`, person, value);
    }
  }

  build(coverage: number): JudgedSplit {
    for (const [name, values] of this.#values) {
      if (name.includes('/')) continue;
      for (let person = 0; person < values.length; person++) {
        values[person] = (values[person] as number) / Math.max(1, this.#cases[person] as number);
      }
    }
    return { values: this.#values, coverage };
  }

  #addTo(name: string, person: number, value: number): void {
    let values = this.#values.get(name);
    if (!values) {
      values = new Float64Array(this.people);
      this.#values.set(name, values);
    }
    values[person] = (values[person] as number) + value;
  }
}

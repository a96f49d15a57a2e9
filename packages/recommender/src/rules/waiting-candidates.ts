/** Candidates that the same quotas count, in order: only the first of them can be the next to come. */
export interface WaitingGroup {
  readonly quotas: readonly number[];
  /** Of its first candidate in the whole order. */
  readonly place: number;
}

interface Group {
  readonly quotas: readonly number[];
  /** Places in the whole order, ascending. */
  readonly places: number[];
  taken: number;
  place: number;
}

/** The candidates that have no slot yet, grouped, so that a slot is decided among a few dozen and not among thousands. */
export class WaitingCandidates {
  #groups: Group[];
  #size: number;

  constructor(
    private readonly order: readonly number[],
    quotasOf: (candidate: number) => readonly number[],
  ) {
    const groups = new Map<readonly number[], Group>();
    for (let place = 0; place < order.length; place++) {
      const quotas = quotasOf(order[place] as number);
      const known = groups.get(quotas);
      if (known) known.places.push(place);
      else groups.set(quotas, { quotas, places: [place], taken: 0, place });
    }
    this.#groups = [...groups.values()];
    this.#size = order.length;
  }

  get size(): number {
    return this.#size;
  }

  /** None of them is empty. */
  get groups(): readonly WaitingGroup[] {
    return this.#groups;
  }

  isFirst({ place }: WaitingGroup): boolean {
    return this.#groups.every((group) => group.place >= place);
  }

  some(isWanted: (quotas: readonly number[]) => boolean): boolean {
    return this.#groups.some(({ quotas }) => isWanted(quotas));
  }

  takeFirst(): number | undefined {
    let first: Group | undefined;
    for (const group of this.#groups) if (!first || group.place < first.place) first = group;
    return first && this.takeFrom(first);
  }

  takeFrom(taken: WaitingGroup): number {
    const group = this.#groups.find((one) => one === taken);
    const place = group?.places[group.taken];
    if (!group || place === undefined) throw new RangeError('There is nobody left in this group');
    group.taken++;
    this.#size--;
    const after = group.places[group.taken];
    if (after !== undefined) group.place = after;
    else this.#groups = this.#groups.filter((one) => one !== group);
    return this.order[place] as number;
  }

  inOrder(): number[] {
    const places = new Int32Array(this.#size);
    let at = 0;
    for (const group of this.#groups) {
      for (let next = group.taken; next < group.places.length; next++) {
        places[at++] = group.places[next] as number;
      }
    }
    return Array.from(places.sort(), (place) => this.order[place] as number);
  }
}

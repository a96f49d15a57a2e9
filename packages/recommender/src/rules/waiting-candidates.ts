/** Candidates that the same quotas count, in order: only the first of them can be the next to come. */
export interface WaitingGroup {
  readonly quotas: readonly number[];
  /** Of its first candidate in the whole order. */
  readonly place: number;
}

interface Group {
  readonly quotas: readonly number[];
  /** Places in the whole order, ascending. */
  readonly awake: Places;
  readonly resting: Places;
  place: number;
}

interface Places {
  readonly all: number[];
  taken: number;
}

/** Places of those that rest begin here: behind all others, also behind those that are added later. */
const firstResting = 2 ** 24;

/** The candidates that have no slot yet, grouped, so that a slot is decided among a few dozen and not among thousands. */
export class WaitingCandidates {
  readonly #awake: number[] = [];
  readonly #resting: number[] = [];
  readonly #groups = new Map<readonly number[], Group>();
  #size = 0;

  constructor(
    /** Equal lists are the same array. */
    private readonly quotasOf: (candidate: number) => readonly number[],
    private readonly rests: (candidate: number) => boolean,
  ) {}

  get size(): number {
    return this.#size;
  }

  /** None of them is empty. */
  get groups(): Iterable<WaitingGroup> {
    return this.#groups.values();
  }

  /** In order, behind those that are here already; those that rest behind all others. */
  add(candidates: readonly number[]): void {
    for (const candidate of candidates) {
      const quotas = this.quotasOf(candidate);
      const rests = this.rests(candidate);
      const place = rests
        ? firstResting + this.#resting.push(candidate) - 1
        : this.#awake.push(candidate) - 1;
      const group = this.#groups.get(quotas) ?? this.#open(quotas, place);
      (rests ? group.resting : group.awake).all.push(place);
      if (place < group.place) group.place = place;
    }
    this.#size += candidates.length;
  }

  isFirst({ place }: WaitingGroup): boolean {
    for (const group of this.#groups.values()) if (group.place < place) return false;
    return true;
  }

  some(isWanted: (quotas: readonly number[]) => boolean): boolean {
    for (const { quotas } of this.#groups.values()) if (isWanted(quotas)) return true;
    return false;
  }

  takeFirst(): number | undefined {
    let first: Group | undefined;
    for (const group of this.#groups.values()) if (!first || group.place < first.place) first = group;
    return first && this.takeFrom(first);
  }

  takeFrom({ quotas }: WaitingGroup): number {
    const group = this.#groups.get(quotas);
    if (!group) throw new RangeError('There is nobody left in this group');
    const { awake, resting, place } = group;
    (place < firstResting ? awake : resting).taken++;
    this.#size--;
    const next = awake.all[awake.taken] ?? resting.all[resting.taken];
    if (next === undefined) this.#groups.delete(quotas);
    else group.place = next;
    return this.#at(place);
  }

  /** All of them, in no order. */
  *[Symbol.iterator](): Iterator<number> {
    for (const { awake, resting } of this.#groups.values()) {
      for (const { all, taken } of [awake, resting]) {
        for (let at = taken; at < all.length; at++) yield this.#at(all[at] as number);
      }
    }
  }

  #open(quotas: readonly number[], place: number): Group {
    const group = { quotas, awake: { all: [], taken: 0 }, resting: { all: [], taken: 0 }, place };
    this.#groups.set(quotas, group);
    return group;
  }

  #at(place: number): number {
    return (place < firstResting ? this.#awake[place] : this.#resting[place - firstResting]) as number;
  }
}

/** Candidates that the same quotas count, in order: only the first of them can be the next to come. */
export interface WaitingGroup {
  readonly quotas: readonly number[];
  /** Of its first candidate in the whole order: those that rest stand behind all others. */
  readonly place: number;
  readonly isResting: boolean;
}

/** The candidates that have no slot yet, grouped, so that a slot is decided among a few dozen and not among thousands. */
export class WaitingCandidates {
  readonly #awake = new Line();
  readonly #resting = new Line();
  readonly #groups = new Map<readonly number[], Group>();
  #size = 0;

  constructor(
    /** Equal lists are the same array. */
    private readonly quotasOf: (candidate: number) => readonly number[],
    /** Undefined: none does. */
    private readonly rests: ((candidate: number) => boolean) | undefined,
  ) {}

  get size(): number {
    return this.#size;
  }

  /** None of them is empty. */
  get groups(): Iterable<WaitingGroup> {
    return this.#groups.values();
  }

  /** Whether there are only those that rest. */
  get allRest(): boolean {
    return this.#awake.first === undefined;
  }

  /** In order, behind those that are here already; those that rest behind all others. */
  add(candidates: readonly number[]): void {
    for (const candidate of candidates) {
      const quotas = this.quotasOf(candidate);
      const group = this.#groups.get(quotas) ?? this.#open(quotas);
      if (this.rests?.(candidate)) group.resting = this.#resting.add(candidate, group.resting);
      else group.awake = this.#awake.add(candidate, group.awake);
    }
    this.#size += candidates.length;
  }

  #open(quotas: readonly number[]): Group {
    const group = new Group(quotas);
    this.#groups.set(quotas, group);
    return group;
  }

  some(isWanted: (quotas: readonly number[]) => boolean): boolean {
    for (const { quotas } of this.#groups.values()) if (isWanted(quotas)) return true;
    return false;
  }

  /** The first in order, which is the first of its group too. */
  takeFirst(): number | undefined {
    const first = this.#awake.first ?? this.#resting.first;
    return first === undefined ? undefined : this.takeFrom({ quotas: this.quotasOf(first) });
  }

  takeFrom({ quotas }: Pick<WaitingGroup, 'quotas'>): number {
    const group = this.#groups.get(quotas);
    if (!group) throw new RangeError('There is nobody left in this group');
    this.#size--;
    const { awake, resting } = group;
    const candidate = awake ? this.#awake.take(awake.first) : this.#resting.take(resting?.first ?? -1);
    if (awake) group.awake = this.#awake.after(awake);
    else if (resting) group.resting = this.#resting.after(resting);
    if (!group.awake && !group.resting) this.#groups.delete(quotas);
    return candidate;
  }

  /** All of them. */
  *[Symbol.iterator](): Iterator<number> {
    yield* this.#awake;
    yield* this.#resting;
  }
}

/** The part of a line that is of one group: the places of its first and its last candidate. */
interface Stretch {
  first: number;
  last: number;
}

class Group implements WaitingGroup {
  awake: Stretch | undefined;
  resting: Stretch | undefined;

  constructor(readonly quotas: readonly number[]) {}

  get isResting(): boolean {
    return this.awake === undefined;
  }
  get place(): number {
    return this.awake?.first ?? firstResting + (this.resting?.first ?? 0);
  }
}

/** Places of those that rest begin here: behind all others, also behind those that are added later. */
const firstResting = 2 ** 24;

/** Candidates by place, each pointing at the next of its group: one list a group would be on the heap, dozens a request. */
class Line {
  readonly #candidates: number[] = [];
  readonly #next: number[] = [];
  #start = 0;

  /** The first candidate that is not taken. */
  get first(): number | undefined {
    while (this.#candidates[this.#start] === taken) this.#start++;
    return this.#candidates[this.#start];
  }

  add(candidate: number, behind: Stretch | undefined): Stretch {
    const place = this.#candidates.push(candidate) - 1;
    this.#next.push(place);
    if (!behind) return { first: place, last: place };
    this.#next[behind.last] = place;
    behind.last = place;
    return behind;
  }

  take(place: number): number {
    const candidate = this.#candidates[place] as number;
    this.#candidates[place] = taken;
    return candidate;
  }

  /** What is left of it without its first. */
  after(stretch: Stretch): Stretch | undefined {
    if (stretch.first === stretch.last) return undefined;
    stretch.first = this.#next[stretch.first] as number;
    return stretch;
  }

  *[Symbol.iterator](): Iterator<number> {
    for (const candidate of this.#candidates) if (candidate !== taken) yield candidate;
  }
}

const taken = -1;

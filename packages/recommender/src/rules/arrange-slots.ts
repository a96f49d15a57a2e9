import type { RuleConflict } from './rule-conflict.js';
import type { QuotaBound } from './rule-effect.js';
import { WaitingCandidates, type WaitingGroup } from './waiting-candidates.js';

export interface PinnedSlot {
  readonly rule: string;
  readonly candidate: number;
  /** From 1. */
  readonly position: number;
}
export interface SlotQuota {
  readonly rule: string;
  readonly bound: QuotaBound;
  readonly slots: number;
  readonly within: number;
}
/** Candidates that are not in the order, best first; those of them that are wanted. */
export type Rest = (isWanted: (candidate: number) => boolean) => readonly number[];

export interface Arrangement {
  /** Candidates in the order that score and diversity gave them. */
  readonly order: readonly number[];
  /** The others; asked for only when the order is not enough. */
  readonly rest: Rest;
  /** One a position and one a candidate. */
  readonly pins: readonly PinnedSlot[];
  /** In order of precedence. */
  readonly quotas: readonly SlotQuota[];
  /** Indexes of the quotas that count a candidate, ascending; fast where equal lists are the same array. */
  readonly quotasOf: (candidate: number) => readonly number[];
  /** Whether one of them is a minimum. */
  readonly isOfMinimum: (candidate: number) => boolean;
  /** Undefined: none does. */
  readonly rests: ((candidate: number) => boolean) | undefined;
  /** Slots to fill: as many as the furthest pin or quota needs at least, whatever is shown of them. */
  readonly depth: number;
}
export interface ArrangedSlot {
  readonly candidate: number;
  /** The rule that put it there; null: its score did. */
  readonly by: string | null;
}

/**
 * Fills the slots from the first to the last. A pin stands where it says. Every other slot goes to the candidate that
 * serves the quotas best, compared in their order of precedence; among equals to the first in order. A minimum has a
 * say only when it must: when the free slots up to some point are all needed to keep the minima that end there.
 * A candidate that would break a maximum is taken only if a minimum of higher precedence needs it.
 */
export function arrangeSlots(arrangement: Arrangement): {
  readonly slots: readonly ArrangedSlot[];
  readonly conflicts: readonly RuleConflict[];
} {
  const filler = new SlotFiller(arrangement);
  const slots = filler.fill();
  return { slots, conflicts: filler.conflicts(slots) };
}

class SlotFiller {
  readonly #waiting: WaitingCandidates;
  readonly #pinAt: ReadonlyMap<number, PinnedSlot>;
  readonly #pinned: ReadonlySet<number>;
  /** Of each quota: matching candidates placed up to now, and pins that are still to come within it. */
  readonly #counts: Int32Array;
  /** Of each quota, at the slot that is filled: a maximum that is reached, a minimum that has to get it. */
  readonly #isFull: Uint8Array;
  readonly #isNeeded: Uint8Array;
  #needed = 0;
  readonly #minima: readonly number[];
  /** Slots from the first to that position that no pin has. */
  readonly #free: Int32Array;
  /** Of the rest: whether what the minima count has come, and whether all of it has. */
  #hasMinima = false;
  #isComplete = false;
  /** Beyond it no quota counts, and the next in order is the next to come. */
  readonly #lastCounted: number;

  constructor(private readonly given: Arrangement) {
    const { pins, order, quotas, quotasOf, rests } = given;
    this.#pinAt = new Map(pins.map((one) => [one.position, one]));
    this.#pinned = new Set(pins.map(({ candidate }) => candidate));
    this.#waiting = new WaitingCandidates(quotasOf, rests);
    this.#queue(order);
    this.#lastCounted = Math.max(0, ...quotas.map(({ within }) => within));
    this.#isFull = new Uint8Array(quotas.length);
    this.#isNeeded = new Uint8Array(quotas.length);
    this.#minima = quotas.flatMap(({ bound }, index) => (bound === 'atLeast' ? [index] : []));
    this.#free = new Int32Array(this.#lastCounted + 1);
    for (let position = 1; position <= this.#lastCounted; position++) {
      this.#free[position] = (this.#free[position - 1] as number) + (this.#pinAt.has(position) ? 0 : 1);
    }
    this.#counts = new Int32Array(quotas.length);
    for (const { candidate, position } of pins) this.#count(quotasOf(candidate), position);
  }

  fill(): ArrangedSlot[] {
    const { depth, pins } = this.given;
    const slots: ArrangedSlot[] = [];
    for (let position = 1; position <= depth; position++) {
      const pinned = this.#pinAt.get(position);
      const next = pinned ? { candidate: pinned.candidate, by: pinned.rule } : this.#take(position);
      if (next) slots.push(next);
      else {
        // The list ends here: what is pinned further down stands last.
        const late = pins.filter((one) => one.position > position).sort((a, b) => a.position - b.position);
        return [...slots, ...late.map(({ candidate, rule }) => ({ candidate, by: rule }))];
      }
    }
    return slots;
  }

  conflicts(slots: readonly ArrangedSlot[]): RuleConflict[] {
    const { quotas } = this.given;
    const lost: RuleConflict[] = [];
    quotas.forEach((quota, index) => {
      const window = slots.slice(0, quota.within);
      const count = window.filter(({ candidate }) => this.#isOf(index, candidate)).length;
      const isKept = quota.bound === 'atMost' ? count <= quota.slots : count >= quota.slots;
      if (isKept) return;
      const isSpare = this.#waiting.some((counted) => counted.includes(index));
      if (quota.bound === 'atLeast' && !isSpare) {
        lost.push({ rule: quota.rule, by: null, why: 'tooFewItems' });
        return;
      }
      // Whoever placed something here that the quota would not have; else the quota before it that held it back.
      const wrong = quota.bound === 'atMost';
      const winner = window.find(
        ({ candidate, by }) => by !== null && by !== quota.rule && this.#isOf(index, candidate) === wrong,
      );
      lost.push({
        rule: quota.rule,
        by: winner?.by ?? quotas[index - 1]?.rule ?? null,
        why: 'slotsTaken',
      });
    });
    return lost;
  }

  #take(position: number): ArrangedSlot | undefined {
    if (position > this.#lastCounted) {
      if (this.#waiting.allRest) this.#fetchAll();
      const candidate = this.#waiting.takeFirst();
      return candidate === undefined ? undefined : { candidate, by: null };
    }
    this.#markNeeded(position, false);
    let best = this.#best(position);
    // Who stands further down comes behind an awake candidate that serves all that is needed: no need to look for more.
    const isEnough = best?.isPerfect === true && !best.group.isResting;
    if (this.#needed > 0 && !isEnough && this.#fetchMinima()) best = this.#best(position);
    // what the minima need has come already: only in its absence may those who rest give way to who stands further down
    const isPoor = !best || (this.#needed === 0 && best.group.isResting);
    if (isPoor && this.#fetchAll()) best = this.#best(position);
    if (!best) {
      // The maxima would end the list here: then the minima that are still open have their say now, or never.
      this.#markNeeded(position, true);
      best = this.#best(position);
    }
    if (!best) return undefined;
    const by = best.isFirst && best.isPerfect ? null : this.#neededBy(best.group, position);
    const candidate = this.#waiting.takeFrom(best.group);
    this.#count(best.group.quotas, position);
    return { candidate, by };
  }

  #count(quotas: readonly number[], position: number): void {
    for (const index of quotas) {
      if (position > (this.given.quotas[index] as SlotQuota).within) continue;
      this.#counts[index] = (this.#counts[index] as number) + 1;
    }
  }

  #neededBy({ quotas }: WaitingGroup, position: number): string | null {
    const first = quotas.find(
      (index) => this.#isNeeded[index] === 1 && position <= (this.given.quotas[index] as SlotQuota).within,
    );
    return first === undefined ? null : (this.given.quotas[first] as SlotQuota).rule;
  }

  /** The minima that have to get this slot, or they could not be kept any more; or all that are open. */
  #markNeeded(position: number, isLast: boolean): void {
    this.#isNeeded.fill(0);
    this.#needed = 0;
    for (const one of this.#minima) {
      if (this.#lacks(one, position) === 0) continue;
      const { within } = this.given.quotas[one] as SlotQuota;
      let need = 0;
      for (const other of this.#minima) if (this.#endsBy(other, within)) need += this.#lacks(other, position);
      const free = (this.#free[within] as number) - (this.#free[position] as number);
      if (!isLast && need <= free) continue;
      for (const other of this.#minima) {
        const isOne = isLast ? other === one : this.#endsBy(other, within);
        if (!isOne || this.#isNeeded[other] === 1 || this.#lacks(other, position) === 0) continue;
        this.#isNeeded[other] = 1;
        this.#needed++;
      }
    }
  }

  #endsBy(minimum: number, within: number): boolean {
    return (this.given.quotas[minimum] as SlotQuota).within <= within;
  }

  /** What a minimum still lacks of its slots at that position; 0 where its window is over. */
  #lacks(minimum: number, position: number): number {
    const { slots, within } = this.given.quotas[minimum] as SlotQuota;
    return within < position ? 0 : Math.max(0, slots - (this.#counts[minimum] as number));
  }

  #best(position: number): Choice | undefined {
    const { quotas } = this.given;
    for (let index = 0; index < quotas.length; index++) {
      const { bound, slots, within } = quotas[index] as SlotQuota;
      const isFull = bound === 'atMost' && position <= within && (this.#counts[index] as number) >= slots;
      this.#isFull[index] = isFull ? 1 : 0;
    }
    let best: WaitingGroup | undefined;
    let isBestPerfect = false;
    let first = Infinity;
    for (const group of this.#waiting.groups) {
      const { place } = group;
      if (place < first) first = place;
      // Of a candidate only the minima that it serves and the maxima that it would break make a difference.
      let felt = 0;
      let firstFull = -1;
      for (const index of group.quotas) {
        if (this.#isFull[index] === 1 && firstFull === -1) firstFull = felt;
        if (this.#isFelt(index)) felt++;
      }
      if (firstFull === 0) continue;
      const isPerfect = firstFull === -1 && felt === this.#needed;
      if (best && isPerfect === isBestPerfect ? this.#isBefore(group, best, isPerfect) : !best || isPerfect) {
        best = group;
        isBestPerfect = isPerfect;
      }
    }
    return best && { group: best, isPerfect: isBestPerfect, isFirst: best.place === first };
  }

  /**
   * What serves the quotas better; of equals, what stands before. The first quota that is felt and that only one of the
   * two touches decides: a minimum for it, a maximum against it.
   */
  #isBefore(one: WaitingGroup, than: WaitingGroup, arePerfect: boolean): boolean {
    if (arePerfect) return one.place < than.place;
    let at = 0;
    let other = 0;
    for (;;) {
      at = this.#nextFelt(one.quotas, at);
      other = this.#nextFelt(than.quotas, other);
      const own = one.quotas[at++] ?? Infinity;
      const its = than.quotas[other++] ?? Infinity;
      if (own !== its) return own < its ? this.#isNeeded[own] === 1 : this.#isNeeded[its] !== 1;
      if (own === Infinity) return one.place < than.place;
    }
  }

  /** The place, from there on, of a needed minimum or a full maximum; the length of the list if there is none. */
  #nextFelt(quotas: readonly number[], from: number): number {
    let at = from;
    while (at < quotas.length && !this.#isFelt(quotas[at] as number)) at++;
    return at;
  }

  #isFelt(quota: number): boolean {
    return this.#isFull[quota] === 1 || this.#isNeeded[quota] === 1;
  }

  #isOf(quota: number, candidate: number): boolean {
    return this.given.quotasOf(candidate).includes(quota);
  }

  /** Brings in what the minima count of what stands further down, once: whether there may be more to choose from now. */
  #fetchMinima(): boolean {
    if (this.#hasMinima || this.#isComplete) return false;
    this.#hasMinima = true;
    this.#queue(this.given.rest(this.given.isOfMinimum));
    return true;
  }

  /** True the first time, when there was more to be had. */
  #fetchAll(): boolean {
    if (this.#isComplete) return false;
    this.#isComplete = true;
    const isHere = new Set(this.#waiting);
    const isFetched = (candidate: number) => this.#hasMinima && this.given.isOfMinimum(candidate);
    const more = this.given.rest((candidate) => !isHere.has(candidate) && !isFetched(candidate));
    this.#queue(more);
    return more.length > 0;
  }

  #queue(order: readonly number[]): void {
    const isPinned = (candidate: number) => this.#pinned.has(candidate);
    this.#waiting.add(order.some(isPinned) ? order.filter((candidate) => !isPinned(candidate)) : order);
  }
}

interface Choice {
  readonly group: WaitingGroup;
  /** Whether it serves every minimum that needs the slot, and breaks no maximum. */
  readonly isPerfect: boolean;
  /** Whether its candidate is the next in order anyway. */
  readonly isFirst: boolean;
}

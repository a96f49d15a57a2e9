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
  readonly rests: (candidate: number) => boolean;
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
  readonly #counts: number[];
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
    this.#counts = quotas.map(
      ({ within }, index) =>
        pins.filter(({ candidate, position }) => position <= within && this.#isOf(index, candidate)).length,
    );
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
      if (this.#waiting.size === 0) this.#fetchAll();
      const candidate = this.#waiting.takeFirst();
      return candidate === undefined ? undefined : { candidate, by: null };
    }
    let needed = this.#neededNow(position);
    if (needed.size > 0) this.#fetchMinima();
    let best = this.#best(position, needed);
    if (!best && this.#fetchAll()) best = this.#best(position, needed);
    if (!best) {
      // The maxima would end the list here: then the minima that are still open have their say now, or never.
      needed = new Set(this.#openMinima(position).map(({ index }) => index));
      best = this.#best(position, needed);
    }
    if (!best) return undefined;
    let by: string | null = null;
    const isOutOfTurn = !this.#waiting.isFirst(best.group) || !best.isPerfect;
    const candidate = this.#waiting.takeFrom(best.group);
    for (const index of best.group.quotas) {
      const quota = this.given.quotas[index];
      if (!quota || position > quota.within) continue;
      this.#counts[index] = (this.#counts[index] ?? 0) + 1;
      if (needed.has(index) && isOutOfTurn) by ??= quota.rule;
    }
    return { candidate, by };
  }

  /** Indexes of the minima that have to get this slot, or they could not be kept any more. */
  #neededNow(position: number): Set<number> {
    const open = this.#openMinima(position);
    const needed = new Set<number>();
    if (open.length === 0) return needed;
    for (const { within } of open) {
      let free = 0;
      for (let later = position + 1; later <= within; later++) {
        if (!this.#pinAt.has(later)) free++;
      }
      const ending = open.filter((one) => one.within <= within);
      if (ending.reduce((sum, one) => sum + one.need, 0) > free)
        for (const one of ending) needed.add(one.index);
    }
    return needed;
  }

  #openMinima(position: number): { index: number; need: number; within: number }[] {
    return this.given.quotas.flatMap(({ bound, slots, within }, index) => {
      const need = slots - (this.#counts[index] ?? 0);
      const isOpen = bound === 'atLeast' && within >= position && need > 0;
      return isOpen ? [{ index, need, within }] : [];
    });
  }

  #best(position: number, needed: ReadonlySet<number>): Choice | undefined {
    const isFull = this.given.quotas.map(
      ({ bound, slots, within }, index) =>
        bound === 'atMost' && position <= within && (this.#counts[index] ?? 0) >= slots,
    );
    const isFelt = (index: number) => needed.has(index) || isFull[index] === true;
    let best: Choice | undefined;
    for (const group of this.#waiting.groups) {
      // Of a candidate only the minima that it serves and the maxima that it would break make a difference.
      const felt = group.quotas.some(isFelt) ? group.quotas.filter(isFelt) : none;
      const firstBroken = felt.findIndex((index) => isFull[index]);
      if (firstBroken === 0) continue;
      const isPerfect = firstBroken === -1 && felt.length === needed.size;
      if (!best || isBefore({ group, felt, isPerfect }, best, needed)) best = { group, felt, isPerfect };
    }
    return best;
  }

  #isOf(quota: number, candidate: number): boolean {
    return this.given.quotasOf(candidate).includes(quota);
  }

  /** Brings in what the minima count of what stands further down, once, when the first of them needs a slot. */
  #fetchMinima(): void {
    if (this.#hasMinima || this.#isComplete) return;
    this.#hasMinima = true;
    this.#queue(this.given.rest((candidate) => this.#isOfMinimum(candidate)));
  }

  #isOfMinimum(candidate: number): boolean {
    const { quotas, quotasOf } = this.given;
    return quotasOf(candidate).some((index) => quotas[index]?.bound === 'atLeast');
  }

  /** True the first time, when there was more to be had. */
  #fetchAll(): boolean {
    if (this.#isComplete) return false;
    this.#isComplete = true;
    const isHere = new Set(this.#waiting);
    const isFetched = (candidate: number) => this.#hasMinima && this.#isOfMinimum(candidate);
    const more = this.given.rest((candidate) => !isHere.has(candidate) && !isFetched(candidate));
    this.#queue(more);
    return more.length > 0;
  }

  #queue(order: readonly number[]): void {
    const isPinned = (candidate: number) => this.#pinned.has(candidate);
    this.#waiting.add(order.some(isPinned) ? order.filter((candidate) => !isPinned(candidate)) : order);
  }
}

const none: readonly number[] = [];

interface Choice {
  readonly group: WaitingGroup;
  /** In order of precedence: the needed minima that it serves and the full maxima that it breaks. */
  readonly felt: readonly number[];
  readonly isPerfect: boolean;
}

/** What serves the quotas better; of equals, what stands before. */
function isBefore(one: Choice, than: Choice, needed: ReadonlySet<number>): boolean {
  if (one.isPerfect && than.isPerfect) return one.group.place < than.group.place;
  if (one.isPerfect || than.isPerfect) return one.isPerfect;
  if (isBetter(one.felt, than.felt, needed)) return true;
  return !isBetter(than.felt, one.felt, needed) && one.group.place < than.group.place;
}

/** The first quota that only one of the two touches decides: a minimum for it, a maximum against it. */
function isBetter(felt: readonly number[], than: readonly number[], needed: ReadonlySet<number>): boolean {
  for (let at = 0; at < Math.max(felt.length, than.length); at++) {
    const [one, other] = [felt[at] ?? Infinity, than[at] ?? Infinity];
    if (one !== other) return one < other ? needed.has(one) : !needed.has(other);
  }
  return false;
}

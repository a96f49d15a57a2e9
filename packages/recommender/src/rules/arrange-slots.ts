import type { RuleConflict } from './rule-conflict.js';
import type { QuotaBound } from './rule-effect.js';

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
  matches(candidate: number): boolean;
}
export interface Arrangement {
  /** Candidates in the order that score and diversity gave them. */
  readonly order: readonly number[];
  /** All others, best first; asked for once at most, and only when the order is not enough. */
  rest(): readonly number[];
  /** One a position and one a candidate. */
  readonly pins: readonly PinnedSlot[];
  /** In order of precedence. */
  readonly quotas: readonly SlotQuota[];
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
  readonly #waiting: number[];
  readonly #pinAt: ReadonlyMap<number, PinnedSlot>;
  readonly #pinned: ReadonlySet<number>;
  /** Of each quota: matching candidates placed up to now, and pins that are still to come within it. */
  readonly #counts: number[];
  #restTaken = false;

  constructor(private readonly given: Arrangement) {
    const { pins, order, quotas } = given;
    this.#pinAt = new Map(pins.map((one) => [one.position, one]));
    this.#pinned = new Set(pins.map(({ candidate }) => candidate));
    this.#waiting = this.#awakeFirst(order);
    this.#counts = quotas.map(
      (quota) =>
        pins.filter(({ candidate, position }) => position <= quota.within && quota.matches(candidate)).length,
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
    const shown = new Set(slots.map(({ candidate }) => candidate));
    const lost: RuleConflict[] = [];
    quotas.forEach((quota, index) => {
      const window = slots.slice(0, quota.within);
      const count = window.filter(({ candidate }) => quota.matches(candidate)).length;
      const isKept = quota.bound === 'atMost' ? count <= quota.slots : count >= quota.slots;
      if (isKept) return;
      const isSpare = this.#waiting.some((candidate) => !shown.has(candidate) && quota.matches(candidate));
      if (quota.bound === 'atLeast' && !isSpare) {
        lost.push({ rule: quota.rule, by: null, why: 'tooFewItems' });
        return;
      }
      // Whoever placed something here that the quota would not have; else the quota before it that held it back.
      const wrong = quota.bound === 'atMost';
      const winner = window.find(
        ({ candidate, by }) => by !== null && by !== quota.rule && quota.matches(candidate) === wrong,
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
    let needed = this.#neededNow(position);
    let best = this.#best(position, needed);
    if (!best?.isPerfect && this.#extend()) best = this.#best(position, needed);
    if (!best) {
      // The maxima would end the list here: then the minima that are still open have their say now, or never.
      needed = new Set(this.#openMinima(position).map(({ index }) => index));
      best = this.#best(position, needed);
    }
    if (!best) return undefined;
    const candidate = this.#waiting[best.place] as number;
    this.#waiting.splice(best.place, 1);
    let by: string | null = null;
    const isOutOfTurn = best.place > 0 || !best.isPerfect;
    this.given.quotas.forEach((quota, index) => {
      if (position > quota.within || !quota.matches(candidate)) return;
      this.#counts[index] = (this.#counts[index] ?? 0) + 1;
      if (needed.has(index) && isOutOfTurn) by ??= quota.rule;
    });
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
      return bound === 'atLeast' && within >= position && need > 0 ? [{ index, need, within }] : [];
    });
  }

  #best(position: number, needed: ReadonlySet<number>): { place: number; isPerfect: boolean } | undefined {
    const { quotas } = this.given;
    const asking = quotas.flatMap((quota, index) => {
      if (position > quota.within) return [];
      if (quota.bound === 'atLeast') return needed.has(index) ? [{ quota, wanted: true }] : [];
      return (this.#counts[index] ?? 0) >= quota.slots ? [{ quota, wanted: false }] : [];
    });
    let bestPlace = -1;
    let bestServed: boolean[] = [];
    for (let place = 0; place < this.#waiting.length; place++) {
      const candidate = this.#waiting[place] as number;
      const served = asking.map(({ quota, wanted }) => quota.matches(candidate) === wanted);
      if (served.every(Boolean)) return { place, isPerfect: true };
      // A broken maximum is only excused by a needed minimum that stands before it.
      const firstBroken = asking.findIndex(({ wanted }, index) => !wanted && !served[index]);
      const firstServed = asking.findIndex(({ wanted }, index) => wanted && served[index]);
      if (firstBroken !== -1 && (firstServed === -1 || firstServed > firstBroken)) continue;
      if (bestPlace === -1 || isBetter(served, bestServed)) [bestPlace, bestServed] = [place, served];
    }
    return bestPlace === -1 ? undefined : { place: bestPlace, isPerfect: false };
  }

  /** True the first time, when there was more to be had. */
  #extend(): boolean {
    if (this.#restTaken) return false;
    this.#restTaken = true;
    const more = this.given.rest();
    if (more.length === 0) return false;
    const all = this.#awakeFirst([...this.#waiting, ...more]);
    this.#waiting.splice(0, this.#waiting.length, ...all);
    return true;
  }

  #awakeFirst(order: readonly number[]): number[] {
    const free = order.filter((candidate) => !this.#pinned.has(candidate));
    const { rests } = this.given;
    return [...free.filter((one) => !rests(one)), ...free.filter((one) => rests(one))];
  }
}

/** Lexicographic: the first difference decides. */
function isBetter(served: readonly boolean[], than: readonly boolean[]): boolean {
  const at = served.findIndex((one, index) => one !== than[index]);
  return at !== -1 && served[at] === true;
}

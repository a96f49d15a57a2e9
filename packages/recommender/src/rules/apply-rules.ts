import type { ColdnessThresholds, ItemFilter, ItemNumber } from '@kindling/domain';
import type { CandidatePool } from '../candidate-pool.js';
import { addAnyEligible } from '../candidates/any-eligible.js';
import { addNewArrivals } from '../candidates/new-arrivals.js';
import { addPopular } from '../candidates/popular.js';
import type { SlotLimits } from '../exploration/slot-limits.js';
import type { ItemView } from '../ports.js';
import type { AnchorReference, LedgerEntry } from '../ranking.js';
import { entry, noTerm, type Term } from '../terms/term.js';
import { arrangeSlots, type PinnedSlot, type Rest } from './arrange-slots.js';
import { arrangedLimits } from './arranged-limits.js';
import { type CompiledRule, type CompiledRules, rulesForProfile } from './compile-rules.js';
import { type ProfileFacts, profilePayload } from './profile-facts.js';
import { changingTest, type RowTest } from './row-matcher.js';
import type { RuleConflict } from './rule-conflict.js';
import type { EffectOf } from './rule-effect.js';
import type { ClassPlan, RuleOf, RulePlan } from './rule-plan.js';

/** What one person was shown of an item; undefined: never. */
export type ShownHistory = (
  item: ItemNumber,
) => { readonly times: number; readonly lastAtMs: number } | undefined;

export interface RuleContext {
  readonly items: ItemView;
  readonly atMs: number;
  /** Key of the placement; null: a list that is asked for without one. */
  readonly placement: string | null;
  readonly profile: ProfileFacts;
  readonly itemThresholds: ColdnessThresholds;
  /** Where the references of rules will begin among the ranking's anchors. */
  readonly firstAnchor: number;
  readonly shown?: ShownHistory | undefined;
  /** Keys of rules that an experiment switches off. */
  readonly without?: ReadonlySet<string> | undefined;
}

/** A slot after the rules, with what they write into its ledger: entries of value 0, which say who put it there. */
export interface RuledSlot {
  readonly candidate: number;
  readonly entries: readonly LedgerEntry[];
}

/**
 * The rules that act on one request, for the pipeline to call at its stages: `accepts` in the gate, `addPinned` before
 * the sources and `fillUp` after them, `term` among the terms, `arrange` after diversity. Undefined where none act, so
 * that a list without rules costs nothing.
 */
export function applyRules(rules: CompiledRules | undefined, context: RuleContext): AppliedRules | undefined {
  const open = rules?.activeAt(context.placement, context.atMs);
  if (!rules || !open || open.length === 0) return undefined;
  const payload = profilePayload(context.profile, context.atMs);
  const acting = rulesForProfile(open, rules.segments, payload).filter(
    ({ key }) => !context.without?.has(key),
  );
  return acting.length === 0 ? undefined : new AppliedRules(rules, acting, context);
}

export class AppliedRules {
  readonly conflicts: RuleConflict[] = [];
  readonly #anchors = new Map<number, number>();
  readonly #plan: RulePlan;
  /** By index of a rule: the part of its condition that changes with time and events, where it has one. */
  readonly #changing: (RowTest | undefined)[] = [];
  /** Of each minimum, how many of its slots the pool has candidates for. */
  readonly #attainable: number[];
  #arranged: (() => SlotLimits) | null = null;

  constructor(
    private readonly compiled: CompiledRules,
    private readonly rules: readonly CompiledRule[],
    private readonly context: RuleContext,
  ) {
    this.#plan = compiled.plan(rules, context.items);
    this.#attainable = this.#plan.quotas.map(() => 0);
    for (const index of this.#plan.changing) {
      this.#changing[index] = changingTest(compiled.rules[index]?.items ?? {}, context);
    }
  }

  /** Of the rules that act, in order of precedence. */
  get keys(): readonly string[] {
    return this.rules.map(({ key }) => key);
  }

  /** Whether slots may be given to candidates from further down than the list is long. */
  get looksFurther(): boolean {
    return this.#plan.quotas.length > 0 || this.#plan.rests.length > 0;
  }

  get pins(): number {
    return this.#plan.pins.length;
  }

  /** False where no rule moves slots, and the order of scores and diversity stays as it is. */
  get arranges(): boolean {
    return this.looksFurther || this.pins > 0;
  }

  /** What `anchor` of the ledger entries points at, to be put after the ranking's other anchors. */
  get anchors(): AnchorReference[] {
    return [...this.#anchors.keys()].map((index) => ({ rule: this.compiled.rules[index]?.key ?? '' }));
  }

  /** What of the rules' doing is kept in a ranking. */
  get traces(): { readonly conflicts?: RuleConflict[] } {
    return this.conflicts.length === 0 ? {} : { conflicts: this.conflicts };
  }

  /** The budget of the first exploration rule in order; null where there is none. */
  get exploration(): (EffectOf<'explore'> & { readonly rule: string; readonly matches: RowTest }) | null {
    const first = this.#decider(this.#plan.explores);
    return first && { ...first.effect, rule: first.key, matches: (row: number) => this.#matches(first, row) };
  }

  /** What has to hold of the slots that were arranged, whatever is tried out in them; null: nothing. */
  get limits(): SlotLimits | null {
    return this.#arranged?.() ?? null;
  }

  /**
   * The visitor's filter and what every candidate has to meet besides, for an index to look only among those: a filter
   * that leaves one item in a hundred would else leave one neighbour in a hundred. The gate stays the judge.
   */
  narrowed(filter: ItemFilter | undefined): ItemFilter | undefined {
    const { keptTo } = this.#plan;
    if (keptTo.length === 0) return filter;
    return { all: filter ? [...keptTo, filter] : keptTo };
  }

  /** The filters' part of the gate. */
  accepts(row: number): boolean {
    return this.#plan.gates.length === 0 || this.#rejecting(row) === -1;
  }

  /** The first filter that keeps a row out; null: none does. */
  filteredBy(row: number): string | null {
    return this.compiled.rules[this.#rejecting(row)]?.key ?? null;
  }

  #rejecting(row: number): number {
    const { rejectedBy, gates } = this.#plan.at(row);
    if (rejectedBy !== undefined) return rejectedBy;
    const isMet = (index: number) => gates.includes(index) && this.#changing[index]?.(row) !== false;
    const first = this.#plan.gates.find(
      ({ index, effect }) => isMet(index) !== (effect.keeps === 'matching'),
    );
    return first?.index ?? -1;
  }

  /** Before the sources, so that a full pool does not cost a pin its place. */
  addPinned(pool: CandidatePool): void {
    for (const rule of this.#plan.pins) {
      const { key, effect } = rule;
      const row = this.context.items.rowOfId(effect.itemId);
      if (row !== undefined && this.#matches(rule, row) && pool.add(row)) continue;
      this.conflicts.push({
        rule: key,
        by: row === undefined ? null : this.filteredBy(row),
        why: 'notEligible',
      });
    }
  }

  /** After the sources: what the fallback chain finds, and what the minima still lack. */
  fillUp(pool: CandidatePool, segment: string | null): void {
    const { items, atMs } = this.context;
    const chain = this.#decider(this.#plan.fallbacks)?.effect;
    for (const source of chain?.sources ?? []) {
      const missing = (chain?.fewerThan ?? 0) - pool.size;
      if (missing <= 0) break;
      if (source === 'popular') addPopular(pool, items, { segment, atMs, limit: missing });
      else if (source === 'newArrivals') addNewArrivals(pool, items, { atMs, limit: missing });
      else addAnyEligible(pool, items, pool.size + missing);
    }
    this.#addForMinima(pool);
  }

  /** Boosts and buries: one addend for each that matches, in order of precedence. */
  term(pool: CandidatePool): Term {
    if (this.#plan.scores.length === 0) return noTerm;
    const { points } = this.#plan;
    const acts = (index: number, row: number) => this.#changing[index]?.(row) !== false;
    return {
      addTo: (sums) => {
        for (let candidate = 0; candidate < sums.length; candidate++) {
          const row = pool.rowAt(candidate);
          const { scores, isFixed } = this.#plan.at(row);
          let sum = sums[candidate] as number;
          for (let at = 0; at < scores.length; at++) {
            const index = scores[at] as number;
            if (isFixed || acts(index, row)) sum += points[index] as number;
          }
          sums[candidate] = sum;
        }
      },
      entries: (candidate) => {
        const row = pool.rowAt(candidate);
        const { scores } = this.#plan.at(row);
        if (scores.length === 0) return noEntries;
        const entries: LedgerEntry[] = [];
        for (const index of scores) {
          if (acts(index, row)) {
            entries.push(entry('rule', points[index] as number, { anchor: this.#anchorOf(index) }));
          }
        }
        return entries;
      },
    };
  }

  /** Pins, quotas and rotation. Scores stay as they are: these rules move slots, they do not make items better. */
  arrange(
    pool: CandidatePool,
    { order, rest, depth }: { order: readonly number[]; rest: Rest; depth: number },
  ): readonly RuledSlot[] {
    const quotas = this.#plan.quotas.map(({ key, effect }, quota) => ({
      rule: key,
      ...effect,
      slots: effect.bound === 'atLeast' ? (this.#attainable[quota] ?? 0) : effect.slots,
    }));
    const quotasOf = (candidate: number) => this.#quotasAt(pool.rowAt(candidate));
    const isOfMinimum = (candidate: number) =>
      this.#plan.at(pool.rowAt(candidate)).hasMinimum &&
      quotasOf(candidate).some((place) => quotas[place]?.bound === 'atLeast');
    const resting = this.#resting();
    const pins = this.#pins(pool);
    if (quotas.length + pins.length === 0 && !resting) {
      return order.slice(0, depth).map((candidate) => ({ candidate, entries: [] }));
    }
    // Whether quotas are kept is seen where the last of them ends, however short the list.
    const most = Math.max(depth, ...quotas.map(({ within }) => within));
    const arranged = arrangeSlots({
      order,
      rest,
      pins,
      quotas,
      quotasOf,
      isOfMinimum,
      rests: resting && ((candidate) => resting(pool.rowAt(candidate))),
      depth: most,
    });
    this.#arranged = () =>
      arrangedLimits({
        rows: arranged.slots.map(({ candidate }) => pool.rowAt(candidate)),
        quotas,
        quotasOf: (row) => this.#quotasAt(row),
        pinned: new Set(pins.map(({ candidate }) => pool.rowAt(candidate))),
        resting,
      });
    this.#plan.quotas.forEach(({ key, effect }, quota) => {
      const isShort = effect.bound === 'atLeast' && (this.#attainable[quota] ?? 0) < effect.slots;
      if (isShort) this.conflicts.push({ rule: key, by: null, why: 'tooFewItems' });
    });
    const isKnown = ({ rule }: RuleConflict) => this.conflicts.some((one) => one.rule === rule);
    this.conflicts.push(...arranged.conflicts.filter((one) => !isKnown(one)));
    return arranged.slots.slice(0, depth).map(({ candidate, by }, index) => ({
      candidate,
      entries:
        by === null
          ? []
          : [entry('rule', 0, { anchor: this.#anchorOf(this.#indexOf(by)), measure: index + 1 })],
    }));
  }

  /** Of rules that cannot share a stage, the first in order; the others lost to it. */
  #decider<Stage extends 'explore' | 'fallback'>([
    first,
    ...others
  ]: readonly RuleOf<Stage>[]): RuleOf<Stage> | null {
    for (const { key } of others) {
      if (!this.conflicts.some(({ rule }) => rule === key)) {
        this.conflicts.push({ rule: key, by: first?.key ?? null, why: 'ruledOut' });
      }
    }
    return first ?? null;
  }

  #pins(pool: CandidatePool): PinnedSlot[] {
    const pins: PinnedSlot[] = [];
    for (const rule of this.#plan.pins) {
      const { key, effect } = rule;
      const row = this.context.items.rowOfId(effect.itemId);
      const candidate = row !== undefined && this.#matches(rule, row) ? pool.indexOf(row) : undefined;
      if (candidate === undefined) continue;
      const sameSlot = pins.find(({ position }) => position === effect.position);
      const sameItem = pins.find((one) => one.candidate === candidate);
      if (sameSlot) this.conflicts.push({ rule: key, by: sameSlot.rule, why: 'slotTaken' });
      else if (sameItem) this.conflicts.push({ rule: key, by: sameItem.rule, why: 'itemPinned' });
      else pins.push({ rule: key, candidate, position: effect.position });
    }
    return pins;
  }

  #resting(): RowTest | undefined {
    const rotating = this.#plan.rests;
    if (rotating.length === 0) return undefined;
    const { shown, items, atMs } = this.context;
    if (!shown) {
      for (const { key } of rotating) this.conflicts.push({ rule: key, by: null, why: 'noHistory' });
      return undefined;
    }
    const rule = (index: number) => this.compiled.rules[index] as RuleOf<'rest'>;
    return (row) => {
      const rests = this.#plan.at(row).rests;
      const seen = rests.length === 0 ? undefined : shown(items.numberAt(row));
      if (!seen) return false;
      const sinceMs = atMs - seen.lastAtMs;
      return rests.some((index) => {
        const { afterViews, forDays } = rule(index).effect;
        const isDue = seen.times >= afterViews && sinceMs < forDays * 86_400_000;
        return isDue && this.#changing[index]?.(row) !== false;
      });
    };
  }

  /** What the minima lack in the pool, from the most popular items and from the newest. */
  #addForMinima(pool: CandidatePool): void {
    const { items, atMs } = this.context;
    const lacks = (quota: number) => {
      const { effect } = this.#plan.quotas[quota] ?? {};
      return effect?.bound === 'atLeast' && (this.#attainable[quota] ?? 0) < effect.slots;
    };
    let lacking = this.#plan.quotas.filter((_, quota) => lacks(quota)).length;
    const count = (row: number) => {
      for (const quota of this.#quotasAt(row)) {
        if (!lacks(quota)) continue;
        this.#attainable[quota] = (this.#attainable[quota] ?? 0) + 1;
        if (!lacks(quota)) lacking--;
      }
    };
    if (lacking === 0) return;
    for (const row of pool.rows) {
      if (!this.#plan.at(row).hasMinimum) continue;
      count(row);
      if (lacking === 0) return;
    }
    for (const row of this.#plan.minimumRows(items, atMs, searched)) {
      const isWanted = this.#quotasAt(row).some(lacks) && pool.indexOf(row) === undefined;
      if (isWanted && pool.add(row)) count(row);
    }
  }

  /** Places of the quotas that count the row, in order of precedence. */
  #quotasAt(row: number): readonly number[] {
    const { quotas, quotasDepend }: ClassPlan = this.#plan.at(row);
    if (!quotasDepend) return quotas;
    const counts = (place: number) => this.#changing[this.#plan.quotas[place]?.index ?? -1]?.(row) !== false;
    return quotas.every(counts) ? quotas : this.#plan.quotaList(quotas.filter(counts));
  }

  #matches(rule: CompiledRule, row: number): boolean {
    return this.#plan.meets(rule, row) && this.#changing[rule.index]?.(row) !== false;
  }

  #indexOf(key: string): number {
    return this.compiled.rules.find((rule) => rule.key === key)?.index ?? -1;
  }

  #anchorOf(rule: number): number {
    const known = this.#anchors.get(rule);
    if (known !== undefined) return known;
    const anchor = this.context.firstAnchor + this.#anchors.size;
    this.#anchors.set(rule, anchor);
    return anchor;
  }
}

const noEntries: readonly LedgerEntry[] = [];

/** Rows that are looked through for the sake of minima. */
const searched = 500;

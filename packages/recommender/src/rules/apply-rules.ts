import type { ColdnessThresholds, ItemNumber } from '@kindling/domain';
import type { CandidatePool } from '../candidate-pool.js';
import { addAnyEligible } from '../candidates/any-eligible.js';
import { addNewArrivals } from '../candidates/new-arrivals.js';
import { addPopular } from '../candidates/popular.js';
import type { ItemView } from '../ports.js';
import type { AnchorReference, LedgerEntry } from '../ranking.js';
import { defaultDepth } from '../request.js';
import { entry, type Term } from '../terms/term.js';
import { arrangeSlots, type PinnedSlot, type Rest } from './arrange-slots.js';
import {
  type CompiledRule,
  type CompiledRules,
  rulesForProfile,
  type StagedRowRules,
} from './compile-rules.js';
import { type ProfileFacts, profilePayload } from './profile-facts.js';
import { changingTest, type RowTest } from './row-matcher.js';
import type { RuleConflict } from './rule-conflict.js';
import type { EffectOf, RuleEffect } from './rule-effect.js';

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

type RuleOf<Stage extends RuleEffect['stage']> = CompiledRule & { readonly effect: EffectOf<Stage> };

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
  readonly #rowRules: StagedRowRules;
  /** By index of a rule, of those that act; typed arrays, for they are read for every rule of every candidate. */
  readonly #changing: readonly (RowTest | undefined)[];
  readonly #gateOf: Uint8Array;
  readonly #points: Float64Array;
  /** Place among the quotas, -1 where it is none. */
  readonly #quotaOf: Int32Array;
  readonly #quotas: readonly RuleOf<'quota'>[];
  /** Of each minimum, how many of its slots the pool has candidates for. */
  readonly #attainable: number[];
  readonly #onlyThese: readonly RuleOf<'gate'>[];
  readonly #hasGates: boolean;

  constructor(
    private readonly compiled: CompiledRules,
    private readonly rules: readonly CompiledRule[],
    private readonly context: RuleContext,
  ) {
    const { length } = compiled.rules;
    const changing = new Array<RowTest | undefined>(length).fill(undefined);
    this.#rowRules = compiled.rowRules(context.items);
    this.#changing = changing;
    this.#gateOf = new Uint8Array(length);
    this.#points = new Float64Array(length);
    this.#quotaOf = new Int32Array(length).fill(-1);
    this.#quotas = this.#of('quota');
    this.#attainable = this.#quotas.map(() => 0);
    this.#quotas.forEach(({ index }, quota) => {
      this.#quotaOf[index] = quota;
    });
    for (const { index, items, effect } of rules) {
      changing[index] = changingTest(items, context);
      if (effect.stage === 'score') this.#points[index] = effect.points;
      else if (effect.stage === 'gate')
        this.#gateOf[index] = effect.keeps === 'others' ? keepsOthers : keepsMatching;
    }
    const gates = this.#of('gate');
    this.#hasGates = gates.length > 0;
    this.#onlyThese = gates.filter(({ effect }) => effect.keeps === 'matching');
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
    const first = this.#decider('explore');
    return first && { ...first.effect, rule: first.key, matches: (row: number) => this.#matches(first, row) };
  }

  /** The filters' part of the gate. */
  accepts(row: number): boolean {
    return !this.#hasGates || this.filteredBy(row) === null;
  }

  /** The first filter that keeps a row out; null: none does. */
  filteredBy(row: number): string | null {
    let needed = this.#onlyThese.length;
    for (const index of this.#rowRules.gate.at(row)) {
      const gate = this.#gateOf[index];
      if (gate === 0 || this.#changing[index]?.(row) === false) continue;
      if (gate === keepsOthers) return this.compiled.rules[index]?.key ?? null;
      needed--;
    }
    if (needed === 0) return null;
    return this.#onlyThese.find((rule) => !this.#matches(rule, row))?.key ?? null;
  }

  /** Before the sources, so that a full pool does not cost a pin its place. */
  addPinned(pool: CandidatePool): void {
    for (const rule of this.#of('pin')) {
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
    const chain = this.#decider('fallback')?.effect;
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
    if (!this.rules.some(({ effect }) => effect.stage === 'score')) {
      return { addTo: (sum) => sum, entries: () => [] };
    }
    const rowAt = (candidate: number) => pool.rows[candidate] ?? -1;
    const worth = (index: number, row: number) => {
      const points = this.#points[index] ?? 0;
      return points === 0 || this.#changing[index]?.(row) === false ? 0 : points;
    };
    return {
      addTo: (sum, candidate) => {
        const row = rowAt(candidate);
        let total = sum;
        for (const index of this.#rowRules.score.at(row)) total += worth(index, row);
        return total;
      },
      entries: (candidate) => {
        const row = rowAt(candidate);
        const entries: LedgerEntry[] = [];
        for (const index of this.#rowRules.score.at(row)) {
          const value = worth(index, row);
          if (value !== 0) entries.push(entry('rule', value, { anchor: this.#anchorOf(index) }));
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
    const quotas = this.#quotas.map(({ key, effect }, quota) => ({
      rule: key,
      ...effect,
      slots: effect.bound === 'atLeast' ? (this.#attainable[quota] ?? 0) : effect.slots,
    }));
    const quotasOf = remembered((candidate) => this.#quotasAt(pool.rows[candidate] ?? -1));
    const resting = this.#resting(pool);
    const pins = this.#pins(pool);
    if (quotas.length + pins.length === 0 && !resting) {
      return order.slice(0, depth).map((candidate) => ({ candidate, entries: [] }));
    }
    // Always the whole list, so that a short one is the beginning of the long one.
    const most = Math.max(depth, defaultDepth);
    const arranged = arrangeSlots({
      order,
      rest,
      pins,
      quotas,
      quotasOf,
      rests: resting ?? (() => false),
      depth: most,
    });
    this.#quotas.forEach(({ key, effect }, quota) => {
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

  #of<Stage extends RuleEffect['stage']>(stage: Stage): RuleOf<Stage>[] {
    return this.rules.filter((rule): rule is RuleOf<Stage> => rule.effect.stage === stage);
  }

  /** Of stages that cannot be shared, the first rule in order; the others lost to it. */
  #decider<Stage extends 'explore' | 'fallback'>(stage: Stage): RuleOf<Stage> | null {
    const [first, ...others] = this.#of(stage);
    for (const { key } of others) {
      if (!this.conflicts.some(({ rule }) => rule === key)) {
        this.conflicts.push({ rule: key, by: first?.key ?? null, why: 'ruledOut' });
      }
    }
    return first ?? null;
  }

  #pins(pool: CandidatePool): PinnedSlot[] {
    const pins: PinnedSlot[] = [];
    for (const rule of this.#of('pin')) {
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

  #resting(pool: CandidatePool): ((candidate: number) => boolean) | undefined {
    const rotating = this.#of('rest');
    if (rotating.length === 0) return undefined;
    const { shown, items, atMs } = this.context;
    if (!shown) {
      for (const { key } of rotating) this.conflicts.push({ rule: key, by: null, why: 'noHistory' });
      return undefined;
    }
    return remembered((candidate) => {
      const row = pool.rows[candidate] ?? -1;
      const seen = shown(items.numberAt(row));
      if (!seen) return false;
      const sinceMs = atMs - seen.lastAtMs;
      return rotating.some(
        (rule) =>
          seen.times >= rule.effect.afterViews &&
          sinceMs < rule.effect.forDays * 86_400_000 &&
          this.#matches(rule, row),
      );
    });
  }

  /** What the minima lack in the pool, from the most popular items and from the newest. */
  #addForMinima(pool: CandidatePool): void {
    const { items, atMs } = this.context;
    const lacks = (quota: number) => {
      const { effect } = this.#quotas[quota] ?? {};
      return effect?.bound === 'atLeast' && (this.#attainable[quota] ?? 0) < effect.slots;
    };
    let lacking = this.#quotas.filter((_, quota) => lacks(quota)).length;
    const count = (row: number) => {
      for (const quota of this.#quotasAt(row)) {
        if (!lacks(quota)) continue;
        this.#attainable[quota] = (this.#attainable[quota] ?? 0) + 1;
        if (!lacks(quota)) lacking--;
      }
    };
    for (const row of pool.rows) {
      if (lacking === 0) return;
      count(row);
    }
    for (const list of [() => items.mostPopular(null, atMs, searched), () => items.newest(atMs, searched)]) {
      if (lacking === 0) return;
      for (const row of list()) {
        const isWanted = this.#quotasAt(row).some(lacks) && pool.indexOf(row) === undefined;
        if (isWanted && pool.add(row)) count(row);
      }
    }
  }

  /** Quotas that count the row, in order of precedence. */
  #quotasAt(row: number): readonly number[] {
    let found: number[] | undefined;
    for (const index of this.#rowRules.quota.at(row)) {
      const quota = this.#quotaOf[index] ?? -1;
      if (quota === -1 || this.#changing[index]?.(row) === false) continue;
      if (found) found.push(quota);
      else found = [quota];
    }
    return found ?? none;
  }

  #matches(rule: CompiledRule, row: number): boolean {
    if (rule.items.matches && !this.#rowRules[rule.effect.stage].at(row).includes(rule.index)) return false;
    return this.#changing[rule.index]?.(row) !== false;
  }

  #indexOf(key: string): number {
    return this.rules.find((rule) => rule.key === key)?.index ?? -1;
  }

  #anchorOf(rule: number): number {
    const known = this.#anchors.get(rule);
    if (known !== undefined) return known;
    const anchor = this.context.firstAnchor + this.#anchors.size;
    this.#anchors.set(rule, anchor);
    return anchor;
  }
}

const keepsMatching = 1;
const keepsOthers = 2;
const none: readonly number[] = [];
/** Rows that are looked through for the sake of minima. */
const searched = 500;

/** Answers by candidate, each worked out once. */
function remembered<Answer>(work: (candidate: number) => Answer): (candidate: number) => Answer {
  const known: (Answer | undefined)[] = [];
  return (candidate) => {
    const answer = known[candidate] ?? work(candidate);
    known[candidate] = answer;
    return answer;
  };
}

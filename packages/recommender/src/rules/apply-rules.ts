import type { ColdnessThresholds, ItemNumber } from '@kindling/domain';
import type { CandidatePool } from '../candidate-pool.js';
import { addAnyEligible } from '../candidates/any-eligible.js';
import { addNewArrivals } from '../candidates/new-arrivals.js';
import { addPopular } from '../candidates/popular.js';
import type { ItemView } from '../ports.js';
import type { AnchorReference, LedgerEntry } from '../ranking.js';
import { defaultDepth } from '../request.js';
import { entry, type Term } from '../terms/term.js';
import { arrangeSlots, type PinnedSlot } from './arrange-slots.js';
import { type CompiledRule, type CompiledRules, rulesForProfile } from './compile-rules.js';
import { type ProfileFacts, profilePayload } from './profile-facts.js';
import { RowMatcher, type RowTest, rowTest } from './row-matcher.js';
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
  return acting.length === 0 ? undefined : new AppliedRules(acting, context);
}

export class AppliedRules {
  readonly conflicts: RuleConflict[] = [];
  readonly #anchors = new Map<string, number>();
  readonly #gates: readonly RuleOf<'gate'>[];
  readonly #onlyThese: readonly RowTest[];
  readonly #noneOf: RowMatcher | undefined;

  constructor(
    private readonly rules: readonly CompiledRule[],
    private readonly context: RuleContext,
  ) {
    this.#gates = this.#of('gate');
    this.#onlyThese = this.#gates
      .filter(({ effect }) => effect.keeps === 'matching')
      .map(({ items }) => rowTest(items, context));
    const kept = this.#gates.filter(({ effect }) => effect.keeps === 'others').map(({ items }) => items);
    this.#noneOf = kept.length === 0 ? undefined : new RowMatcher(kept, context);
  }

  /** What `anchor` of the ledger entries points at, to be put after the ranking's other anchors. */
  get anchors(): AnchorReference[] {
    return [...this.#anchors.keys()].map((rule) => ({ rule }));
  }

  /** What of the rules' doing is kept in a ranking. */
  get traces(): { readonly conflicts?: RuleConflict[] } {
    return this.conflicts.length === 0 ? {} : { conflicts: this.conflicts };
  }

  /** The budget of the first exploration rule in order; null where there is none. */
  get exploration(): (EffectOf<'explore'> & { readonly rule: string; readonly matches: RowTest }) | null {
    const first = this.#decider('explore');
    return first && { ...first.effect, rule: first.key, matches: rowTest(first.items, this.context) };
  }

  /** The filters' part of the gate. */
  accepts(row: number): boolean {
    for (const test of this.#onlyThese) if (!test(row)) return false;
    return !this.#noneOf?.any(row);
  }

  /** The filter that keeps a row out; null: none does. */
  filteredBy(row: number): string | null {
    const first = this.#gates.find(
      ({ items, effect }) => rowTest(items, this.context)(row) !== (effect.keeps === 'matching'),
    );
    return first?.key ?? null;
  }

  /** Before the sources, so that a full pool does not cost a pin its place. */
  addPinned(pool: CandidatePool): void {
    for (const { key, effect, items } of this.#of('pin')) {
      const row = this.context.items.rowOfId(effect.itemId);
      if (row !== undefined && rowTest(items, this.context)(row) && pool.add(row)) continue;
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
    for (const { effect, items: condition } of this.#of('quota')) {
      if (effect.bound === 'atLeast') this.#addMatching(pool, effect.slots, rowTest(condition, this.context));
    }
  }

  /** Boosts and buries: one addend for each that matches, in order of precedence. */
  term(pool: CandidatePool): Term {
    const scoring = this.#of('score');
    if (scoring.length === 0) return { addTo: (sum) => sum, entries: () => [] };
    const matcher = new RowMatcher(
      scoring.map(({ items }) => items),
      this.context,
    );
    const points = Float64Array.from(scoring, ({ effect }) => effect.points);
    const matching: (readonly number[])[] = [];
    const of = (candidate: number) => {
      const known = matching[candidate] ?? matcher.matching(pool.rows[candidate] ?? -1);
      matching[candidate] = known;
      return known;
    };
    return {
      addTo: (sum, candidate) => {
        let total = sum;
        for (const rule of of(candidate)) total += points[rule] ?? 0;
        return total;
      },
      entries: (candidate) =>
        of(candidate).map((rule) =>
          entry('rule', points[rule] ?? 0, { anchor: this.#anchorOf(scoring[rule]?.key ?? '') }),
        ),
    };
  }

  /** Pins, quotas and rotation. Scores stay as they are: these rules move slots, they do not make items better. */
  arrange(
    pool: CandidatePool,
    { order, rest, depth }: { order: readonly number[]; rest: () => readonly number[]; depth: number },
  ): readonly RuledSlot[] {
    const quotas = this.#of('quota').map(({ key, effect, items }) => {
      const test = rowTest(items, this.context);
      return { rule: key, ...effect, matches: remembered((one) => test(pool.rows[one] ?? -1)) };
    });
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
      rests: resting ?? (() => false),
      depth: most,
    });
    this.conflicts.push(...arranged.conflicts);
    return arranged.slots.slice(0, depth).map(({ candidate, by }, index) => ({
      candidate,
      entries: by === null ? [] : [entry('rule', 0, { anchor: this.#anchorOf(by), measure: index + 1 })],
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
    for (const { key, effect, items } of this.#of('pin')) {
      const row = this.context.items.rowOfId(effect.itemId);
      const candidate =
        row !== undefined && rowTest(items, this.context)(row) ? pool.indexOf(row) : undefined;
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
    const tests = rotating.map(({ effect, items: condition }) => ({
      effect,
      test: rowTest(condition, this.context),
    }));
    return remembered((candidate) => {
      const row = pool.rows[candidate] ?? -1;
      const seen = shown(items.numberAt(row));
      if (!seen) return false;
      const sinceMs = atMs - seen.lastAtMs;
      return tests.some(
        ({ effect, test }) =>
          seen.times >= effect.afterViews && sinceMs < effect.forDays * 86_400_000 && test(row),
      );
    });
  }

  /** Popular ones first, then new ones, until the pool has enough that match. */
  #addMatching(pool: CandidatePool, enough: number, test: RowTest): void {
    const { items, atMs } = this.context;
    let found = 0;
    for (const row of pool.rows) if (test(row) && ++found >= enough) return;
    const more = Number.POSITIVE_INFINITY;
    for (const rows of [items.mostPopular(null, atMs, more), items.newest(atMs, more)]) {
      for (const row of rows) {
        if (pool.indexOf(row) === undefined && test(row) && pool.add(row) && ++found >= enough) return;
      }
    }
  }

  #anchorOf(rule: string): number {
    const known = this.#anchors.get(rule);
    if (known !== undefined) return known;
    const anchor = this.context.firstAnchor + this.#anchors.size;
    this.#anchors.set(rule, anchor);
    return anchor;
  }
}

/** A test whose answers are kept: quotas ask for the same candidate at every slot. */
function remembered(test: (candidate: number) => boolean): (candidate: number) => boolean {
  const known: (boolean | undefined)[] = [];
  return (candidate) => {
    const before = known[candidate];
    if (before !== undefined) return before;
    const answer = test(candidate);
    known[candidate] = answer;
    return answer;
  };
}

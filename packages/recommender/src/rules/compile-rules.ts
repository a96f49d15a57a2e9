import { type FilterPayload, KindlingError, matchesFilter } from '@kindling/domain';
import type { ItemView } from '../ports.js';
import type { ItemCondition } from './condition.js';
import { RowClasses } from './row-classes.js';
import { byPrecedence, effectOf, type Rule } from './rule.js';
import type { RuleEffect } from './rule-effect.js';
import { RulePlan } from './rule-plan.js';
import { membership, type Segment, type SegmentFilters, segmentFilters } from './segment.js';
import { type CompiledWindow, compileWindow } from './time-window.js';

export interface CompiledRule {
  /** Place in the order of precedence. */
  readonly index: number;
  readonly key: string;
  readonly kind: Rule['kind'];
  readonly effect: RuleEffect;
  readonly items: ItemCondition;
  readonly profile: Rule['condition']['profile'];
  readonly window: CompiledWindow;
}

export interface CompiledRules {
  /** In order of precedence. */
  readonly rules: readonly CompiledRule[];
  readonly segments: SegmentFilters;
  /** Of rules that act together on that view; the same object for the same rules. */
  plan(acting: readonly CompiledRule[], items: ItemView): RulePlan;
  /** Those of a placement (null: of no named one) whose time it is, in order of precedence. */
  activeAt(placement: string | null, atMs: number): readonly CompiledRule[];
  /** How far back rotation in that placement has to be told what a person was shown; 0: there is none. */
  longestRestDays(placement: string | null): number;
}

/**
 * Prepares the published rules of a catalogue once; a request then reads the list of its placement and minute. A
 * window counts in whole minutes, so that list is worked out once a minute, not once a request.
 */
export function compileRules(rules: readonly Rule[], segments: readonly Segment[] = []): CompiledRules {
  const sorted = [...rules].sort(byPrecedence);
  sorted.forEach((rule, index) => {
    if (sorted[index + 1]?.key !== rule.key) return;
    throw new KindlingError('BAD_INPUT', `Two rules have the key "${rule.key}": rename one of them.`, {
      field: 'key',
    });
  });
  const compiled = sorted.map((rule, index) => ({ rule, ready: compile(rule, index) }));
  const isFor = (rule: Rule, placement: string | null) =>
    rule.condition.placements === undefined ||
    (placement !== null && rule.condition.placements.includes(placement));
  const named = new Set(rules.flatMap(({ condition }) => condition.placements ?? []));
  const byPlacement = new Map<string | null, MinuteList>(
    [null, ...named].map((placement) => [
      placement,
      new MinuteList(compiled.filter(({ rule }) => isFor(rule, placement)).map(({ ready }) => ready)),
    ]),
  );
  const everywhere = byPlacement.get(null) ?? new MinuteList([]);
  const ready = compiled.map((one) => one.ready);
  const plans = new WeakMap<ItemView, ViewPlans>();
  return {
    rules: ready,
    segments: segmentFilters(segments),
    plan: (acting, items) => {
      const known = plans.get(items) ?? new ViewPlans(ready, items);
      plans.set(items, known);
      return known.of(acting);
    },
    activeAt: (placement, atMs) => (byPlacement.get(placement) ?? everywhere).at(atMs),
    longestRestDays: (placement) => (byPlacement.get(placement) ?? everywhere).longestRestDays,
  };
}

/** Those of the rules that act for this profile. */
export function rulesForProfile(
  active: readonly CompiledRule[],
  segments: SegmentFilters,
  payload: FilterPayload,
): readonly CompiledRule[] {
  const isIn = membership(segments, payload);
  return active.filter(
    ({ profile }) =>
      !profile ||
      ((!profile.segments || profile.segments.some(isIn)) &&
        (!profile.matches || matchesFilter(payload, profile.matches))),
  );
}

const compile = (rule: Rule, index: number): CompiledRule => ({
  index,
  key: rule.key,
  kind: rule.kind,
  effect: effectOf(rule),
  items: rule.condition.items ?? {},
  profile: rule.condition.profile,
  window: compileWindow(rule.condition.window),
});

/** Sets of rules that are kept; beyond it all are forgotten and worked out anew. */
const mostPlans = 200;

class ViewPlans {
  readonly #classes: RowClasses;
  readonly #plans = new Map<string, RulePlan>();

  constructor(
    private readonly rules: readonly CompiledRule[],
    items: ItemView,
  ) {
    this.#classes = new RowClasses(
      rules.map((rule) => rule.items.matches),
      items,
    );
  }

  of(acting: readonly CompiledRule[]): RulePlan {
    const key = acting.map(({ index }) => index).join(' ');
    let plan = this.#plans.get(key);
    if (!plan) {
      plan = new RulePlan(acting, this.#classes, this.rules.length);
      if (this.#plans.size >= mostPlans) this.#plans.clear();
      this.#plans.set(key, plan);
    }
    return plan;
  }
}

class MinuteList {
  #minute = Number.NaN;
  #open: readonly CompiledRule[] = [];

  readonly longestRestDays: number;

  constructor(private readonly rules: readonly CompiledRule[]) {
    const days = rules.map(({ effect }) => (effect.stage === 'rest' ? effect.forDays : 0));
    this.longestRestDays = Math.max(0, ...days);
  }

  at(atMs: number): readonly CompiledRule[] {
    const minute = Math.floor(atMs / 60_000);
    if (minute !== this.#minute) {
      this.#open = this.rules.filter(({ window }) => window.isOpen(minute * 60_000));
      this.#minute = minute;
    }
    return this.#open;
  }
}

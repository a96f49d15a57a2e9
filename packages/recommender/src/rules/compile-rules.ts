import { type FilterPayload, KindlingError, matchesFilter } from '@kindling/domain';
import type { ItemView } from '../ports.js';
import type { ItemCondition } from './condition.js';
import { RowRules } from './row-rules.js';
import { byPrecedence, effectOf, type Rule } from './rule.js';
import type { RuleEffect } from './rule-effect.js';
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

export type StagedRowRules = Readonly<Record<RuleEffect['stage'], RowRules>>;

export interface CompiledRules {
  /** In order of precedence. */
  readonly rules: readonly CompiledRule[];
  readonly segments: SegmentFilters;
  /** By row of that view: the rules whose item filter it meets, for each stage by itself, so that lists are short. */
  rowRules(items: ItemView): StagedRowRules;
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
  const rowRules = new WeakMap<ItemView, StagedRowRules>();
  const stagedFor = (items: ItemView): StagedRowRules => {
    const of = (stage: RuleEffect['stage']) =>
      new RowRules(
        compiled
          .filter(({ ready }) => ready.effect.stage === stage)
          .map(({ ready }) => ({ index: ready.index, filter: ready.items.matches })),
        items,
      );
    return {
      gate: of('gate'),
      score: of('score'),
      pin: of('pin'),
      quota: of('quota'),
      rest: of('rest'),
      explore: of('explore'),
      fallback: of('fallback'),
    };
  };
  return {
    rules: compiled.map(({ ready }) => ready),
    segments: segmentFilters(segments),
    rowRules: (items) => {
      const known = rowRules.get(items) ?? stagedFor(items);
      rowRules.set(items, known);
      return known;
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

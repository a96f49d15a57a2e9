import type { ColdnessThresholds } from '@kindling/domain';
import type { ItemView } from '../../ports.js';
import type { CompiledRule } from '../compile-rules.js';
import { rowTest } from '../row-matcher.js';
import { RowSet } from '../row-set.js';
import { byPrecedence, effectOf, type Rule } from '../rule.js';
import type { EffectOf, RuleEffect } from '../rule-effect.js';
import { type Segment, segmentFilters } from '../segment.js';
import { compileWindow } from '../time-window.js';

export interface LintRequest {
  readonly rules: readonly Rule[];
  readonly items: ItemView;
  readonly atMs: number;
  readonly itemThresholds: ColdnessThresholds;
  readonly placements: readonly { readonly key: string; readonly size: number }[];
  readonly segments: readonly Segment[];
  /** An item that was published within so many days counts as new. */
  readonly newForDays: number;
}

export interface LintedRule {
  readonly rule: Rule;
  readonly effect: RuleEffect;
  readonly window: CompiledRule['window'];
  /** Live rows that meet the item condition. */
  readonly rows: RowSet;
}
export type LintedOf<Stage extends RuleEffect['stage']> = LintedRule & { readonly effect: EffectOf<Stage> };

/** The rules with what the checks ask of them. */
export class LintContext {
  readonly segmentKeys: ReadonlySet<string>;

  private constructor(
    readonly request: LintRequest,
    /** Rows that may be shown now. */
    readonly live: readonly number[],
    readonly rules: readonly LintedRule[],
  ) {
    this.segmentKeys = new Set(segmentFilters(request.segments).keys());
  }

  /** Walks the catalogue once a rule, and pauses after each: others wait for the thread no longer than that. */
  static async prepare(request: LintRequest, pause: () => Promise<unknown>): Promise<LintContext> {
    const { items, atMs } = request;
    const live = Array.from({ length: items.rows }, (_, row) => row).filter((row) => items.isLive(row, atMs));
    const everything = RowSet.of(items.rows, live);
    const rules: LintedRule[] = [];
    for (const rule of [...request.rules].sort(byPrecedence)) {
      const { items: condition, window } = rule.condition;
      const rows = condition ? RowSet.of(items.rows, live.filter(rowTest(condition, request))) : everything;
      rules.push({ rule, effect: effectOf(rule), window: compileWindow(window), rows });
      await pause();
    }
    return new LintContext(request, live, rules);
  }

  of<Stage extends RuleEffect['stage']>(stage: Stage): LintedOf<Stage>[] {
    return this.rules.filter((one): one is LintedOf<Stage> => one.effect.stage === stage);
  }

  /** Pairs in order of precedence that may act on one request. */
  pairs<Stage extends RuleEffect['stage']>(stage: Stage): [LintedOf<Stage>, LintedOf<Stage>][] {
    const all = this.of(stage);
    return all.flatMap((first, index) =>
      all
        .slice(index + 1)
        .flatMap((second): [LintedOf<Stage>, LintedOf<Stage>][] =>
          canMeet(first, second) ? [[first, second]] : [],
        ),
    );
  }
}

/** False only where it is certain: other placements, other times, other coldness. */
export function canMeet(a: LintedRule, b: LintedRule): boolean {
  const [one, other] = [a.rule.condition, b.rule.condition];
  if (one.placements && other.placements && !shareOne(one.placements, other.placements)) return false;
  if (a.window.endMs <= b.window.startMs || b.window.endMs <= a.window.startMs) return false;
  const [groups, others] = [builtIn(one.profile?.segments), builtIn(other.profile?.segments)];
  return !groups || !others || shareOne(groups, others);
}

/** Whether the first acts on every request that the second acts on, as far as their conditions say it. */
export function covers(first: LintedRule, second: LintedRule): boolean {
  const [one, other] = [first.rule.condition, second.rule.condition];
  const within = (narrow: readonly string[] | undefined, wide: readonly string[] | undefined) =>
    wide === undefined || (narrow?.every((key) => wide.includes(key)) ?? false);
  return (
    within(other.placements, one.placements) &&
    (one.window === undefined || JSON.stringify(one.window) === JSON.stringify(other.window)) &&
    (one.profile?.matches === undefined ||
      JSON.stringify(one.profile.matches) === JSON.stringify(other.profile?.matches)) &&
    within(other.profile?.segments, one.profile?.segments)
  );
}

const shareOne = (a: readonly string[], b: readonly string[]) => a.some((key) => b.includes(key));
const coldness: readonly string[] = ['cold', 'warming', 'warm'];
/** The segments, where all of them are such that nobody is in two. */
const builtIn = (segments: readonly string[] | undefined) =>
  segments?.every((key) => coldness.includes(key)) ? segments : undefined;

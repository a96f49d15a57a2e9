import type { ColdnessThresholds, ItemFilter } from '@kindling/domain';
import type { ItemView } from '../../ports.js';
import type { CompiledRule } from '../compile-rules.js';
import { rowTest } from '../row-matcher.js';
import { RowSet } from '../row-set.js';
import { byPrecedence, effectOf, type Rule } from '../rule.js';
import type { EffectOf, RuleEffect } from '../rule-effect.js';
import { type Segment, type SegmentFilters, segmentFilters } from '../segment.js';
import { compileWindow } from '../time-window.js';
import { isSatisfiable } from './satisfiable.js';

export interface LintRequest {
  readonly rules: readonly Rule[];
  readonly items: ItemView;
  readonly atMs: number;
  readonly itemThresholds: ColdnessThresholds;
  /** Of the strategies that lists are made with. */
  readonly profileThresholds: readonly ColdnessThresholds[];
  readonly placements: readonly LintedPlacement[];
  readonly segments: readonly Segment[];
  /** An item that was published within so many days counts as new. */
  readonly newForDays: number;
}

export interface LintedPlacement {
  readonly key: string;
  readonly size: number;
  /** Whether its lists may try out new items. */
  readonly explores: boolean;
  /** Its strategy, then those that it falls back to, in order; a config as it is stored. */
  readonly chain: readonly { readonly key: string; readonly config: object }[];
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
  readonly segments: SegmentFilters;
  readonly #meetings = new Map<string, boolean>();

  private constructor(
    readonly request: LintRequest,
    /** Rows that may be shown now. */
    readonly live: readonly number[],
    readonly rules: readonly LintedRule[],
  ) {
    this.segments = segmentFilters(request.segments);
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
          this.canMeet(first, second) ? [[first, second]] : [],
        ),
    );
  }

  /** False only where it is certain: other placements, other times, or no profile that both are for. */
  canMeet(a: LintedRule, b: LintedRule): boolean {
    const [one, other] = [a.rule.condition, b.rule.condition];
    if (one.placements && other.placements && !shareOne(one.placements, other.placements)) return false;
    if (a.window.endMs <= b.window.startMs || b.window.endMs <= a.window.startMs) return false;
    if (!one.profile || !other.profile) return true;
    const name = [one.profile, other.profile].map((profile) => JSON.stringify(profile)).join(' ');
    let answer = this.#meetings.get(name);
    if (answer === undefined) {
      // Beyond it some conflicts may be told of rules that never meet, rather than everybody waiting.
      answer = this.#meetings.size >= mostJudgedPairs || this.isPossible([a.rule, b.rule]);
      this.#meetings.set(name, answer);
    }
    return answer;
  }

  /** Whether there can be a profile for which all of the first rules are, and none of the others. */
  isPossible(rules: readonly Rule[], none: readonly Rule[] = []): boolean {
    const wanted = rules.flatMap((rule) => this.profileFilter(rule) ?? []);
    const refused = none.map((rule): ItemFilter => ({ not: this.profileFilter(rule) ?? everybody }));
    const world = { thresholds: this.request.profileThresholds, isSingle: false };
    return isSatisfiable({ all: [...wanted, ...refused] }, world);
  }

  /** For whom a rule is, as one filter; null: for everybody. */
  profileFilter({ condition: { profile } }: Rule): ItemFilter | null {
    const { segments, matches } = profile ?? {};
    const inSegments = segments?.flatMap((key) => this.segments.get(key) ?? []);
    const parts = [...(inSegments ? [{ any: inSegments }] : []), ...(matches ? [matches] : [])];
    return parts.length === 0 ? null : { all: parts };
  }
}

const mostJudgedPairs = 20_000;
const everybody: ItemFilter = { all: [] };

/** Whether the first acts whenever the second does, as far as its times and experiments say it. */
export function isAlwaysThere(first: LintedRule, second: LintedRule): boolean {
  const [one, other] = [first.rule.condition, second.rule.condition];
  if (one.outsideExperiments && !other.outsideExperiments) return false;
  if (one.window === undefined || JSON.stringify(one.window) === JSON.stringify(other.window)) return true;
  const isWhole = !one.window.weekdays && !one.window.hours;
  return (
    isWhole && first.window.startMs <= second.window.startMs && first.window.endMs >= second.window.endMs
  );
}

const shareOne = (a: readonly string[], b: readonly string[]) => a.some((key) => b.includes(key));

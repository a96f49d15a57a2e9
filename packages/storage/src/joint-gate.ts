import { isDeepStrictEqual } from 'node:util';
import type { CatalogueId } from '@kindling/domain';
import {
  type GateProblem,
  judgePublication,
  type PublishLimits,
  type Rule,
  ruleSetSchema,
} from '@kindling/recommender';
import type { Queryable } from './database.js';
import { findNewestJointDiffs, type JudgedRun, liveBasis } from './population-diff-store.js';
import { findRules } from './rule-store.js';

/**
 * The gate of rules that are published together: one diff over all of them speaks for each. They go live one by one, and
 * each changes what is live for the next; what these changes leave is told from what somebody else changed meanwhile.
 */
export class JointGate {
  private isWhole = true;

  private constructor(
    private readonly catalogue: CatalogueId,
    private readonly rules: readonly Rule[],
    private readonly named: readonly string[],
    private readonly diffs: readonly JudgedRun[],
    /** By placement: what is live, if nobody else has changed it since the diff. */
    private readonly expected: Map<string, string | null>,
  ) {}

  /** Null: nobody has compared exactly these rules together, so that each has its own diff to show. */
  static async open(
    db: Queryable,
    catalogue: CatalogueId,
    keys: readonly string[],
  ): Promise<JointGate | null> {
    const wanted = [...new Set(keys)];
    const rules = (await findRules(db, catalogue, wanted)).map(({ rule }) => rule);
    if (rules.length < wanted.length) return null;
    const actsAt = rules.map(({ condition }) => condition.placements ?? null);
    const isAnywhere = actsAt.includes(null);
    const named = [...new Set(actsAt.flatMap((placements) => placements ?? []))];
    const diffs = await findNewestJointDiffs(db, catalogue, wanted, isAnywhere ? null : named);
    if (diffs.length === 0) return null;
    const asked = diffs.map(({ placement }) => placement);
    const places = [...new Set([...named, ...(isAnywhere ? asked : [])])];
    const expected = new Map(diffs.map((diff) => [diff.placement, diff.basis]));
    return new JointGate(catalogue, rules, places, diffs, expected);
  }

  /** Whether it still speaks for the others: a rule that did not go live makes of them another set. */
  get speaks(): boolean {
    return this.isWhole;
  }

  /** Why they may not be published without somebody's word; empty: they may. */
  async problems(db: Queryable, limits: PublishLimits, now: Date): Promise<readonly GateProblem[]> {
    const problems: GateProblem[] = [];
    for (const placement of this.named) {
      const diff = this.diffs.find((one) => one.placement === placement);
      const judged = diff && {
        result: diff.result,
        isOfDraft: this.isOfDraft(diff),
        isOfLive: this.expected.get(placement) === (await liveBasis(db, this.catalogue, placement)),
        at: diff.createdAt,
      };
      problems.push(...judgePublication(limits, judged ?? null, now).map((one) => ({ ...one, placement })));
    }
    return problems;
  }

  /** The same for one of them, as it is about to be published. */
  async problemsOf(db: Queryable, rule: Rule, limits: PublishLimits, now: Date) {
    const problems = await this.problems(db, limits, now);
    const judged = this.rules.find(({ key }) => key === rule.key);
    if (isDeepStrictEqual(plain(judged), plain(rule))) return problems;
    return judgePublication(limits, null, now).map(() => draftChanged);
  }

  /** Around the publication of one of them, in its transaction: what it changes is no stranger's change. */
  async through<Result>(db: Queryable, publish: () => Promise<Result>): Promise<Result> {
    const places = [...this.expected.keys()];
    const before = await this.basesOf(db, places);
    const result = await publish();
    const after = await this.basesOf(db, places);
    for (const [index, place] of places.entries()) {
      if (this.expected.get(place) === before[index]) this.expected.set(place, after[index] ?? null);
    }
    return result;
  }

  /** One of them did not go live. */
  breakUp(): void {
    this.isWhole = false;
  }

  private isOfDraft({ draft }: JudgedRun): boolean {
    const parsed = ruleSetSchema.safeParse(draft);
    if (!parsed.success || parsed.data.without.length > 0) return false;
    const byKey = (rules: readonly Rule[]) => new Map(rules.map((rule) => [rule.key, plain(rule)]));
    return isDeepStrictEqual(byKey(parsed.data.rules), byKey(this.rules));
  }

  private async basesOf(db: Queryable, places: readonly string[]): Promise<string[]> {
    const bases: string[] = [];
    for (const place of places) bases.push(await liveBasis(db, this.catalogue, place));
    return bases;
  }
}

const draftChanged: GateProblem = { code: 'DRAFT_CHANGED', measured: null, limit: null };
const plain = (rule: Rule | undefined): unknown => JSON.parse(JSON.stringify(rule ?? null));

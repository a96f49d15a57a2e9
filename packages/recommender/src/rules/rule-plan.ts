import type { ItemFilter } from '@kindling/domain';
import type { ItemView } from '../ports.js';
import type { CompiledRule } from './compile-rules.js';
import type { RowClasses } from './row-classes.js';
import type { EffectOf, RuleEffect } from './rule-effect.js';

export type RuleOf<Stage extends RuleEffect['stage']> = CompiledRule & { readonly effect: EffectOf<Stage> };

/** What the acting rules do to rows of one class, as far as it does not change with time and events. */
export interface ClassPlan {
  /** Index of the filter that keeps its rows out; -1: none does; undefined: it depends on the row, see `gates`. */
  readonly rejectedBy: number | undefined;
  /** Indexes of acting rules in order of precedence. */
  readonly gates: readonly number[];
  readonly scores: readonly number[];
  /** Whether each of `scores` adds its points to every row of the class. */
  readonly isFixed: boolean;
  readonly rests: readonly number[];
  /** Places among the plan's quotas, ascending; equal ones are the same array. */
  readonly quotas: readonly number[];
  /** Whether one of the quotas also looks at the row's age or coldness. */
  readonly quotasDepend: boolean;
  /** Whether one of the quotas is a minimum. */
  readonly hasMinimum: boolean;
}

/**
 * The rules that act together on a request, sorted out by stage, and by class of row as rows are asked for. Visitors of
 * the same segments share a plan, so nearly all of it is worked out once a change of the rules, not once a request.
 */
export class RulePlan {
  readonly gates: readonly RuleOf<'gate'>[];
  readonly scores: readonly RuleOf<'score'>[];
  readonly pins: readonly RuleOf<'pin'>[];
  readonly quotas: readonly RuleOf<'quota'>[];
  readonly rests: readonly RuleOf<'rest'>[];
  readonly explores: readonly RuleOf<'explore'>[];
  readonly fallbacks: readonly RuleOf<'fallback'>[];
  /** Item filters that every candidate has to meet. */
  readonly keptTo: readonly ItemFilter[];
  /** By index of a rule: what it adds to a score. */
  readonly points: Float64Array;
  /** Indexes of acting rules whose condition changes with time and events. */
  readonly changing: ReadonlySet<number>;
  readonly #gateByIndex: ReadonlyMap<number, RuleOf<'gate'>>;
  readonly #quotaByIndex: ReadonlyMap<number, number>;
  readonly #restIndexes: ReadonlySet<number>;
  readonly #classes: (ClassPlan | undefined)[] = [];
  readonly #quotaLists = new Map<string, readonly number[]>();
  #minimumRows:
    | {
        readonly rows: readonly number[];
        readonly minute: number;
        readonly changes: number;
        readonly counts: number;
      }
    | undefined;

  constructor(
    acting: readonly CompiledRule[],
    private readonly rowClasses: RowClasses,
    rules: number,
  ) {
    const of = <Stage extends RuleEffect['stage']>(stage: Stage) =>
      acting.filter((rule): rule is RuleOf<Stage> => rule.effect.stage === stage);
    this.gates = of('gate');
    this.scores = of('score');
    this.pins = of('pin');
    this.quotas = of('quota');
    this.rests = of('rest');
    this.explores = of('explore');
    this.fallbacks = of('fallback');
    this.keptTo = this.gates.flatMap(({ effect, items }) =>
      effect.keeps === 'matching' && items.matches ? [items.matches] : [],
    );
    this.points = new Float64Array(rules);
    for (const { index, effect } of this.scores) this.points[index] = effect.points;
    this.changing = new Set(acting.filter(isChanging).map(({ index }) => index));
    this.#gateByIndex = new Map(this.gates.map((gate) => [gate.index, gate]));
    this.#restIndexes = new Set(this.rests.map(({ index }) => index));
    this.#quotaByIndex = new Map(this.quotas.map(({ index }, place) => [index, place]));
  }

  /** Of the class that the row is of now. */
  at(row: number): ClassPlan {
    const rowClass = this.rowClasses.of(row);
    let plan = this.#classes[rowClass];
    if (!plan) {
      plan = this.#planFor(this.rowClasses.filtersOf(rowClass));
      // Filled up to there: an array with large gaps becomes a hash table, and is asked for every candidate.
      while (this.#classes.length <= rowClass) this.#classes.push(undefined);
      this.#classes[rowClass] = plan;
    }
    return plan;
  }

  /**
   * Rows that a minimum may count, of the most popular and of the newest, in that order. Worked out when the items, what
   * is popular or the minute have changed: a request looks at a few dozen rows instead of a thousand.
   */
  minimumRows(items: ItemView, atMs: number, searched: number): readonly number[] {
    const minute = Math.floor(atMs / 60_000);
    const { appliedChanges, appliedCounts } = items;
    const known = this.#minimumRows;
    if (known?.minute === minute && known.changes === appliedChanges && known.counts === appliedCounts)
      return known.rows;
    const isWanted = (row: number) => this.at(row).hasMinimum;
    const rows = [
      ...items.mostPopular(null, atMs, searched).filter(isWanted),
      ...items.newest(atMs, searched).filter(isWanted),
    ];
    this.#minimumRows = { rows, minute, changes: appliedChanges, counts: appliedCounts };
    return rows;
  }

  /** Whether the row meets the item filter of the rule; the part of its condition that changes is not looked at. */
  meets(rule: CompiledRule, row: number): boolean {
    return !rule.items.matches || this.rowClasses.filtersOf(this.rowClasses.of(row)).includes(rule.index);
  }

  /** The same array for equal lists, so that they can be told apart by identity. */
  quotaList(places: readonly number[]): readonly number[] {
    const text = places.join(' ');
    const known = this.#quotaLists.get(text) ?? places;
    this.#quotaLists.set(text, known);
    return known;
  }

  #planFor(met: readonly number[]): ClassPlan {
    const gates = met.filter((index) => this.#gateByIndex.has(index));
    const quotas = met.flatMap((index) => this.#quotaByIndex.get(index) ?? []);
    const depends = (places: readonly number[]) =>
      places.some((place) => this.changing.has(this.quotas[place]?.index ?? -1));
    const scores = met.filter((index) => this.points[index] !== 0);
    return {
      rejectedBy: gates.some((index) => this.changing.has(index)) ? undefined : this.#rejecting(gates),
      gates,
      scores,
      isFixed: !scores.some((index) => this.changing.has(index)),
      rests: met.filter((index) => this.#restIndexes.has(index)),
      quotas: this.quotaList(quotas),
      quotasDepend: depends(quotas),
      hasMinimum: quotas.some((place) => this.quotas[place]?.effect.bound === 'atLeast'),
    };
  }

  /** The first filter in order that keeps out a row which meets these. */
  #rejecting(met: readonly number[]): number {
    const first = this.gates.find(
      ({ index, effect }) => met.includes(index) !== (effect.keeps === 'matching'),
    );
    return first?.index ?? -1;
  }
}

const isChanging = ({ items: { coldness, newerThanDays } }: CompiledRule) =>
  coldness !== undefined || newerThanDays !== undefined;

import type { Random } from '@kindling/domain';
import { bootstrapP, type Interval, intervalOf, meanOf, meansOf, resamples } from './bootstrap.js';
import { mainCutoff, mainMeasure } from './case-measures.js';
import type { SplitName } from './evaluation-task.js';
import { holm } from './holm.js';
import type { JudgedSplit } from './judged-split.js';

/** What programs read. Intervals are of 95 %, over people and, where there are several, splits. */
export interface EvaluationReport {
  readonly dataset: string;
  readonly split: SplitName;
  readonly seeds: readonly number[];
  readonly rows: readonly EvaluationRow[];
}

export interface EvaluationRow {
  readonly method: string;
  readonly isDefault: boolean;
  readonly isBaseline: boolean;
  readonly metrics: Readonly<Record<string, Interval>>;
}

/** How far the default is ahead of another row in the main measure. */
export interface Comparison {
  readonly method: string;
  readonly difference: Interval;
  /** Of "no difference", two-sided, corrected by Holm over the rows. */
  readonly p: number;
}

export interface JudgedMethod {
  readonly name: string;
  readonly isDefault: boolean;
  readonly isBaseline: boolean;
  readonly splits: readonly JudgedSplit[];
}

const draws = 400;

/** Rows with intervals, all read through the same draws, and the default compared with each other row. */
export function reportRows(
  methods: readonly JudgedMethod[],
  peopleOfSplits: readonly number[],
  random: Random,
): { readonly rows: EvaluationRow[]; readonly comparisons: Comparison[] } {
  const drawn = resamples(peopleOfSplits, draws, random);
  const rows = methods.map(({ name, isDefault, isBaseline, splits }) => {
    const metrics: Record<string, Interval> = {};
    for (const measure of splits[0]?.values.keys() ?? []) {
      const values = valuesOf(splits, measure);
      metrics[measure] = intervalOf(meanOf(values), meansOf(values, drawn));
    }
    // people drawn twice would cover less than they did: only splits are drawn for it
    const coverages = splits.map(({ coverage }) => Float64Array.of(coverage));
    const ofSplits = drawn.map((draw) => draw.map(([split]) => [split, Int32Array.of(0)] as const));
    metrics[`coverage@${mainCutoff}`] = intervalOf(meanOf(coverages), meansOf(coverages, ofSplits));
    return { method: name, isDefault, isBaseline, metrics };
  });
  const best = methods.find(({ isDefault }) => isDefault);
  const others = best ? methods.filter((method) => method !== best) : [];
  const differences = others.map(({ splits }) =>
    valuesOf(best?.splits ?? [], mainMeasure).map((values, split) => {
      const other = splits[split]?.values.get(mainMeasure);
      return values.map((value, person) => value - (other?.[person] ?? 0));
    }),
  );
  const means = differences.map((values) => meansOf(values, drawn));
  const corrected = holm(means.map(bootstrapP));
  const comparisons = others.map(({ name }, at) => ({
    method: name,
    difference: intervalOf(meanOf(differences[at] ?? []), means[at] ?? new Float64Array()),
    p: corrected[at] ?? 1,
  }));
  return { rows, comparisons };
}

const valuesOf = (splits: readonly JudgedSplit[], measure: string) =>
  splits.map(({ values }) => values.get(measure) ?? new Float64Array());

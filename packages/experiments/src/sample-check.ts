import { dimensions, type ExperimentDefinition } from './experiment-definition.js';
import type { OutcomeSums } from './outcome-sums.js';
import { type ArmCount, type SampleRatio, sampleRatio, sampleRatioAlpha } from './sample-ratio.js';

/** The split of the arms somewhere: among all units, among those of a trait, or among those that were heard of. */
export interface SampleCheck extends SampleRatio {
  /** 'all', 'impressions', or a dimension. */
  readonly dimension: string;
  readonly value: string;
  /** By variant, in the order of the definition. */
  readonly units: readonly number[];
}

/**
 * Everybody, every value of every trait (alpha is shared among them: Bonferroni), and, where impressions are sent,
 * those of whom one came back: events of one arm that get lost leave the split of the lists as it was. Every list is
 * shown whatever its arm, so impressions cannot differ by the treatment itself.
 */
export function sampleChecks(
  { variants }: ExperimentDefinition,
  sums: readonly OutcomeSums[],
): readonly SampleCheck[] {
  const units = sums.filter(({ metric }) => metric === -1);
  const check = (
    dimension: string,
    value: string,
    rows: readonly OutcomeSums[],
    count: (row: OutcomeSums) => number,
    alpha: number,
  ): SampleCheck => {
    const counts = variants.map((_, variant) => {
      const row = rows.find((one) => one.variant === variant);
      return row === undefined ? 0 : count(row);
    });
    const arms: ArmCount[] = variants.map(({ weight }, at) => ({ users: counts[at] ?? 0, weight }));
    return { dimension, value, units: counts, ...sampleRatio(arms, alpha) };
  };
  const all = units.filter(({ dimension }) => dimension === 'all');
  const slices = dimensions.flatMap((dimension) =>
    topValues(units, dimension).map((value) => ({ dimension, value })),
  );
  const shared = sampleRatioAlpha / Math.max(1, slices.length);
  const heard = all.reduce((sum, { y }) => sum + y, 0);
  return [
    check('all', '', all, ({ n }) => n, sampleRatioAlpha),
    ...(heard > 0 ? [check('impressions', '', all, ({ y }) => y, sampleRatioAlpha)] : []),
    ...slices.map(({ dimension, value }) => {
      const rows = units.filter((row) => row.dimension === dimension && row.value === value);
      return check(dimension, value, rows, ({ n }) => n, shared);
    }),
  ];
}

/** The values of a dimension with the most units, at most twenty: callers choose the values, and may send many. */
export function topValues(sums: readonly OutcomeSums[], dimension: string): readonly string[] {
  const totals = new Map<string, number>();
  for (const row of sums) {
    if (row.dimension === dimension && row.metric === -1)
      totals.set(row.value, (totals.get(row.value) ?? 0) + row.n);
  }
  return [...totals]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, 20)
    .map(([value]) => value);
}

import { z } from 'zod';
import type { Evaluation } from '../../evaluation/evaluate.js';
import type { SplitName } from '../../evaluation/evaluation-task.js';
import { isKeptMeasure } from './kept-measure.js';
import { modelIntervalSchema } from './model-report.js';

/** What an evaluation of a catalogue on its own events says: kept with its run, and shown to people. */

export const evaluationSplits = [
  'COLD_ITEMS',
  'COLD_USERS',
  'ONBOARDING',
  'TEMPORAL',
  'WARM',
  'OVERALL',
] as const;
export type EvaluationSplit = (typeof evaluationSplits)[number];

export const splitNameOf: Readonly<Record<EvaluationSplit, SplitName>> = {
  COLD_ITEMS: 'cold-items',
  COLD_USERS: 'cold-users',
  ONBOARDING: 'onboarding',
  TEMPORAL: 'temporal',
  WARM: 'warm',
  OVERALL: 'overall',
};

/** One split: every method on the same people, and how far the default is ahead of each, corrected by Holm. */
export const splitEvaluationSchema = z.object({
  seeds: z.array(z.int()),
  /** People who were judged, a seed. */
  people: z.array(z.int()),
  rows: z.array(
    z.object({
      method: z.string(),
      isDefault: z.boolean(),
      isBaseline: z.boolean(),
      /** By name, such as `ndcg@20`, or `k=3/ndcg@20` for people with three events. */
      metrics: z.record(z.string(), modelIntervalSchema),
    }),
  ),
  comparisons: z.array(
    z.object({
      method: z.string(),
      difference: modelIntervalSchema,
      p: z.number(),
    }),
  ),
});
export type SplitEvaluation = z.infer<typeof splitEvaluationSchema>;

/** Without what nobody reads: the parts of a split keep their main measure alone. */
export const splitEvaluation = ({ report, comparisons, people }: Evaluation): SplitEvaluation => ({
  seeds: [...report.seeds],
  people: [...people],
  rows: report.rows.map((row) => ({
    ...row,
    metrics: Object.fromEntries(Object.entries(row.metrics).filter(([measure]) => isKeptMeasure(measure))),
  })),
  comparisons: comparisons.map((comparison) => ({ ...comparison })),
});

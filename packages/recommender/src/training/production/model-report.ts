import { z } from 'zod';

/** What a training says of the model that it made: kept with it, and shown to people. */

export const trainingStages = [
  'COLLECT',
  'CLEAN',
  'NORMALISE',
  'SPLIT',
  'TRAIN',
  'EVALUATE',
  'REGISTER',
] as const;
export type TrainingStage = (typeof trainingStages)[number];

/** Splits that a model is judged on; the gate looks at the first two. */
export const modelSlices = ['COLD_ITEMS', 'COLD_USERS', 'WARM'] as const;
export type ModelSlice = (typeof modelSlices)[number];

const count = z.number().int().min(0);

/** A mean over people with its 95 % interval. */
export const modelIntervalSchema = z.object({ mean: z.number(), low: z.number(), high: z.number() });
export type ModelInterval = z.infer<typeof modelIntervalSchema>;

const measures = z.record(z.string(), modelIntervalSchema);

/** How the new model, the one that served and no model at all did on a slice: the same people, the same split. */
export const sliceMetricsSchema = z.object({
  slice: z.enum(modelSlices),
  people: count,
  /** By name, such as `ndcg@20`, or `k=3/ndcg@20` for people with three events. */
  metrics: measures,
  /** By the parameters of the model that served, trained on the same split; null when none did. */
  active: measures.nullable(),
  /** Without a trained model. */
  untrained: measures,
  /** What could be used in its place, where that was asked for. */
  baselines: z.array(z.object({ method: z.string(), metrics: measures })).default([]),
});
export type SliceMetrics = z.infer<typeof sliceMetricsSchema>;

export const modelMetricsSchema = z.array(sliceMetricsSchema);
export type ModelMetrics = z.infer<typeof modelMetricsSchema>;

export const gateVerdicts = ['PASSED', 'FAILED', 'UNDECIDED'] as const;
export type GateVerdict = (typeof gateVerdicts)[number];

/**
 * Whether a model is no worse than what served when it was trained. UNDECIDED: too few people to tell; such a model
 * becomes active by itself only where none is.
 */
export const modelGateSchema = z.object({
  verdict: z.enum(gateVerdicts),
  metric: z.string(),
  /** The lower end of the difference's interval may be this far below 0. */
  margin: z.number(),
  /** People below which a slice is not judged. */
  leastPeople: count,
  /** The version that it was held against; null: against no model. */
  activeModelId: z.string().nullable(),
  slices: z.array(
    z.object({
      slice: z.enum(modelSlices),
      people: count,
      /** New minus old, paired by person; null when nobody could be judged. */
      difference: modelIntervalSchema.nullable(),
      verdict: z.enum(gateVerdicts),
    }),
  ),
});
export type ModelGate = z.infer<typeof modelGateSchema>;

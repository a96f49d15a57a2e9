import type { EvaluationResult, EvaluationRun, ModelVersion, TrainingRun } from '@kindling/storage';
import type { EvaluationResultObject, EvaluationRunObject } from './evaluation-types.js';
import { modelObject } from './model-types.js';

/** An evaluation by itself, with the splits that are judged so far. */
export const evaluationObject = (
  { data, ...run }: EvaluationRun,
  results: readonly EvaluationResult[],
): EvaluationRunObject => ({
  ...run,
  ofTraining: false,
  stage: null,
  data: data && {
    ...data,
    from: data.from === null ? null : new Date(data.from),
    to: data.to === null ? null : new Date(data.to),
  },
  results: results.map(resultObject),
  slices: [],
  gate: null,
});

const resultObject = ({ split, problem, result }: EvaluationResult): EvaluationResultObject => ({
  split,
  problem,
  seeds: result?.seeds ?? [],
  people: result?.people ?? [],
  rows: (result?.rows ?? []).map(({ metrics, ...row }) => ({
    ...row,
    metrics: Object.entries(metrics).map(([name, value]) => ({ name, value })),
  })),
  comparisons: result?.comparisons ?? [],
});

/** The evaluation that a training run ends with; `made` is its model, once there is one. */
export function trainingEvaluation(run: TrainingRun, made: ModelVersion | null): EvaluationRunObject {
  const model = made && modelObject(made);
  return {
    ...run,
    ofTraining: true,
    splits: ['COLD_ITEMS', 'COLD_USERS', 'WARM'],
    seeds: 1,
    people: null,
    split: null,
    seed: null,
    method: null,
    data: model?.data ?? null,
    results: [],
    slices: model?.metrics ?? [],
    gate: model?.gate ?? null,
    cpuSeconds: model?.cost.cpuSeconds ?? null,
    peakMemoryBytes: model?.cost.peakMemoryBytes ?? null,
  };
}

import { KindlingError } from '@kindling/domain';
import { baselines } from '../../evaluation/baselines.js';
import { mainMeasure } from '../../evaluation/case-measures.js';
import { defaultMethod } from '../../evaluation/default-method.js';
import { type Evaluation, evaluate } from '../../evaluation/evaluate.js';
import type { EvaluationData } from '../../evaluation/evaluation-data.js';
import type { SplitName } from '../../evaluation/evaluation-task.js';
import { trainedMethod } from '../../evaluation/trained-method.js';
import { watchedMethod } from '../../evaluation/watched-method.js';
import type { TrainingParts } from '../../rankers/ranker.js';
import type { TrainModelOptions } from '../train-model.js';
import { isKeptMeasure } from './kept-measure.js';
import { type GatedSlice, judgeGate } from './model-gate.js';
import type { ModelGate, ModelMetrics, ModelSlice, SliceMetrics } from './model-report.js';

const splitOf: Readonly<Record<ModelSlice, SplitName>> = {
  COLD_ITEMS: 'cold-items',
  COLD_USERS: 'cold-users',
  WARM: 'warm',
};
const gated: readonly ModelSlice[] = ['COLD_ITEMS', 'COLD_USERS'];

/** People who are judged on a slice: the time of an evaluation does not grow with the catalogue. */
const sampledPeople = 300;

export interface JudgedModel {
  readonly data: EvaluationData;
  readonly seed: number;
  readonly recipe: TrainModelOptions;
  /** Null: none serves. A null recipe: it cannot be made again, and is held against no model. */
  readonly active: { readonly id: string; readonly recipe: TrainModelOptions | null } | null;
  /** Whether the baseline rankers are judged too. */
  readonly withBaselines: boolean;
}

/**
 * Judges a recipe by what `recommend()` makes of it on events that were held out, beside the recipe of the model that
 * serves and no model, each trained on the same split; then holds it against the gate.
 */
export async function judgeModel(
  { data, seed, recipe, active, withBaselines }: JudgedModel,
  parts: Omit<TrainingParts, 'random' | 'progress'> & { progress(done: number, total: number): void },
): Promise<{ readonly metrics: ModelMetrics; readonly gate: ModelGate }> {
  const rival = active?.recipe ?? null;
  const methods = [
    trainedMethod({ name: 'candidate', recipe, isDefault: true }),
    defaultMethod({ name: 'untrained', isDefault: false }),
    ...(rival === null ? [] : [trainedMethod({ name: 'active', recipe: rival, isDefault: false })]),
    ...(withBaselines ? baselines() : []),
  ];
  const slices = Object.keys(splitOf) as ModelSlice[];
  const metrics: SliceMetrics[] = [];
  const differences: GatedSlice[] = [];
  let finished = 0;
  const watch = (share: number) =>
    parts.progress(Math.round((finished + share) * 100), slices.length * methods.length * 100);
  for (const slice of slices) {
    const evaluation = await judgeSlice({
      data,
      split: splitOf[slice],
      seeds: [seed],
      sample: sampledPeople,
      methods: methods.map((method) =>
        watchedMethod(method, (share) => {
          watch(share);
          if (share === 1) finished++;
        }),
      ),
      parts: { ...parts, progress: () => parts.signal?.throwIfAborted() },
    });
    const people = evaluation?.people[0] ?? 0;
    if (evaluation !== null) metrics.push(sliceMetrics(slice, people, evaluation));
    finished = (slices.indexOf(slice) + 1) * methods.length;
    watch(0);
    if (!gated.includes(slice)) continue;
    const against = rival === null ? 'untrained' : 'active';
    const compared = evaluation?.comparisons.find(({ method }) => method === against);
    differences.push({ slice, people, difference: compared?.difference ?? null });
  }
  const activeModelId = rival === null ? null : (active?.id ?? null);
  return { metrics, gate: judgeGate(differences, { metric: mainMeasure, activeModelId }) };
}

/** Null when the data have nobody whom this split could judge. */
async function judgeSlice(request: Parameters<typeof evaluate>[0]): Promise<Evaluation | null> {
  try {
    return await evaluate(request);
  } catch (error) {
    if (error instanceof KindlingError && error.code === 'BAD_INPUT') return null;
    throw error;
  }
}

function sliceMetrics(slice: ModelSlice, people: number, { report }: Evaluation): SliceMetrics {
  const kept = (row: (typeof report.rows)[number]) =>
    Object.fromEntries(Object.entries(row.metrics).filter(([measure]) => isKeptMeasure(measure)));
  const of = (name: string) => {
    const row = report.rows.find(({ method }) => method === name);
    return row ? kept(row) : null;
  };
  return {
    slice,
    people,
    metrics: of('candidate') ?? {},
    active: of('active'),
    untrained: of('untrained') ?? {},
    baselines: report.rows
      .filter(({ isBaseline }) => isBaseline)
      .map((row) => ({ method: row.method, metrics: kept(row) })),
  };
}

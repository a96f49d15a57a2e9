import { KindlingError, seededRandom } from '@kindling/domain';
import type { EvaluationData } from '../../evaluation/evaluation-data.js';
import { coldItems } from '../../evaluation/splits/cold-items.js';
import { coldUsers } from '../../evaluation/splits/cold-users.js';
import type { TrainingParts } from '../../rankers/ranker.js';
import { type CleanedEvents, type CleaningSettings, cleanEvents } from '../cleaning/clean-events.js';
import type { EventTable } from '../cleaning/event-table.js';
import type { Pairs } from '../cleaning/pair-strengths.js';
import { trainModel } from '../train-model.js';
import type { TrainedModel } from '../trained-model.js';
import type { CatalogueItem, TrainingData } from '../training-data.js';
import { evaluationData, pairsLeft } from './catalogue-data.js';
import { judgeModel } from './judge-model.js';
import { recipeOf } from './model-recipe.js';
import type { ModelGate, ModelMetrics, TrainingStage } from './model-report.js';

export interface ProductionRequest {
  /** Every item that may be recommended; the events speak of them by their index. */
  readonly items: readonly CatalogueItem[];
  readonly events: EventTable;
  readonly cleaning: CleaningSettings;
  /** The model that serves, with its parameters as they are stored; null: none does. */
  readonly active: { readonly id: string; readonly parameters: unknown } | null;
  /** Whether what could be used in the model's place is judged beside it: it takes longer. */
  readonly withBaselines?: boolean;
  /** Of the splits and of everything that is drawn: the same events and seed give the same model. */
  readonly seed: number;
}

export interface ProductionParts extends Omit<TrainingParts, 'random' | 'progress'> {
  /** Steps of a stage that are done, of so many. */
  progress(stage: TrainingStage, done: number, total: number): void;
}

export interface ProducedModel {
  readonly model: TrainedModel;
  readonly metrics: ModelMetrics;
  readonly gate: ModelGate;
  readonly dropped: CleanedEvents['dropped'];
  readonly interactions: number;
  readonly profiles: number;
}

/**
 * From a catalogue's events to a model that has been judged: clean, normalise, split, train, evaluate.
 *
 * Settings are chosen on the events that neither judged slice holds out (no event of a cold item or of a cold person),
 * so nothing is tuned on what the model is judged by; then the model itself is trained with them on everything.
 * Throws a KindlingError BAD_INPUT when nothing is left to train on.
 */
export async function produceModel(
  request: ProductionRequest,
  parts: ProductionParts,
): Promise<ProducedModel> {
  const { items, seed } = request;
  parts.progress('CLEAN', 0, request.events.length);
  const cleaned = cleanEvents(request.events, request.cleaning);
  parts.progress('NORMALISE', 0, cleaned.events.length);
  const pairs = pairsLeft(cleaned);
  parts.signal?.throwIfAborted();

  parts.progress('SPLIT', 0, pairs.item.length);
  const data = evaluationData(items, pairs);
  const forChoosing = shownToChoice(items, data, seed);

  const training: TrainingParts = {
    ...parts,
    random: seededRandom(`training ${seed}`),
    progress: (step, done, total) => {
      const [from, to] = shareOfSteps[step] ?? [0, 0];
      if (to > 0) parts.progress('TRAIN', Math.round(from + ((to - from) * done) / Math.max(1, total)), 100);
    },
  };
  const choice = await trainModel(forChoosing, training);
  const recipe = recipeOf(choice.parameters);
  if (recipe === null) {
    throw new KindlingError('INTERNAL', 'The parameters of a model that was just trained cannot be read.');
  }
  const refit = { ...training, progress: () => parts.signal?.throwIfAborted() };
  const model = await trainModel(trainingData(items, pairs), refit, recipe);
  parts.progress('TRAIN', 100, 100);

  const active = request.active && { id: request.active.id, recipe: recipeOf(request.active.parameters) };
  const judged = await judgeModel(
    { data, seed, recipe, active, withBaselines: request.withBaselines ?? false },
    { ...parts, progress: (done, total) => parts.progress('EVALUATE', done, total) },
  );
  return {
    // the search is part of what there is to say of the model, though it was refitted without one
    model: {
      ...model,
      parameters: {
        ...model.parameters,
        fusionChoice: choice.parameters.fusionChoice,
        validationNdcg: choice.parameters.validationNdcg,
        settingsTried: choice.parameters.settingsTried,
      },
    },
    ...judged,
    dropped: cleaned.dropped,
    interactions: pairs.item.length,
    profiles: pairs.profiles,
  };
}

/** Percent of the work that the steps of `trainModel` are, about; the rest trains the model that is kept. */
const shareOfSteps: Readonly<Record<string, readonly [number, number]>> = {
  choose: [0, 60],
  blend: [60, 90],
};

const trainingData = (items: readonly CatalogueItem[], pairs: Pairs): TrainingData => ({
  items,
  profiles: pairs.profiles,
  interactions: { ...pairs, order: pairs.atMs },
});

/** What both cold splits of that seed leave for training. All of it, where that is nothing: too little to judge by. */
function shownToChoice(items: readonly CatalogueItem[], data: EvaluationData, seed: number): TrainingData {
  const ofUsers = new Set(coldUsers(data, { seed }).train);
  const both = coldItems(data, { seed }).train.filter((event) => ofUsers.has(event));
  const events = both.length > 0 ? both : data.events;
  return {
    items,
    profiles: data.people,
    interactions: {
      profile: Int32Array.from(events, ({ person }) => person),
      item: Int32Array.from(events, ({ item }) => item),
      weight: Float32Array.from(events, ({ weight }) => weight ?? 1),
      order: Float64Array.from(events, ({ atMs }) => atMs ?? 0),
    },
  };
}

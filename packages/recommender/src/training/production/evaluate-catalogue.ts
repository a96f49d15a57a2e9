import { comparedMethods } from '../../evaluation/compared-methods.js';
import { evaluate } from '../../evaluation/evaluate.js';
import type { EvaluationData } from '../../evaluation/evaluation-data.js';
import { watchedMethod } from '../../evaluation/watched-method.js';
import type { TrainingParts } from '../../rankers/ranker.js';
import { type CleanedEvents, type CleaningSettings, cleanEvents } from '../cleaning/clean-events.js';
import type { EventTable } from '../cleaning/event-table.js';
import type { CatalogueItem } from '../training-data.js';
import { evaluationData, pairsLeft } from './catalogue-data.js';
import {
  type EvaluationSplit,
  type SplitEvaluation,
  splitEvaluation,
  splitNameOf,
} from './catalogue-evaluation.js';

export interface JudgedEvents {
  readonly data: EvaluationData;
  readonly dropped: CleanedEvents['dropped'];
}

/** A catalogue's events, cleaned and normalised as for a training; a KindlingError BAD_INPUT where nothing is left. */
export function judgedEvents(
  items: readonly CatalogueItem[],
  events: EventTable,
  cleaning: CleaningSettings,
): JudgedEvents {
  const cleaned = cleanEvents(events, cleaning);
  return { data: evaluationData(items, pairsLeft(cleaned)), dropped: cleaned.dropped };
}

export interface SplitRequest {
  readonly data: EvaluationData;
  readonly split: EvaluationSplit;
  readonly seeds: readonly number[];
  /** Judge at most so many people a seed. */
  readonly people: number;
}

export interface EvaluationStep {
  readonly seed: number;
  readonly method: string;
  /** Of this split's work, 0 to 1: lists that are made, every method and seed alike. */
  readonly share: number;
}

/**
 * One split of a catalogue's own events: the same rows and statistics as the `evaluate` command prints. The default is
 * trained anew for each seed, everything chosen on that seed's training events. A KindlingError BAD_INPUT where the
 * split can judge nobody.
 */
export async function evaluateCatalogue(
  { data, split, seeds, people }: SplitRequest,
  parts: Omit<TrainingParts, 'random' | 'progress'> & { progress(step: EvaluationStep): void },
): Promise<SplitEvaluation> {
  const methods = comparedMethods();
  const rounds = methods.length * (split === 'TEMPORAL' ? 1 : seeds.length);
  const evaluation = await evaluate({
    data,
    split: splitNameOf[split],
    seeds,
    sample: people,
    methods: methods.map((method, at) =>
      watchedMethod(method, (share, seed) =>
        parts.progress({
          seed,
          method: method.name,
          share: (Math.max(0, seeds.indexOf(seed)) * methods.length + at + share) / rounds,
        }),
      ),
    ),
    parts: { ...parts, progress: () => parts.signal?.throwIfAborted() },
  });
  return splitEvaluation(evaluation);
}

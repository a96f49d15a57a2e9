import type { TrainingParts } from '../rankers/ranker.js';
import type { TrainingData } from '../training/training-data.js';
import type { EvaluationCase, EvaluationTask } from './evaluation-task.js';

/** A row of the table: something that ranks the candidates for a history. */
export interface EvaluatedMethod {
  readonly name: string;
  /** What Kindling serves when nobody chooses anything. */
  readonly isDefault: boolean;
  readonly isBaseline: boolean;
  fit(training: TrainingData, task: EvaluationTask, parts: TrainingParts): Promise<FittedMethod>;
}

export interface FittedMethod {
  rank(one: EvaluationCase): Promise<JudgedList>;
}

export interface JudgedList {
  /** Places (from 0, ascending) of the targets among the candidates that are not in the history. */
  readonly ranks: Int32Array;
  /** The first of the list, best first: item indices, at most `shownItems`. */
  readonly shown: Int32Array;
}

/** As far as lists are looked at item by item. */
export const shownItems = 50;

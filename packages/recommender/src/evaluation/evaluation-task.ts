import type { EvaluationData, EvaluationEvent } from './evaluation-data.js';

export const splitNames = [
  'cold-items',
  'cold-users',
  'onboarding',
  'temporal',
  'published',
  'overall',
  'warm',
] as const;
export type SplitName = (typeof splitNames)[number];

/** One split of the data: what training sees, and the cases that are judged. */
export interface EvaluationTask {
  readonly seed: number;
  readonly train: readonly EvaluationEvent[];
  /**
   * Item indices that compete, in an order drawn by the seed: methods break ties by it, so that the order of a file
   * (often the order of popularity) helps nobody.
   */
  readonly candidates: Int32Array;
  readonly cases: readonly EvaluationCase[];
}

export interface EvaluationCase {
  readonly person: number;
  /** '' or the part of the task that is reported by itself, such as 'k=3'. */
  readonly slice: string;
  /** Item indices that the person is known to like, oldest first; none of them competes. */
  readonly history: Int32Array;
  /** Candidates that the person liked and that nobody was told of; at least one. */
  readonly targets: Int32Array;
}

export interface SplitOptions {
  readonly seed: number;
}

/** Says what is wrong with the data for this split by throwing a KindlingError BAD_INPUT. */
export type Splitter = (data: EvaluationData, options: SplitOptions) => EvaluationTask;

import type { Clock, Random } from '@kindling/domain';
import type { MatrixProduct } from '../training/matrix-product.js';
import type { TrainingData } from '../training/training-data.js';

/** One method of scoring items for a history: what training chooses from, and what evaluation compares with. */
export interface Ranker {
  readonly name: string;
  fit(data: TrainingData, parts: TrainingParts): Promise<FittedRanker>;
}

export interface FittedRanker {
  /**
   * out[c] = the score of candidates[c] (indices into the training items), higher is better; comparable within a
   * call only. The history may be of a profile that training never saw.
   */
  score(history: readonly HistoryItem[], candidates: Int32Array, out: Float32Array): void;
}

export interface HistoryItem {
  /** Index into the training items. */
  readonly item: number;
  readonly weight: number;
}

export interface TrainingParts {
  readonly product: MatrixProduct;
  readonly random: Random;
  readonly clock: Clock;
  /** Real counts of a stage's steps. */
  progress(stage: string, done: number, total: number): void;
  /** Checked between steps; training then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

import type { TrainingData } from '../training/training-data.js';

/** What an evaluation runs on: items with their vectors, and who liked what. Nothing here knows of files. */
export interface EvaluationData {
  readonly name: string;
  readonly items: readonly EvaluationItem[];
  /** 0 to people - 1 in the events. */
  readonly people: number;
  /** One a pair of person and item, of any order. */
  readonly events: readonly EvaluationEvent[];
  /** A split that others published; null where there is none. */
  readonly published: {
    readonly train: readonly EvaluationEvent[];
    readonly test: readonly EvaluationEvent[];
  } | null;
}

export type EvaluationItem = Omit<TrainingData['items'][number], 'number'> & {
  /** When it was first on offer, where the data say so; only the temporal split reads it. */
  readonly launchedAtMs: number | null;
};

export interface EvaluationEvent {
  readonly person: number;
  /** Index into the items. */
  readonly item: number;
  /** Milliseconds since 1970; null where the time is not known. */
  readonly atMs: number | null;
  /** Place among the person's events where only their order is known; null where not even that. */
  readonly position: number | null;
  /** How much of a like it is for training, in (0, 1]; 1 where it is not said. Judged is every event alike. */
  readonly weight?: number;
}

/** Old before new. By time, else by position; what says neither keeps its place. */
export const byTime = (a: EvaluationEvent, b: EvaluationEvent): number =>
  (a.atMs ?? a.position ?? 0) - (b.atMs ?? b.position ?? 0);

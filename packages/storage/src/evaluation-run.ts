import { type CatalogueId, catalogueId, type ErrorCode } from '@kindling/domain';
import { type EvaluationSplit, type SplitEvaluation, splitEvaluationSchema } from '@kindling/recommender';
import { z } from 'zod';

/** What an evaluation of a catalogue says, for those who read it from here. */
export { type EvaluationSplit, evaluationSplits, type SplitEvaluation } from '@kindling/recommender';

export const evaluationStatuses = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
export type EvaluationStatus = (typeof evaluationStatuses)[number];

/** What one run may ask for; its time is bounded by the worker that does it. */
export const evaluationLimits = {
  seeds: 10,
  people: { least: 10, most: 2_000, standard: 300 },
} as const;

const count = z.number().int().min(0);
/** The events that were judged on. */
export const evaluationDataSchema = z.object({
  /** First and last event, ISO 8601; null when there were none. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** As they were read, and what each rule of the cleaning left out of them. */
  events: count,
  dropped: z.array(z.object({ rule: z.string(), events: count })),
  /** Pairs of a profile and an item that were left. */
  interactions: count,
  profiles: count,
  items: count,
});
export type EvaluationRunData = z.infer<typeof evaluationDataSchema>;

/** One evaluation of what is served, on the catalogue's own events: what was asked for, and how far it has come. */
export interface EvaluationRun {
  readonly id: string;
  /** The order in which runs were asked for; the key of pages. */
  readonly number: number;
  readonly catalogue: CatalogueId;
  readonly status: EvaluationStatus;
  readonly splits: readonly EvaluationSplit[];
  /** Splits are drawn by the seeds 1 to `seeds`. */
  readonly seeds: number;
  /** At most so many people are judged, a split and seed. */
  readonly people: number;
  /** What is being judged now; null before and after. */
  readonly split: EvaluationSplit | null;
  readonly seed: number | null;
  readonly method: string | null;
  /** Hundredths of a split's work, of so many. */
  readonly done: number;
  readonly total: number;
  /** The fence: what an earlier attempt writes changes nothing. */
  readonly attempt: number;
  /** Times that a worker died or failed over it. */
  readonly faults: number;
  readonly requestedBy: string;
  readonly errorCode: ErrorCode | null;
  readonly error: string | null;
  readonly data: EvaluationRunData | null;
  /** Of the attempt that ended it. */
  readonly cpuSeconds: number | null;
  readonly peakMemoryBytes: number | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** A split that was judged, or why it could not be. */
export interface EvaluationResult {
  readonly split: EvaluationSplit;
  readonly result: SplitEvaluation | null;
  readonly problem: string | null;
}

export interface EvaluationRunRow {
  readonly id: string;
  readonly number: number;
  readonly catalogue_id: string;
  readonly status: EvaluationStatus;
  readonly splits: EvaluationSplit[];
  readonly seeds: number;
  readonly people: number;
  readonly split: EvaluationSplit | null;
  readonly seed: number | null;
  readonly method: string | null;
  readonly done: number;
  readonly total: number;
  readonly attempt: number;
  readonly faults: number;
  readonly requested_by: string;
  readonly error_code: ErrorCode | null;
  readonly error: string | null;
  readonly data: unknown;
  readonly cpu_seconds: number | null;
  readonly peak_memory_bytes: number | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

/** Columns of `evaluation_run` in the form that `evaluationRun` reads. */
export const evaluationRunColumns = `number::float8 AS number, id, catalogue_id, status, splits, seeds, people, split, seed,
  method, done, total, attempt, faults, requested_by, error_code, error, data, cpu_seconds,
  peak_memory_bytes::float8 AS peak_memory_bytes, created_at, started_at, finished_at`;

export const evaluationRun = (row: EvaluationRunRow): EvaluationRun => ({
  id: row.id,
  number: row.number,
  catalogue: catalogueId(row.catalogue_id),
  status: row.status,
  splits: row.splits,
  seeds: row.seeds,
  people: row.people,
  split: row.split,
  seed: row.seed,
  method: row.method,
  done: row.done,
  total: row.total,
  attempt: row.attempt,
  faults: row.faults,
  requestedBy: row.requested_by,
  errorCode: row.error_code,
  error: row.error,
  data: row.data === null ? null : evaluationDataSchema.parse(row.data),
  cpuSeconds: row.cpu_seconds,
  peakMemoryBytes: row.peak_memory_bytes,
  createdAt: row.created_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
});

export interface EvaluationResultRow {
  readonly run_id: string;
  readonly split: EvaluationSplit;
  readonly result: unknown;
  readonly problem: string | null;
}

export const evaluationResult = ({ split, result, problem }: EvaluationResultRow): EvaluationResult => ({
  split,
  result: result === null ? null : splitEvaluationSchema.parse(result),
  problem,
});

import { errorCodes } from '@kindling/domain';
import { evaluationSplits } from '@kindling/storage';
import { z } from 'zod';

/** What an evaluation's process is told, once, when it starts. */
export const evaluationTaskSchema = z.object({
  databaseUrl: z.string(),
  catalogueId: z.string(),
  claim: z.object({ id: z.string(), attempt: z.int() }),
  splits: z.array(z.enum(evaluationSplits)),
  seeds: z.int().min(1),
  people: z.int().min(1),
  /** It gives up when it holds more than this. */
  maximumMemoryMb: z.int().min(1),
});
export type EvaluationTask = z.infer<typeof evaluationTaskSchema>;

const progressSchema = z.object({
  split: z.enum(evaluationSplits).nullable(),
  seed: z.int().nullable(),
  method: z.string().nullable(),
  /** Hundredths of a split. */
  done: z.int().min(0),
});

/** What it says: where it is, and at last how it ended. */
export const evaluationMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), progress: progressSchema }),
  z.object({ kind: z.literal('evaluated'), seconds: z.number(), peakMemoryBytes: z.number() }),
  z.object({
    kind: z.literal('failed'),
    /** Null: a fault that nobody expected. */
    code: z.enum(errorCodes).nullable(),
    message: z.string(),
    stack: z.string().optional(),
  }),
]);
export type EvaluationMessage = z.infer<typeof evaluationMessageSchema>;

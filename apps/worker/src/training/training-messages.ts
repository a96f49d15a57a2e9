import { errorCodes } from '@kindling/domain';
import { trainingStages } from '@kindling/recommender';
import { z } from 'zod';

/** What a training process is told, once, when it starts. */
export const trainingTaskSchema = z.object({
  databaseUrl: z.string(),
  catalogueId: z.string(),
  claim: z.object({ id: z.string(), attempt: z.int() }),
  /** Splits and everything that is drawn follow from it. */
  seed: z.int(),
  /** Whether what could be used in the model's place is judged beside it. */
  baselines: z.boolean(),
  /** Power that a busy core is taken to draw. */
  watts: z.number().positive(),
});
export type TrainingTask = z.infer<typeof trainingTaskSchema>;

const progressSchema = z.object({
  stage: z.enum(trainingStages),
  done: z.int().min(0),
  total: z.int().min(0),
});
export type TrainingProgress = z.infer<typeof progressSchema>;

/** What it says: where it is, and at last how it ended. */
export const trainingMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), progress: progressSchema }),
  z.object({
    kind: z.literal('registered'),
    model: z.object({ id: z.string(), number: z.int(), status: z.string(), verdict: z.string() }),
    seconds: z.number(),
    peakMemoryBytes: z.number(),
  }),
  z.object({
    kind: z.literal('failed'),
    /** Null: a fault that nobody expected. */
    code: z.enum(errorCodes).nullable(),
    message: z.string(),
    stack: z.string().optional(),
  }),
]);
export type TrainingMessage = z.infer<typeof trainingMessageSchema>;

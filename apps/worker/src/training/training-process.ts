import { type DiedProcess, startWorkProcess, type WorkProcess } from '../process/work-process.js';
import {
  type TrainingMessage,
  type TrainingProgress,
  type TrainingTask,
  trainingMessageSchema,
} from './training-messages.js';

type TrainingEnd = Exclude<TrainingMessage, { kind: 'progress' }>;
export type TrainingOutcome = TrainingEnd | DiedProcess;
export type TrainingProcess = WorkProcess<TrainingEnd>;

export const startTrainingProcess = (
  task: TrainingTask,
  onProgress: (progress: TrainingProgress) => void,
): TrainingProcess =>
  startWorkProcess<TrainingMessage>({
    entry: new URL('./process-entry.js', import.meta.url),
    task,
    messages: trainingMessageSchema,
    onProgress: ({ progress }) => onProgress(progress),
  });

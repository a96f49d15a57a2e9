import type { EvaluationProgress } from '@kindling/storage';
import { type DiedProcess, startWorkProcess, type WorkProcess } from '../process/work-process.js';
import {
  type EvaluationMessage,
  type EvaluationTask,
  evaluationMessageSchema,
} from './evaluation-messages.js';

type EvaluationEnd = Exclude<EvaluationMessage, { kind: 'progress' }>;
export type EvaluationOutcome = EvaluationEnd | DiedProcess;

export const startEvaluationProcess = (
  task: EvaluationTask,
  onProgress: (progress: EvaluationProgress) => void,
): WorkProcess<EvaluationEnd> =>
  startWorkProcess<EvaluationMessage>({
    entry: new URL('./process-entry.js', import.meta.url),
    task,
    messages: evaluationMessageSchema,
    onProgress: ({ progress }) => onProgress(progress),
    maximumHeapMb: task.maximumMemoryMb,
  });

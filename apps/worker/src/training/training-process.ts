import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type TrainingMessage,
  type TrainingProgress,
  type TrainingTask,
  trainingMessageSchema,
} from './training-messages.js';

export type TrainingOutcome =
  | Extract<TrainingMessage, { kind: 'registered' | 'failed' }>
  /** It ended without a word: killed by somebody, or for want of memory. */
  | { readonly kind: 'died'; readonly how: string };

export interface TrainingProcess {
  readonly pid: number | undefined;
  readonly ended: Promise<TrainingOutcome>;
  kill(): void;
}

/** The maths runs in a process of its own: it blocks no heartbeat, its memory goes back, and its death is not ours. */
export function startTrainingProcess(
  task: TrainingTask,
  onProgress: (progress: TrainingProgress) => void,
): TrainingProcess {
  const isTypeScript = import.meta.url.endsWith('.ts');
  const entry = new URL(isTypeScript ? './process-entry.ts' : './process-entry.js', import.meta.url);
  const child = fork(fileURLToPath(entry), [], { execArgv: isTypeScript ? typeScriptArguments() : [] });
  const ended = new Promise<TrainingOutcome>((resolve) => {
    let outcome: TrainingOutcome | null = null;
    child.on('message', (raw) => {
      const message = trainingMessageSchema.parse(raw);
      if (message.kind === 'progress') onProgress(message.progress);
      else outcome = message;
    });
    child.on('error', (error) => resolve({ kind: 'died', how: error.message }));
    child.on('exit', (code, signal) =>
      resolve(outcome ?? { kind: 'died', how: signal === null ? `code ${code}` : `signal ${signal}` }),
    );
  });
  child.send(task, () => undefined);
  return { pid: child.pid, ended, kill: () => child.kill('SIGKILL') };
}

/** Run from sources (tests do), the process needs tsx for itself. */
function typeScriptArguments(): string[] {
  // By its file: resolved by name, 'tsx/esm' would give its CommonJS twin.
  const home = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'));
  return ['--conditions=source', '--import', new URL('./dist/esm/index.mjs', home).href];
}

import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { z } from 'zod';

/** A process of its own that does one piece of work: what it says last, or that it said nothing. */
export interface WorkProcess<End> {
  readonly pid: number | undefined;
  readonly ended: Promise<End | DiedProcess>;
  kill(): void;
}

/** It ended without a word: killed by somebody, or for want of memory. */
export interface DiedProcess {
  readonly kind: 'died';
  readonly how: string;
}

export interface WorkOptions<Message extends { readonly kind: string }> {
  /** The script, as it is named when it is built: `new URL('./process-entry.js', import.meta.url)`. */
  readonly entry: URL;
  /** Heard once, when it starts. */
  readonly task: object;
  readonly messages: z.ZodType<Message>;
  readonly onProgress: (message: Extract<Message, { kind: 'progress' }>) => void;
  /** The engine's own heap; what lies outside of it (numbers, mostly) is not counted here. */
  readonly maximumHeapMb?: number;
}

/** Heavy work runs in a process of its own: it blocks no heartbeat, its memory goes back, and its death is not ours. */
export function startWorkProcess<Message extends { readonly kind: string }>({
  entry,
  task,
  messages,
  onProgress,
  maximumHeapMb,
}: WorkOptions<Message>): WorkProcess<Exclude<Message, { kind: 'progress' }>> {
  type Progress = Extract<Message, { kind: 'progress' }>;
  type End = Exclude<Message, { kind: 'progress' }>;
  const isTypeScript = import.meta.url.endsWith('.ts');
  const script = fileURLToPath(isTypeScript ? entry.href.replace(/\.js$/, '.ts') : entry);
  const child = fork(script, [], {
    execArgv: [
      ...(maximumHeapMb === undefined ? [] : [`--max-old-space-size=${maximumHeapMb}`]),
      ...(isTypeScript ? typeScriptArguments() : []),
    ],
  });
  const ended = new Promise<End | DiedProcess>((resolve) => {
    let end: End | null = null;
    child.on('message', (raw) => {
      const message = messages.parse(raw);
      if (message.kind === 'progress') onProgress(message as Progress);
      else end = message as End;
    });
    child.on('error', (error) => resolve({ kind: 'died', how: error.message }));
    child.on('exit', (code, signal) =>
      resolve(end ?? { kind: 'died', how: signal === null ? `code ${code}` : `signal ${signal}` }),
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

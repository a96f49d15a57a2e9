import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type ErrorCode, errorCodes, KindlingError } from '@kindling/domain';
import type { RequestOf, ThreadAnswers, ThreadMessage, ThreadRequest, ThreadStart } from './messages.js';

const isTypeScript = import.meta.url.endsWith('.ts');

/** The index's end of one thread: each request gets its answer, in the order the thread finishes them. */
export class ThreadClient {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 0;
  private failure: KindlingError | null = null;
  private closed = false;

  constructor(start: ThreadStart) {
    this.worker = new Worker(threadEntry(), {
      workerData: start,
      execArgv: isTypeScript ? ['--conditions=source'] : [],
    });
    this.worker.on('message', (message: ThreadMessage) => this.settle(message));
    this.worker.on('error', (cause) => this.fail('A thread of the vector index failed', cause));
    this.worker.on('exit', () => this.fail('A thread of the vector index has ended'));
    // An idle index keeps no process alive; a request under way does.
    this.worker.unref();
  }

  ask<Do extends ThreadRequest['do']>(request: RequestOf<Do>): Promise<ThreadAnswers[Do]> {
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      if (this.waiting.size === 0) this.worker.ref();
      this.waiting.set(id, { resolve: (answer) => resolve(answer as ThreadAnswers[Do]), reject });
      this.worker.postMessage({ id, request });
    });
  }

  /** It ended without having been asked to: what it held is gone. */
  get hasDied(): boolean {
    return this.failure !== null && !this.closed;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.failure ??= new KindlingError('UNAVAILABLE', 'The vector index is closed');
    await this.worker.terminate();
  }

  private settle(message: ThreadMessage): void {
    const request = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (this.waiting.size === 0) this.worker.unref();
    if (!request) return;
    if ('answer' in message) request.resolve(message.answer);
    else request.reject(new KindlingError(errorCode(message.error.code), message.error.message));
  }

  private fail(message: string, cause?: unknown): void {
    this.failure ??= new KindlingError('UNAVAILABLE', message, { cause });
    for (const request of this.waiting.values()) request.reject(this.failure);
    this.waiting.clear();
  }
}

interface Waiting {
  resolve(answer: ThreadAnswers[keyof ThreadAnswers]): void;
  reject(error: Error): void;
}

const errorCode = (code: string): ErrorCode => errorCodes.find((known) => known === code) ?? 'INTERNAL';

/**
 * Run from sources (tests do), a thread needs tsx for itself: Node gives the loaders of the process to no worker's
 * entry file. A line of JavaScript registers tsx, then goes on with the source.
 */
function threadEntry(): URL {
  if (!isTypeScript) return new URL('./shard-thread.js', import.meta.url);
  const source = new URL('./shard-thread.ts', import.meta.url).href;
  // By its file: resolved by name, 'tsx/esm/api' would give its CommonJS twin.
  const tsx = new URL(
    './dist/esm/api/index.mjs',
    pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json')),
  );
  const code = `import { register } from ${JSON.stringify(tsx)}; register(); await import(${JSON.stringify(source)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

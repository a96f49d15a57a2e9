import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type TransferListItem, Worker } from 'node:worker_threads';

/** The thread died before it answered: its work is undone and may be given to another. */
export class ThreadCrashedError extends Error {
  override readonly name = 'ThreadCrashedError';
}

const drainTimeoutMs = 30_000;

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** A worker thread that answers requests one after the other. It keeps the process alive only while it works. */
export class Thread<Request, Response> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onDrained: (() => void)[] = [];
  #nextId = 1;
  #crash: ThreadCrashedError | undefined;

  private constructor(entry: URL, data: unknown) {
    this.#worker = entry.pathname.endsWith('.ts')
      ? new Worker(typeScriptEntry(entry), { workerData: data, execArgv: ['--conditions=source'] })
      : new Worker(entry, { workerData: data });
    this.#worker.on('message', (reply: Reply) => this.#settle(reply));
    this.#worker.on('error', (error) => this.#die(`an encoder thread failed: ${error.message}`));
    this.#worker.on('exit', (code) => this.#die(`an encoder thread stopped with code ${code}`));
  }

  /** Starts the thread and waits for what it says once it is ready: its reply to request 0. */
  static async start<Request, Response, Ready>(
    entry: URL,
    data: unknown,
  ): Promise<{ thread: Thread<Request, Response>; ready: Ready }> {
    const thread = new Thread<Request, Response>(entry, data);
    try {
      const ready = await new Promise<Ready>((resolve, reject) => {
        thread.#waiting.set(0, { resolve, reject });
      });
      return { thread, ready };
    } catch (error) {
      await thread.stop();
      throw error;
    }
  }

  get alive(): boolean {
    return this.#crash === undefined;
  }

  request(message: Request, transfer: readonly TransferListItem[] = []): Promise<Response> {
    if (this.#crash) return Promise.reject(this.#crash);
    const id = this.#nextId++;
    this.#worker.ref();
    return new Promise<Response>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, message }, [...transfer]);
    });
  }

  /**
   * Lets the running requests end first: terminating a thread inside a native inference aborts the whole process
   * (seen with onnxruntime-node 1.30: "terminate called after throwing an instance of 'Napi::Error'"). A thread that
   * does not come back is left alone, where it no longer keeps the process alive.
   */
  async stop(): Promise<void> {
    if (!(await this.#drained())) {
      this.#worker.unref();
      return;
    }
    await this.#worker.terminate();
  }

  #drained(): Promise<boolean> {
    if (this.#waiting.size === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const giveUp = setTimeout(() => resolve(false), drainTimeoutMs);
      this.#onDrained.push(() => {
        clearTimeout(giveUp);
        resolve(true);
      });
    });
  }

  #tellDrained(): void {
    if (this.#waiting.size > 0) return;
    for (const tell of this.#onDrained.splice(0)) tell();
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (reply.error === undefined) waiting?.resolve(reply.value as never);
    else waiting?.reject(new Error(reply.error));
    this.#tellDrained();
  }

  #die(reason: string): void {
    this.#crash ??= new ThreadCrashedError(reason);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#crash);
    this.#waiting.clear();
    this.#tellDrained();
  }
}

/** Node 20 does not give its loaders to a worker's entry file; a tiny JavaScript entry registers tsx, then goes on. */
function typeScriptEntry(entry: URL): URL {
  // By its file: resolving 'tsx/esm/api' from here would give the CommonJS twin, which cannot register itself.
  const home = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'));
  const tsx = new URL('./dist/esm/api/index.mjs', home);
  const code = `import { register } from ${JSON.stringify(tsx)}; register(); await import(${JSON.stringify(entry)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

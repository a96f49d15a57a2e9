import { Worker } from 'node:worker_threads';
import { type CatalogueId, KindlingError } from '@kindling/domain';
import type { ArrivalQuery } from '@kindling/storage';
import type {
  FoldedArrivals,
  LoadedModel,
  ModelAnswers,
  ModelJob,
  ModelReply,
  ModelThreadStart,
} from './model-job.js';
import { threadEntry } from './thread-entry.js';

/**
 * Work on models beside the thread that answers requests, each job in a thread of its own. One load and one fold at a
 * time in the whole process, whatever the number of catalogues: that bounds memory, and a fold delays no swap.
 */
export class ModelThreads {
  private lastLoad: Promise<unknown> = Promise.resolve();
  private lastFold: Promise<unknown> = Promise.resolve();

  constructor(private readonly databaseUrl: string) {}

  /** Rejects with UNAVAILABLE and what is wrong when the artefact is no whole model, and with the signal's reason. */
  load(catalogue: CatalogueId, model: string, signal: AbortSignal): Promise<LoadedModel> {
    const load = this.lastLoad.then(() => this.run({ do: 'load', catalogue, model }, signal));
    this.lastLoad = load.catch(() => {});
    return load;
  }

  /**
   * Lists of the model's items to those that arrived after its training. Null
   * when there are none. Rejects as `load` does.
   */
  fold(
    catalogue: CatalogueId,
    model: string,
    arrivals: ArrivalQuery,
    signal: AbortSignal,
  ): Promise<FoldedArrivals | null> {
    const fold = this.lastFold.then(() => this.run({ do: 'fold', catalogue, model, arrivals }, signal));
    this.lastFold = fold.catch(() => {});
    return fold;
  }

  private async run<Job extends ModelJob>(job: Job, signal: AbortSignal): Promise<ModelAnswers[Job['do']]> {
    signal.throwIfAborted();
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const { entry, execArgv } = threadEntry(new URL('./model-thread.js', import.meta.url));
    const workerData: ModelThreadStart = { databaseUrl: this.databaseUrl, job, stop };
    const worker = new Worker(entry, { workerData, execArgv });
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    // Terminated in the middle of a product, ONNX Runtime would end the whole process: a fold is asked to give up.
    const giveUp = () => (job.do === 'load' ? void worker.terminate() : Atomics.store(stop, 0, 1));
    signal.addEventListener('abort', giveUp);
    try {
      return await replyOf<Job['do']>(worker);
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', giveUp);
      await gone;
    }
  }
}

function replyOf<Do extends keyof ModelAnswers>(worker: Worker): Promise<ModelAnswers[Do]> {
  return new Promise((resolve, reject) => {
    const fail = (problem: string, cause?: unknown) =>
      reject(new KindlingError('UNAVAILABLE', problem, { cause }));
    worker.once('message', (reply: ModelReply) => {
      if ('answer' in reply) resolve(reply.answer as ModelAnswers[Do]);
      else fail(reply.problem);
    });
    worker.once('error', (cause: Error) =>
      fail(`The thread that reads models failed: ${cause.message}`, cause),
    );
    worker.once('exit', () => fail('The thread that reads models ended before it answered.'));
  });
}

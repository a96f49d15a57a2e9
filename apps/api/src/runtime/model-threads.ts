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

/** Old models whose memory may wait for the next collection of the heap. */
const mostUncollected = 2;

/**
 * Work on models beside the thread that answers requests, each job in a thread of its own. One load and one fold at a
 * time in the whole process, whatever the number of catalogues: that bounds memory, and a fold delays no swap.
 */
export class ModelThreads {
  /** Models that were let go and whose memory is not free yet. */
  private uncollected = 0;
  private readonly collected = new FinalizationRegistry<null>(() => {
    this.uncollected--;
  });
  private lastLoad: Promise<unknown> = Promise.resolve();
  private lastFold: Promise<unknown> = Promise.resolve();

  constructor(private readonly databaseUrl: string) {}

  /** Rejects with UNAVAILABLE and what is wrong when the artefact is no whole model, and with the signal's reason. */
  load(catalogue: CatalogueId, model: string, signal: AbortSignal): Promise<LoadedModel> {
    return this.loadInto(false, catalogue, model, signal);
  }

  /**
   * The same for a model that is to serve: its lists lie in shared memory. Of a hundred megabytes that come into a heap,
   * and of those that the old model leaves, the engine would begin to collect the whole heap at once, in the middle of
   * requests (tens of milliseconds of CPU in one list). Shared memory is not counted to any heap, and is freed when one
   * is collected anyway. So that old models cannot pile up until then, a third one is not waited for: beyond
   * `mostUncollected` the next comes into the heap, and has it collected.
   */
  async loadToServe(catalogue: CatalogueId, model: string, signal: AbortSignal): Promise<LoadedModel> {
    return this.loadInto(this.uncollected < mostUncollected, catalogue, model, signal);
  }

  /** Tells of a model of `loadToServe` that serves no more. */
  letGo(model: LoadedModel): void {
    this.uncollected++;
    this.collected.register(model, null);
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

  private loadInto(isShared: boolean, catalogue: CatalogueId, model: string, signal: AbortSignal) {
    const load = this.lastLoad.then(() => this.run({ do: 'load', catalogue, model, isShared }, signal));
    this.lastLoad = load.catch(() => {});
    return load;
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

import type { CatalogueId } from '@kindling/domain';
import { type CollaborativeSource, modelLists } from '@kindling/recommender';
import {
  findModel,
  findPreviousModel,
  type ModelVersion,
  type Pool,
  readModelPointer,
  versionOfArrivals,
} from '@kindling/storage';
import type { Failpoint } from '../failpoint.js';
import type { Log } from '../log.js';
import type { ModelThreads } from './model-threads.js';
import { missingModel, type ServingModel, servingModel, withArrivals } from './serving-model.js';

export interface ModelFollowerParts {
  readonly pool: Pool;
  readonly threads: ModelThreads;
  readonly log: Log;
  readonly fail: Failpoint;
}

/** How a process stands to the active model: for the console and for whoever is on call. */
export interface ModelStatus {
  /** What should serve; null when the catalogue has no model. */
  readonly active: { readonly id: string; readonly number: number } | null;
  /** What does serve here. */
  readonly serving: { readonly id: string; readonly number: number; readonly since: Date } | null;
  readonly isLoading: boolean;
  /** Why the active model does not serve here; null when it does, or is being loaded. */
  readonly problem: string | null;
  /** Items that arrived after the training and have been folded in. */
  readonly foldedItems: number;
}

/** Where the lists of a model come from: it serves, it was read again, it is not kept any more, or there was none. */
export type ModelSource = 'serving' | 'read' | 'missing' | 'none';

interface Loading {
  readonly id: string;
  readonly stop: AbortController;
  done: Promise<void>;
}

interface Failure {
  readonly id: string;
  readonly problem: string;
  readonly attempts: number;
  readonly retryAtMs: number;
}

/** Arrivals that are folded in, the newest: more of them call for another training. */
const mostArrivals = 2_000;
const foldPauseMs = 2_000;
/** A fold reads and parses the whole model: it may take a tenth of one core's time at most. */
const foldShare = 10;
const firstRetryMs = 5_000;
const lastRetryMs = 300_000;

/**
 * Follows the activation of one catalogue's trained model. A new one is loaded beside the old one in a thread, and
 * takes its place in one assignment (`onSwap`): a request sees one or the other. The old one serves while the new one
 * is loaded, and for as long as it cannot be: that is said in `status`, logged, and tried again later and later.
 *
 * The lists hold item numbers, no vectors: they stay right while the catalogue's encoder changes. What arrives later
 * is folded in by the vectors of the encoder that the model was trained with, or by its words: spaces never mix.
 */
export class ModelFollower {
  private serving: ServingModel | null = null;
  private active: ModelVersion | null = null;
  private failure: Failure | null = null;
  private loading: Loading | null = null;
  private foldTimer: NodeJS.Timeout | null = null;
  private folding: Promise<void> | null = null;
  private lastFoldMs = 0;
  private readonly closed = new AbortController();

  constructor(
    private readonly catalogue: CatalogueId,
    private readonly parts: ModelFollowerParts,
    private readonly onSwap: () => void,
  ) {}

  /** The model that serves; null when none does. */
  get current(): { readonly id: string; readonly number: number } | null {
    return this.serving;
  }

  /** What it says of people alike; null where the catalogue has no model. */
  get lists(): CollaborativeSource | null {
    return this.serving?.lists ?? (this.status.problem === null ? null : missingModel);
  }

  /** Those of any model of the catalogue (null: of none), beside the one that serves. */
  async listsOf(
    model: string | null,
    signal: AbortSignal,
  ): Promise<{ readonly lists: CollaborativeSource | null; readonly source: ModelSource }> {
    if (model === null) return { lists: null, source: 'none' };
    if (model === this.serving?.id) return { lists: this.serving.lists, source: 'serving' };
    try {
      const { fusion, served } = await this.parts.threads.load(this.catalogue, model, signal);
      return { lists: modelLists(fusion, [served]), source: 'read' };
    } catch (error) {
      this.parts.log.warn('a former trained model cannot be read', {
        catalogue: this.catalogue,
        model,
        error,
      });
      return { lists: missingModel, source: 'missing' };
    }
  }

  get status(): ModelStatus {
    const { active, serving, loading, failure } = this;
    return {
      active: active && { id: active.id, number: active.number },
      serving: serving && { id: serving.id, number: serving.number, since: serving.since },
      isLoading: loading !== null,
      problem: failure !== null && failure.id === active?.id ? failure.problem : null,
      foldedItems: serving?.foldedItems ?? 0,
    };
  }

  /** Looks at the activation, and begins what is to be done; see `settled`. Rejects when the database does not answer. */
  async follow(): Promise<void> {
    const { modelId } = await readModelPointer(this.parts.pool, this.catalogue);
    if (this.active?.id !== modelId) {
      this.active = modelId === null ? null : await findModel(this.parts.pool, this.catalogue, modelId);
    }
    if (this.closed.signal.aborted) return;
    const { active } = this;
    if (this.loading !== null && this.loading.id !== active?.id) this.loading.stop.abort();
    if (active === null) {
      this.failure = null;
      if (this.serving !== null) this.swap(null);
    } else if (active.id === this.serving?.id) {
      this.failure = null;
      this.considerArrivals();
    } else if (this.failure?.id !== active.id || Date.now() >= this.failure.retryAtMs) {
      this.begin(active);
    }
  }

  /** Resolves when what `follow` began is over, well or not. */
  async settled(): Promise<void> {
    while (this.loading !== null) await this.loading.done;
  }

  async close(): Promise<void> {
    this.closed.abort(new Error('The catalogue is closed.'));
    if (this.foldTimer) clearTimeout(this.foldTimer);
    this.loading?.stop.abort();
    await this.settled();
    await this.folding;
  }

  private begin(active: ModelVersion): void {
    if (this.loading?.id === active.id) return;
    const before = this.loading?.done;
    const loading: Loading = { id: active.id, stop: new AbortController(), done: Promise.resolve() };
    loading.done = (async () => {
      await before;
      await this.load(active, loading.stop.signal);
      if (this.loading === loading) this.loading = null;
    })();
    this.loading = loading;
  }

  private async load(active: ModelVersion, signal: AbortSignal): Promise<void> {
    const { threads, log, fail } = this.parts;
    try {
      const loaded = await threads.loadToServe(this.catalogue, active.id, signal);
      if (signal.aborted) return;
      fail('model.loaded');
      this.swap(servingModel(active, loaded));
      this.failure = null;
      log.info('a trained model serves', {
        catalogue: this.catalogue,
        model: active.id,
        number: active.number,
      });
    } catch (error) {
      if (signal.aborted) return;
      const attempts = this.failure?.id === active.id ? this.failure.attempts + 1 : 1;
      const problem = error instanceof Error ? error.message : String(error);
      const retryAtMs = Date.now() + Math.min(lastRetryMs, firstRetryMs * 2 ** (attempts - 1));
      this.failure = { id: active.id, problem, attempts, retryAtMs };
      if (this.serving === null) await this.loadPrevious(signal);
      log.error('the active trained model cannot be loaded', {
        catalogue: this.catalogue,
        model: active.id,
        serving: this.serving?.id ?? null,
        attempts,
        error,
      });
    }
  }

  /** A process that starts has no old model in memory: the one that served before is better than none. */
  private async loadPrevious(signal: AbortSignal): Promise<void> {
    const { pool, threads, log } = this.parts;
    try {
      const previous = await findPreviousModel(pool, this.catalogue);
      const loaded = previous && (await threads.loadToServe(this.catalogue, previous.id, signal));
      this.swap(previous && loaded && servingModel(previous, loaded));
    } catch (error) {
      if (signal.aborted) return;
      this.swap(null);
      log.error('the trained model before the active one cannot be loaded, either', {
        catalogue: this.catalogue,
        error,
      });
    }
  }

  private swap(serving: ServingModel | null): void {
    const before = this.serving?.loaded;
    this.serving = serving;
    if (before !== undefined && before !== serving?.loaded) this.parts.threads.letGo(before);
    this.onSwap();
  }

  /** Many items arrive at once: they are waited for, and folded in together. */
  private considerArrivals(): void {
    if (this.foldTimer !== null || this.folding !== null) return;
    const pauseMs = Math.max(foldPauseMs, this.lastFoldMs * foldShare);
    this.foldTimer = setTimeout(() => {
      this.foldTimer = null;
      this.folding = this.fold().finally(() => {
        this.folding = null;
      });
    }, pauseMs);
    this.foldTimer.unref();
  }

  private async fold(): Promise<void> {
    const { pool, threads, log } = this.parts;
    const { serving, catalogue } = this;
    const { signal } = this.closed;
    if (serving === null) return;
    const begun = performance.now();
    try {
      const query = {
        after: serving.newestItem,
        since: serving.arrivalsSince,
        encoderModel: serving.encoderModel,
        limit: mostArrivals,
      };
      const foldedVersion = await versionOfArrivals(pool, catalogue, query);
      if (foldedVersion === serving.foldedVersion) return;
      const folded = await threads.fold(catalogue, serving.id, query, signal);
      this.lastFoldMs = performance.now() - begun;
      // The swap was quicker: the new model may know them, and if not, they are folded into it.
      if (this.serving !== serving) return;
      this.swap(withArrivals(serving, folded, foldedVersion));
    } catch (error) {
      if (signal.aborted) return;
      this.lastFoldMs = Math.max(firstRetryMs, performance.now() - begun);
      log.warn('items that arrived after the training are not folded in', {
        catalogue,
        model: serving.id,
        error,
      });
    }
  }
}

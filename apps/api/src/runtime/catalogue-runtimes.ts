import { type CatalogueId, KindlingError } from '@kindling/domain';
import { type ChangeListener, listCatalogues, listenForChanges, readSignatures } from '@kindling/storage';
import { CatalogueRuntime, type RuntimeParts } from './catalogue-runtime.js';

export interface RuntimesOptions {
  readonly databaseUrl: string;
  /** Catalogues in memory at once; the one that was not asked for the longest makes room. */
  readonly maximum: number;
}

/** A caller waits this long for a catalogue that is being loaded. */
const loadingPatienceMs = 15_000;
const refreshAnywayMs = 5_000;

/** The catalogues that this process holds in memory, each started when it is first asked for. */
export class CatalogueRuntimes {
  /** In order of use, the last used at the end. */
  private readonly runtimes = new Map<CatalogueId, CatalogueRuntime>();
  private readonly listener: ChangeListener;
  private readonly seen = new WeakMap<
    CatalogueRuntime,
    { readonly signature: string; readonly at: number }
  >();
  private looking = false;

  constructor(
    private readonly parts: RuntimeParts,
    private readonly options: RuntimesOptions,
  ) {
    this.listener = listenForChanges(
      options.databaseUrl,
      (catalogue) => {
        if (catalogue === null) void this.lookAtAll();
        else
          void this.runtimes
            .get(catalogue)
            ?.refresh()
            .catch(() => {});
      },
      { onError: (error) => parts.log.warn('notifications broke, polling goes on', { error }) },
    );
  }

  /** Refreshes the catalogues that have changed, and every one now and then, whatever its signature says. */
  private async lookAtAll(): Promise<void> {
    if (this.looking || this.runtimes.size === 0) return;
    this.looking = true;
    try {
      const signatures = await readSignatures(this.parts.pool, [...this.runtimes.keys()]);
      const now = Date.now();
      for (const [id, runtime] of this.runtimes) {
        const seen = this.seen.get(runtime);
        const signature = signatures.get(id) ?? '';
        if (seen?.signature === signature && now - seen.at < refreshAnywayMs) continue;
        this.seen.set(runtime, { signature, at: now });
        void runtime.refresh().catch(() => {});
      }
    } catch (error) {
      this.parts.log.warn('changes could not be looked for', { error });
    } finally {
      this.looking = false;
    }
  }

  /** Loads what is there already, as many as fit, so that the first request need not wait. */
  async preload(): Promise<void> {
    const catalogues = await listCatalogues(this.parts.pool);
    for (const { id } of catalogues.slice(-this.options.maximum)) {
      await this.runtimeOf(id).ready.catch((error: unknown) =>
        this.parts.log.error('a catalogue could not be loaded', { catalogue: id, error }),
      );
    }
  }

  /** The runtime, loaded. Rejects with UNAVAILABLE when loading takes longer than a caller should wait. */
  async get(catalogue: CatalogueId): Promise<CatalogueRuntime> {
    const runtime = this.runtimeOf(catalogue);
    if (runtime.isLoaded) return runtime;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(
            new KindlingError('UNAVAILABLE', 'The catalogue is being loaded: try again', {
              retryAfterMs: 2_000,
            }),
          ),
        loadingPatienceMs,
      );
    });
    try {
      await Promise.race([runtime.ready, late]);
    } catch (error) {
      // A runtime that never loaded is thrown away, so that the next request tries afresh.
      if (!runtime.isLoaded && runtime.lastProblem !== null) await this.drop(catalogue);
      if (error instanceof KindlingError) throw error;
      throw new KindlingError('UNAVAILABLE', 'The catalogue cannot be loaded at the moment: try again', {
        retryAfterMs: 2_000,
        cause: error,
      });
    } finally {
      clearTimeout(timer);
    }
    return runtime;
  }

  /** The runtime if it is in memory. */
  peek(catalogue: CatalogueId): CatalogueRuntime | undefined {
    return this.runtimes.get(catalogue);
  }

  async close(): Promise<void> {
    await this.listener.close();
    for (const runtime of this.runtimes.values()) await runtime.close();
  }

  private runtimeOf(catalogue: CatalogueId): CatalogueRuntime {
    const known = this.runtimes.get(catalogue);
    if (known) {
      this.runtimes.delete(catalogue);
      this.runtimes.set(catalogue, known);
      return known;
    }
    const runtime = new CatalogueRuntime(catalogue, this.parts);
    this.runtimes.set(catalogue, runtime);
    if (this.runtimes.size > this.options.maximum) {
      const [oldest] = this.runtimes.keys();
      if (oldest !== undefined) void this.drop(oldest);
    }
    return runtime;
  }

  private async drop(catalogue: CatalogueId): Promise<void> {
    const runtime = this.runtimes.get(catalogue);
    this.runtimes.delete(catalogue);
    await runtime?.evict();
  }
}

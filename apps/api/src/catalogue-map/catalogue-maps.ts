import { Worker } from 'node:worker_threads';
import { type CatalogueId, KindlingError, type ModelId } from '@kindling/domain';
import type { Log } from '../log.js';
import { threadEntry } from '../runtime/thread-entry.js';
import type { FinishedMap, MapJob, MapMessage } from './map-job.js';

export interface MapParts {
  readonly databaseUrl: string;
  /** Numbers of the newest changes of a catalogue's items, and of its vectors of a model. */
  readonly newestChanges: (
    catalogue: CatalogueId,
    model: ModelId,
  ) => Promise<{ readonly items: number; readonly vectors: number }>;
  readonly log: Log;
}

/** One catalogue's map as this process has it. */
export interface CatalogueMap {
  readonly model: ModelId;
  /** What was drawn last; null before the first time. */
  finished: FinishedMap | null;
  /** Vectors, while it is drawn for the first time. */
  done: number;
  total: number;
}

/** Maps in memory at once, some 3 MB each at 100,000 items. */
const mostMaps = 8;
/** One that failed is drawn again after this, not at every look. */
const restMs = 10_000;
const hourMs = 3_600_000;

/**
 * The maps of catalogues that somebody looks at. The plane is kept in the database, the last picture in this process; a
 * thread draws it anew when something has changed since, one catalogue at a time, so requests are not held up.
 */
export class CatalogueMaps {
  /** In order of use, the last used at the end. */
  private readonly maps = new Map<CatalogueId, CatalogueMap>();
  private readonly drawing = new Map<CatalogueId, Promise<void>>();
  private readonly failed = new Map<CatalogueId, number>();
  private last: Promise<void> = Promise.resolve();
  private readonly threads = new Set<Worker>();
  private closed = false;

  constructor(private readonly parts: MapParts) {}

  /**
   * What was drawn last. When something has changed since, it is being drawn anew when this resolves; it waits for
   * nothing of that. Rejects with UNAVAILABLE for a while after drawing failed.
   */
  async look(catalogue: CatalogueId, model: ModelId, atMs: number): Promise<CatalogueMap> {
    const newest = await this.parts.newestChanges(catalogue, model);
    const map = this.mapOf(catalogue, model);
    const restLeftMs = (this.failed.get(catalogue) ?? -restMs) + restMs - performance.now();
    if (restLeftMs > 0) {
      throw new KindlingError(
        'UNAVAILABLE',
        'The map could not be drawn: the log of the API says why. Try again',
        {
          retryAfterMs: Math.ceil(restLeftMs),
        },
      );
    }
    const { finished } = map;
    const holds =
      finished !== null &&
      finished.places.upTo >= newest.vectors &&
      finished.itemsUpTo >= newest.items &&
      Math.floor(finished.atMs / hourMs) === Math.floor(atMs / hourMs);
    if (!holds && !this.drawing.has(catalogue)) this.start(catalogue, map, atMs);
    return map;
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const thread of this.threads) await thread.terminate();
    await Promise.allSettled(this.drawing.values());
  }

  private mapOf(catalogue: CatalogueId, model: ModelId): CatalogueMap {
    const known = this.maps.get(catalogue);
    const map = known?.model === model ? known : { model, finished: null, done: 0, total: 0 };
    this.maps.delete(catalogue);
    this.maps.set(catalogue, map);
    const [oldest] = this.maps.keys();
    if (this.maps.size > mostMaps && oldest !== undefined) this.maps.delete(oldest);
    return map;
  }

  private start(catalogue: CatalogueId, map: CatalogueMap, atMs: number): void {
    const work = this.last.then(() => this.draw(catalogue, map, atMs));
    const settled = work
      .then(
        () => void this.failed.delete(catalogue),
        (error: unknown) => {
          this.failed.set(catalogue, performance.now());
          this.parts.log.warn('a map was not drawn', { catalogue, error });
        },
      )
      .finally(() => this.drawing.delete(catalogue));
    this.drawing.set(catalogue, settled);
    this.last = settled;
  }

  private draw(catalogue: CatalogueId, map: CatalogueMap, atMs: number): Promise<void> {
    if (this.closed) return Promise.resolve();
    const workerData: MapJob = {
      databaseUrl: this.parts.databaseUrl,
      catalogue,
      model: map.model,
      known: map.finished?.places ?? null,
      atMs,
    };
    const { entry, execArgv } = threadEntry(new URL('./map-thread.js', import.meta.url));
    const thread = new Worker(entry, { workerData, execArgv });
    this.threads.add(thread);
    return new Promise<void>((resolve, reject) => {
      thread.on('message', (message: MapMessage) => {
        if ('problem' in message) reject(new Error(message.problem));
        else if ('finished' in message) map.finished = message.finished;
        else Object.assign(map, message);
      });
      thread.once('error', reject);
      thread.once('exit', () => {
        this.threads.delete(thread);
        resolve();
      });
    });
  }
}

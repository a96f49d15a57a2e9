import { Worker } from 'node:worker_threads';
import { type CatalogueId, KindlingError, type ModelId } from '@kindling/domain';
import type { Log } from '../log.js';
import { threadEntry } from '../runtime/thread-entry.js';
import { DrawnMap } from './drawn-map.js';
import type { MapJob, MapMessage } from './map-job.js';

export interface MapParts {
  readonly databaseUrl: string;
  /** Number of the newest change of a catalogue's vectors of a model. */
  readonly newestChange: (catalogue: CatalogueId, model: ModelId) => Promise<number>;
  readonly log: Log;
}

/** Maps in memory at once, some 10 MB each at 100,000 items. */
const mostMaps = 8;
/** One that failed is drawn again after this, not at every look. */
const restMs = 10_000;

/**
 * The maps of catalogues that somebody looks at. The plane is kept in the database, the points in this process; a
 * thread draws what has changed since somebody looked last, one catalogue at a time, so requests are not held up.
 */
export class CatalogueMaps {
  /** In order of use, the last used at the end. */
  private readonly maps = new Map<CatalogueId, DrawnMap>();
  private readonly drawing = new Map<CatalogueId, Promise<void>>();
  private readonly failed = new Map<CatalogueId, number>();
  private last: Promise<void> = Promise.resolve();
  private readonly threads = new Set<Worker>();
  private closed = false;

  constructor(private readonly parts: MapParts) {}

  /**
   * What is drawn of it so far. What is missing is being drawn when this resolves; it waits for nothing of that.
   * Rejects with UNAVAILABLE for a while after drawing failed.
   */
  async look(catalogue: CatalogueId, model: ModelId): Promise<DrawnMap> {
    const newest = await this.parts.newestChange(catalogue, model);
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
    if ((!map.isComplete || newest > map.upTo) && !this.drawing.has(catalogue)) this.start(catalogue, map);
    return map;
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const thread of this.threads) await thread.terminate();
    await Promise.allSettled(this.drawing.values());
  }

  private mapOf(catalogue: CatalogueId, model: ModelId): DrawnMap {
    const known = this.maps.get(catalogue);
    const map = known?.model === model ? known : new DrawnMap(model);
    this.maps.delete(catalogue);
    this.maps.set(catalogue, map);
    const [oldest] = this.maps.keys();
    if (this.maps.size > mostMaps && oldest !== undefined) this.maps.delete(oldest);
    return map;
  }

  private start(catalogue: CatalogueId, map: DrawnMap): void {
    const work = this.last.then(() => this.draw(catalogue, map));
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

  private draw(catalogue: CatalogueId, map: DrawnMap): Promise<void> {
    if (this.closed) return Promise.resolve();
    const { model, planeVersion, upTo: after } = map;
    const workerData: MapJob = {
      databaseUrl: this.parts.databaseUrl,
      catalogue,
      model,
      // what broke off in the middle begins anew
      ...(map.isComplete ? { planeVersion, after } : { planeVersion: null, after: 0 }),
    };
    const { entry, execArgv } = threadEntry(new URL('./map-thread.js', import.meta.url));
    const thread = new Worker(entry, { workerData, execArgv });
    this.threads.add(thread);
    return new Promise<void>((resolve, reject) => {
      thread.on('message', (message: MapMessage) => {
        if ('problem' in message) reject(new Error(message.problem));
        else map.apply(message);
      });
      thread.once('error', reject);
      thread.once('exit', () => {
        this.threads.delete(thread);
        resolve();
      });
    });
  }
}

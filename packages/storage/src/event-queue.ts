import type { CatalogueId } from '@kindling/domain';
import type { Pool } from './database.js';
import { insertEvents, type StorableEvent, tooManyEvents } from './event-store.js';

export interface EventQueueOptions {
  /** Waiting events of all catalogues together; more are refused with RATE_LIMITED. */
  readonly maximumWaiting?: number;
  /** Events in one transaction. */
  readonly maximumGroup?: number;
  /** Transactions at once, of all catalogues together. */
  readonly concurrency?: number;
  /** How long a transaction waits for company when nothing else is under way. */
  readonly gatherMs?: number;
  /** Failpoint: runs after the commit, before anybody is told. */
  readonly onCommitted?: () => Promise<void> | void;
}

/** Of the events of one call: the places of those that were new, and of those that cannot be stored at all. */
export interface StoredBatch {
  readonly accepted: number;
  readonly duplicates: number;
  /** Indexes into the batch, with Postgres's reason. */
  readonly unstorable: readonly { readonly index: number; readonly reason: string }[];
}

interface Waiting {
  readonly catalogue: CatalogueId;
  readonly segmentAttribute: string | null;
  readonly events: readonly StorableEvent[];
  resolve(batch: StoredBatch): void;
  reject(error: unknown): void;
}

/**
 * Puts the batches of concurrent calls into common transactions: a commit waits for the disk, and a hundred calls
 * can wait for the same one. `store` resolves after the commit, never before.
 */
export class EventQueue {
  private readonly options: Required<EventQueueOptions>;
  private readonly waiting: Waiting[] = [];
  private waitingEvents = 0;
  private running = 0;
  private timer: NodeJS.Timeout | undefined;
  private idle: (() => void)[] = [];

  constructor(
    private readonly pool: Pool,
    options: EventQueueOptions = {},
  ) {
    this.options = {
      maximumWaiting: 50_000,
      maximumGroup: 4_000,
      concurrency: 2,
      gatherMs: 2,
      onCommitted: () => {},
      ...options,
    };
  }

  store(
    catalogue: CatalogueId,
    segmentAttribute: string | null,
    events: readonly StorableEvent[],
  ): Promise<StoredBatch> {
    if (events.length === 0) return Promise.resolve({ accepted: 0, duplicates: 0, unstorable: [] });
    if (this.waitingEvents + events.length > this.options.maximumWaiting)
      return Promise.reject(tooManyEvents(1_000));
    this.waitingEvents += events.length;
    return new Promise((resolve, reject) => {
      this.waiting.push({ catalogue, segmentAttribute, events, resolve, reject });
      if (this.waitingEvents >= this.options.maximumGroup) this.pump();
      else this.timer ??= setTimeout(() => this.pump(), this.options.gatherMs);
    });
  }

  /** Resolves when nothing waits and nothing runs. */
  drain(): Promise<void> {
    if (this.running === 0 && this.waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.idle.push(resolve));
  }

  private pump(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    while (this.running < this.options.concurrency && this.waiting.length > 0) {
      const group = this.takeGroup();
      this.running += 1;
      void this.run(group).finally(() => {
        this.running -= 1;
        if (this.waiting.length > 0) this.pump();
        else if (this.running === 0) for (const wake of this.idle.splice(0)) wake();
      });
    }
  }

  /** Batches of the catalogue that has waited longest, up to the size of a transaction. */
  private takeGroup(): Waiting[] {
    const first = this.waiting[0];
    const group: Waiting[] = [];
    let size = 0;
    for (let index = 0; index < this.waiting.length; ) {
      const batch = this.waiting[index];
      if (!batch || (size > 0 && size + batch.events.length > this.options.maximumGroup)) break;
      if (batch.catalogue !== first?.catalogue) {
        index += 1;
        continue;
      }
      this.waiting.splice(index, 1);
      group.push(batch);
      size += batch.events.length;
    }
    return group;
  }

  private async run(group: readonly Waiting[]): Promise<void> {
    const [first] = group;
    if (!first) return;
    try {
      const outcome = await storeGroup(
        this.pool,
        first.catalogue,
        first.segmentAttribute,
        group.map((batch) => batch.events),
      );
      await this.options.onCommitted();
      group.forEach((batch, index) => {
        const stored = outcome[index];
        if (stored) batch.resolve(stored);
      });
    } catch (error) {
      for (const batch of group) batch.reject(error);
    } finally {
      for (const batch of group) this.waitingEvents -= batch.events.length;
    }
  }
}

/** Of equal ids in several batches of a group the first is taken, as if the batches had come one by one. */
async function storeGroup(
  pool: Pool,
  catalogue: CatalogueId,
  segmentAttribute: string | null,
  batches: readonly (readonly StorableEvent[])[],
): Promise<readonly StoredBatch[]> {
  const distinct = new Map<string, StorableEvent>();
  for (const batch of batches)
    for (const event of batch) if (!distinct.has(event.id)) distinct.set(event.id, event);
  const { stored, unstorable } = await storeOrBisect(pool, catalogue, segmentAttribute, [
    ...distinct.values(),
  ]);
  const unclaimed = new Set(stored);
  return batches.map((batch) => {
    let accepted = 0;
    const refused: { index: number; reason: string }[] = [];
    batch.forEach((event, index) => {
      const reason = unstorable.get(event.id);
      if (reason !== undefined) refused.push({ index, reason });
      else if (unclaimed.delete(event.id)) accepted += 1;
    });
    return { accepted, duplicates: batch.length - accepted - refused.length, unstorable: refused };
  });
}

/** Postgres may refuse a value that passed our checks: halving finds it, and it does not take others with it. */
async function storeOrBisect(
  pool: Pool,
  catalogue: CatalogueId,
  segmentAttribute: string | null,
  events: readonly StorableEvent[],
): Promise<{ readonly stored: readonly string[]; readonly unstorable: ReadonlyMap<string, string> }> {
  try {
    return {
      stored: [...(await insertEvents(pool, catalogue, events, segmentAttribute))],
      unstorable: new Map(),
    };
  } catch (error) {
    if (!isDataError(error)) throw error;
    const [only] = events;
    if (events.length === 1 && only) return { stored: [], unstorable: new Map([[only.id, error.message]]) };
    const middle = events.length >> 1;
    const left = await storeOrBisect(pool, catalogue, segmentAttribute, events.slice(0, middle));
    const right = await storeOrBisect(pool, catalogue, segmentAttribute, events.slice(middle));
    return {
      stored: [...left.stored, ...right.stored],
      unstorable: new Map([...left.unstorable, ...right.unstorable]),
    };
  }
}

/** SQLSTATE class 22: the value itself is the problem. */
const isDataError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('22');

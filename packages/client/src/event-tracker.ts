import type { KindlingClient } from './client.js';
import { RequestError } from './request-error.js';
import type { EventInput, RowError } from './types.js';

export interface EventTrackerOptions {
  readonly client: Pick<KindlingClient, 'trackEvents'>;
  /** How long an event waits for company. */
  readonly gatherMs?: number;
  /** Events of one call; the API takes 1,000. */
  readonly maximumBatch?: number;
  /** Events that wait while the API is away; beyond it the oldest are given up, and told. */
  readonly maximumWaiting?: number;
  readonly firstRetryMs?: number;
  readonly maximumRetryMs?: number;
  /** Events that will never be stored: refused by the API, or given up. */
  readonly onLost?: (event: EventInput, why: RowError | RequestError) => void;
  readonly random?: () => number;
}

/** An event as it happens: id and time are put in when they are missing. */
export type NewEvent = Omit<EventInput, 'id'> & { readonly id?: string };

/**
 * Sends events in batches, again and again until the API has them. The id is given when the event happens, so an
 * event that is sent twice counts once; the time is, too, so a late batch tells the truth.
 */
export class EventTracker {
  private readonly waiting: EventInput[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sending: Promise<void> | undefined;
  private failures = 0;
  private readonly options: Required<EventTrackerOptions>;

  constructor(options: EventTrackerOptions) {
    this.options = {
      gatherMs: 1_000,
      maximumBatch: 200,
      maximumWaiting: 5_000,
      firstRetryMs: 500,
      maximumRetryMs: 60_000,
      onLost: () => {},
      random: Math.random,
      ...options,
    };
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  track(event: NewEvent): void {
    this.waiting.push({ id: crypto.randomUUID(), occurredAt: new Date().toISOString(), ...event });
    if (this.waiting.length > this.options.maximumWaiting) {
      const oldest = this.waiting.shift();
      if (oldest)
        this.options.onLost(oldest, new RequestError('TOO_LARGE', 'too many events wait to be sent'));
    }
    this.schedule(this.waiting.length >= this.options.maximumBatch ? 0 : this.options.gatherMs);
  }

  /** Tries to send all that waits, now. Resolves when it is sent, or when a try has failed (the next is planned). */
  flush(options: { readonly keepalive?: boolean } = {}): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sending ??= this.sendAll(options.keepalive ?? false).finally(() => {
      this.sending = undefined;
      if (this.waiting.length > 0) this.schedule(this.retryDelay());
    });
    return this.sending;
  }

  /** In a browser: sends what waits when the page goes away. Returns how to stop. */
  flushOnPageHide(target: Pick<Window, 'addEventListener' | 'removeEventListener'>): () => void {
    const flush = () => void this.flush({ keepalive: true });
    target.addEventListener('pagehide', flush);
    return () => target.removeEventListener('pagehide', flush);
  }

  private schedule(delayMs: number): void {
    if (this.timer !== undefined || this.sending !== undefined) return;
    this.timer = setTimeout(() => void this.flush(), delayMs);
  }

  private async sendAll(keepalive: boolean): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, this.options.maximumBatch);
      try {
        const { rejected } = await this.options.client.trackEvents({ events: batch }, { keepalive });
        for (const row of rejected) {
          const event = batch[row.index];
          if (event) this.options.onLost(event, row);
        }
      } catch (error) {
        if (error instanceof RequestError && !error.isTemporary) {
          // The same call can never succeed: these are lost, those after them are not.
          for (const event of batch) this.options.onLost(event, error);
        } else {
          this.failures += 1;
          this.retryAfterMs = error instanceof RequestError ? error.details.retryAfterMs : undefined;
          return;
        }
      }
      this.failures = 0;
      this.retryAfterMs = undefined;
      // By identity: while the batch was under way, old ones may have been given up and new ones come.
      const done = new Set(batch);
      this.waiting.splice(0, this.waiting.length, ...this.waiting.filter((event) => !done.has(event)));
    }
  }

  private retryAfterMs: number | undefined;

  /** Doubling, with jitter so that the clients of a site do not come back together; never before Retry-After. */
  private retryDelay(): number {
    if (this.failures === 0) return this.options.gatherMs;
    const { firstRetryMs, maximumRetryMs, random } = this.options;
    const backoff = Math.min(maximumRetryMs, firstRetryMs * 2 ** (this.failures - 1));
    return Math.max(this.retryAfterMs ?? 0, backoff * (0.5 + random() / 2));
  }
}

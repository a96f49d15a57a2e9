/** Where blocks of the budget come from: one place for all processes (Postgres), which never grants beyond `limit`. */
export interface BudgetSource {
  /** Resolves with the impressions granted, 0..wanted. A grant whose answer is lost counts as spent. */
  reserve(request: {
    readonly placement: string;
    /** UTC, YYYY-MM-DD. */
    readonly day: string;
    readonly wanted: number;
    readonly limit: number;
  }): Promise<number>;
  giveBack(grant: {
    readonly placement: string;
    readonly day: string;
    readonly impressions: number;
  }): Promise<void>;
}

export interface BudgetRequest {
  readonly placement: string;
  readonly atMs: number;
  readonly impressionsPerDay: number;
}

interface Lease {
  day: string;
  left: number;
  usedAtMs: number;
  reserving: Promise<void> | null;
  /** Not asked again before: the day's part was used up, or the source failed. */
  pauseUntilMs: number;
}

const dayMs = 86_400_000;
const idleMs = 60_000;
const pauseMs = 5_000;
const dayOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 10);

/**
 * The budget of impressions as one process spends it: from blocks in memory, so a request waits for nobody. All
 * processes together never show more than the budget of a placement and UTC day: a block is committed at the source
 * before the first impression of it is spent. A process that dies takes its unspent block along, until the day is over.
 */
export class BudgetLease {
  readonly #leases = new Map<string, Lease>();

  constructor(private readonly source: BudgetSource) {}

  /** Impressions at hand. Asks for another block in the background when they run low. */
  available({ placement, atMs, impressionsPerDay }: BudgetRequest): number {
    const lease = this.#leaseOf(placement, atMs);
    lease.usedAtMs = atMs;
    const block = blockOf(impressionsPerDay);
    if (lease.left * 2 <= block && lease.reserving === null && atMs >= lease.pauseUntilMs) {
      lease.reserving = this.#reserve(lease, { placement, atMs, impressionsPerDay });
    }
    return lease.left;
  }

  /** Call it in the same turn as `available`, for no more than that. */
  spend({ placement, atMs }: Omit<BudgetRequest, 'impressionsPerDay'>, impressions: number): void {
    const lease = this.#leaseOf(placement, atMs);
    if (impressions > lease.left) throw new RangeError(`${impressions} impressions of ${lease.left} at hand`);
    lease.left -= impressions;
  }

  /** Resolves when no block is being asked for. */
  async settled(): Promise<void> {
    await Promise.all([...this.#leases.values()].map(({ reserving }) => reserving));
  }

  /** Gives blocks back that nobody has asked for in the last minute. */
  async expire(atMs: number): Promise<void> {
    for (const [placement, lease] of this.#leases) {
      if (atMs - lease.usedAtMs >= idleMs) await this.#return(placement, lease);
    }
  }

  /** Gives everything unspent back; to be called once, when nothing is spent any more. */
  async close(): Promise<void> {
    await this.settled();
    for (const [placement, lease] of this.#leases) await this.#return(placement, lease);
  }

  async #return(placement: string, lease: Lease): Promise<void> {
    const { day, left } = lease;
    if (left === 0) return;
    // Taken away before it is given back: what may be granted to another is not spent here meanwhile.
    lease.left = 0;
    await this.source.giveBack({ placement, day, impressions: left }).catch(() => {});
  }

  #leaseOf(placement: string, atMs: number): Lease {
    const day = dayOf(atMs);
    const known = this.#leases.get(placement);
    if (known?.day === day) return known;
    // Another day: what is left of the old one is worth nothing.
    const lease = { day, left: 0, usedAtMs: atMs, reserving: null, pauseUntilMs: 0 };
    this.#leases.set(placement, lease);
    return lease;
  }

  async #reserve(lease: Lease, { placement, atMs, impressionsPerDay }: BudgetRequest): Promise<void> {
    try {
      const limit = pacedLimit(impressionsPerDay, atMs);
      const wanted = blockOf(impressionsPerDay);
      const granted = await this.source.reserve({ placement, day: lease.day, wanted, limit });
      lease.left += granted;
      if (granted === 0) lease.pauseUntilMs = atMs + pauseMs;
    } catch {
      lease.pauseUntilMs = atMs + pauseMs;
    } finally {
      lease.reserving = null;
    }
  }
}

/** A fiftieth of the day's budget, at least one list's worth, at most 100. */
const blockOf = (impressionsPerDay: number) => Math.min(100, Math.max(4, Math.ceil(impressionsPerDay / 50)));

/**
 * What may be granted up to this time of the day: the part of the day that has passed, and a block ahead. Without it
 * a busy placement would spend everything in its first minutes after midnight UTC.
 */
export const pacedLimit = (impressionsPerDay: number, atMs: number) =>
  Math.min(
    impressionsPerDay,
    Math.ceil(impressionsPerDay * ((atMs % dayMs) / dayMs)) + blockOf(impressionsPerDay),
  );

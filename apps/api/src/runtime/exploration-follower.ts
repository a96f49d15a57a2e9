import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CatalogueId, ItemNumber } from '@kindling/domain';
import {
  BudgetLease,
  createExplorer,
  curveOf,
  type Exploration,
  type ExplorationPool,
  type ItemView,
  type NeighbourSource,
  newestItems,
  poolOf,
  type ScoutedItem,
  scoutNewItems,
  type TrialRecord,
  type Trials,
} from '@kindling/recommender';
import {
  beginTrials,
  endTrials,
  explorationBudget,
  type Pool,
  readShownItems,
  readTrials,
} from '@kindling/storage';
import type { Log } from '../log.js';
import type { LoadedStrategy } from './catalogue-runtime.js';

/** Trials are looked at this often: it is a question by key, and a click should soon count. */
const scoutEveryMs = 15_000;
/** What has just been encoded may be on trial: a new item is looked for soon, and during an import not all the time. */
const scoutNewEveryMs = 2_000;
/** The rates of everything else come from 10,000 lists, and change slowly. */
const shownEveryMs = 600_000;

interface Prospects {
  readonly version: number;
  readonly pool: ExplorationPool;
  readonly scouted: ReadonlyMap<ItemNumber, ScoutedItem>;
}

/** Which new items of a catalogue are on trial, and this process's part of the budget for showing them. */
export class ExplorationFollower {
  private readonly lease: BudgetLease;
  private prospects: ReadonlyMap<string, Prospects> = new Map();
  /** Strategies without a budget of their own, to which a rule gave one. */
  private readonly asked = new Set<string>();
  private shown: ReadonlyMap<ItemNumber, Trials> = new Map();
  private shownAt = 0;
  private scoutedAt = 0;
  private isStale = false;
  private scouting: Promise<void> | null = null;

  constructor(
    private readonly db: Pool,
    private readonly catalogue: CatalogueId,
    private readonly log: Log,
  ) {
    this.lease = new BudgetLease(explorationBudget(db, catalogue));
  }

  /** The port for one list that is shown at `atMs`; `visible`: the size of its first page. */
  explorer(
    { key, strategy }: LoadedStrategy,
    { placement, visible, atMs }: { placement: string; visible: number; atMs: number },
  ): Exploration {
    return {
      explore: async (slots, context) => {
        const pool = this.prospects.get(key)?.pool;
        if (!pool) {
          if (context.rule) this.asked.add(key);
          return slots;
        }
        return createExplorer({ strategy, placement, visible, atMs, pool, lease: this.lease }).explore(
          slots,
          context,
        );
      },
    };
  }

  /** Items have been encoded. */
  vectorsChanged(): void {
    this.isStale = true;
  }

  /** The next refresh looks at the trials, however short ago the last one did: a person has decided one. */
  lookAgain(): void {
    this.scoutedAt = 0;
  }

  /** Looks for new items when it is time or a strategy changed; in the background, and never throws. */
  refresh(
    items: ItemView,
    neighbours: NeighbourSource,
    strategies: Iterable<LoadedStrategy>,
    now = Date.now(),
  ): void {
    const exploring = [...strategies].filter(
      ({ key, strategy }) => strategy.exploration.impressionsPerDay > 0 || this.asked.has(key),
    );
    const isSame =
      exploring.length === this.prospects.size &&
      exploring.every(({ key, version }) => this.prospects.get(key)?.version === version);
    const everyMs = this.isStale ? scoutNewEveryMs : scoutEveryMs;
    if (this.scouting !== null || (isSame && now - this.scoutedAt < everyMs)) return;
    this.scoutedAt = now;
    this.isStale = false;
    this.scouting = this.scout(items, neighbours, exploring, now)
      .catch((error: unknown) =>
        this.log.warn('new items could not be looked for', { catalogue: this.catalogue, error }),
      )
      .finally(() => {
        this.scouting = null;
      });
  }

  /** Gives what was not spent of the budget back. */
  async close(): Promise<void> {
    await this.scouting;
    await this.lease.close();
  }

  private async scout(
    items: ItemView,
    neighbours: NeighbourSource,
    exploring: readonly LoadedStrategy[],
    atMs: number,
  ): Promise<void> {
    await this.lease.expire(atMs);
    if (exploring.length === 0) {
      this.prospects = new Map();
      return;
    }
    if (atMs - this.shownAt >= shownEveryMs) {
      this.shown = await readShownItems(this.db, this.catalogue);
      this.shownAt = atMs;
    }
    const candidates = newestItems(items, atMs);
    const records = new Map(await readTrials(this.db, this.catalogue, candidates));
    const prospects = new Map<string, Prospects>();
    for (const { key, version, strategy } of exploring) {
      const before = this.prospects.get(key)?.scouted ?? new Map();
      const { shown } = this;
      const request = { items, neighbours, strategy, candidates, records, shown, before };
      const scouted = await scoutNewItems(request);
      await this.record(scouted, records);
      for (const { belief, verdict } of scouted) {
        if (verdict !== null) continue;
        // About half a millisecond when the belief has changed: requests come in between.
        curveOf(belief);
        await nextTurn();
      }
      prospects.set(key, {
        version,
        pool: poolOf(scouted, strategy, atMs),
        scouted: new Map(scouted.map((one) => [one.item, one])),
      });
    }
    this.prospects = prospects;
  }

  /** Stored before an item is shown: a list that explores with it finds the trial that it counts for. */
  private async record(
    scouted: readonly ScoutedItem[],
    records: Map<ItemNumber, TrialRecord>,
  ): Promise<void> {
    const begun = scouted.filter(({ item }) => !records.has(item));
    await beginTrials(this.db, this.catalogue, begun);
    for (const { item, dayZeroRate, trials } of begun) {
      records.set(item, { ...trials, dayZeroRate, outcome: null, cause: null });
    }
    const ended = scouted.flatMap(({ item, trials, verdict }) =>
      verdict === null ? [] : [{ item, clicks: trials.clicks, ...verdict }],
    );
    await endTrials(this.db, this.catalogue, ended);
    for (const { item, outcome, cause } of ended) {
      const record = records.get(item);
      if (record) records.set(item, { ...record, outcome, cause });
    }
  }
}

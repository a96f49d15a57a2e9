import { coldnessOf, type ItemNumber } from '@kindling/domain';
import type { ItemView, NeighbourSource } from '../ports.js';
import type { Strategy } from '../strategy.js';
import type { Beta } from './beta-distribution.js';
import { catalogueRate, dayZeroRate, type Trials } from './day-zero-rate.js';
import { createExplorationPool, type ExplorationPool } from './exploration-pool.js';
import {
  isOwed,
  posterior,
  type TrialCause,
  type TrialOutcome,
  type TrialVerdict,
  trialVerdict,
} from './trial-state.js';

/** What is stored of an item's trial. */
export interface TrialRecord extends Trials {
  /** The click rate that was expected on its first day, and is held against what came. */
  readonly dayZeroRate: number;
  /** Null while it is on trial. */
  readonly outcome: TrialOutcome | null;
  readonly cause: TrialCause | null;
}

export interface ScoutedItem {
  readonly item: ItemNumber;
  readonly dayZeroRate: number;
  readonly trials: Trials;
  readonly belief: Beta;
  /** Null: on trial. */
  readonly verdict: TrialVerdict | null;
}

export interface ScoutRequest {
  readonly items: ItemView;
  readonly neighbours: NeighbourSource;
  readonly strategy: Strategy;
  /** From `newestItems`. */
  readonly candidates: readonly ItemNumber[];
  /** What is stored of them; an item without a record is expected something of now. */
  readonly records: ReadonlyMap<ItemNumber, TrialRecord>;
  /** What was shown and clicked lately, of any item: the neighbours' rates. */
  readonly shown: ReadonlyMap<ItemNumber, Trials>;
  /** What was scouted the last time: an unchanged belief stays the same object, and is not worked out again. */
  readonly before?: ReadonlyMap<ItemNumber, ScoutedItem>;
}

const neighbourCount = 30;
const vectorsAtOnce = 20;
const rowsLookedAt = 2_000;
const nothing: Trials = { impressions: 0, clicks: 0 };

/** The items that may be on trial: the newest ones that are live. */
export function newestItems(items: ItemView, atMs: number): ItemNumber[] {
  return items
    .newest(atMs, rowsLookedAt)
    .filter((row) => items.isLive(row, atMs))
    .map((row) => items.numberAt(row));
}

/**
 * Finds the items that are on trial: the newest that are not WARM by the strategy's thresholds and whose trial has
 * not ended, at most `strategy.exploration.items` of them and `categoryShare` of a category; and the verdict on those whose trial ends now. Runs beside
 * the requests, when counts have come in.
 */
export async function scoutNewItems(request: ScoutRequest): Promise<ScoutedItem[]> {
  const { items, strategy, records } = request;
  const { exploration, coldness } = strategy;
  const overall = catalogueRate(request.shown.values());
  const open: ItemNumber[] = [];
  const scouted: ScoutedItem[] = [];
  for (const item of request.candidates) {
    const row = items.rowOf(item);
    const record = records.get(item);
    if (row === undefined || (record && record.outcome !== null)) continue;
    if (coldnessOf(items.eventCount(row), coldness.item) !== 'WARM') {
      if (open.length < 2 * exploration.items) open.push(item);
    } else if (record) {
      const verdict = { outcome: 'GRADUATED', cause: 'WELL_KNOWN' } as const;
      scouted.push(scoutedItem(item, record, request, verdict));
    }
  }
  const rates = new Map<ItemNumber, number>();
  const unknown = open.filter((item) => !records.has(item));
  for (let at = 0; at < unknown.length; at += vectorsAtOnce) {
    await addRates(rates, unknown.slice(at, at + vectorsAtOnce), request, overall);
  }
  let onTrial = 0;
  const places = new CategoryPlaces(exploration.items, exploration.categoryShare);
  for (const item of open) {
    if (onTrial >= exploration.items) break;
    const rate = rates.get(item);
    const record = records.get(item) ?? (rate === undefined ? null : { ...nothing, dayZeroRate: rate });
    if (record === null) continue;
    const one = scoutedItem(item, record, request, null);
    const verdict = trialVerdict(one.belief, overall, exploration);
    if (verdict === null && !places.take(categoriesOf(items, item))) continue;
    if (verdict === null) onTrial++;
    scouted.push({ ...one, verdict });
  }
  return scouted;
}

const categoriesOf = (items: ItemView, item: ItemNumber): readonly string[] => {
  const row = items.rowOf(item);
  return row === undefined ? [] : items.categoriesAt(row);
};

/** Places on trial by category: an item takes one in each of its own, and stays out while one of them is full. */
class CategoryPlaces {
  readonly #taken = new Map<string, number>();
  readonly #most: number;

  constructor(places: number, share: number) {
    this.#most = share >= 1 ? Infinity : Math.max(1, Math.floor(share * places));
  }

  take(categories: readonly string[]): boolean {
    const taken = (category: string) => this.#taken.get(category) ?? 0;
    if (categories.some((category) => taken(category) >= this.#most)) return false;
    for (const category of categories) this.#taken.set(category, taken(category) + 1);
    return true;
  }
}

function scoutedItem(
  item: ItemNumber,
  { dayZeroRate, impressions, clicks }: Trials & Pick<TrialRecord, 'dayZeroRate'>,
  { strategy, before }: ScoutRequest,
  verdict: TrialVerdict | null,
): ScoutedItem {
  const trials = { impressions, clicks };
  const made = posterior(dayZeroRate, trials, strategy.exploration.priorStrength);
  const known = before?.get(item)?.belief;
  const belief = known && known.a === made.a && known.b === made.b ? known : made;
  return { item, dayZeroRate, trials, belief, verdict };
}

/** Items of which the index knows no vector yet stay out: they are expected nothing of until they are encoded. */
async function addRates(
  rates: Map<ItemNumber, number>,
  items: readonly ItemNumber[],
  { neighbours, shown }: ScoutRequest,
  overall: number,
): Promise<void> {
  const vectors = [...(await neighbours.vectorsOf(items))];
  if (vectors.length === 0) return;
  const found = await neighbours.nearest({
    vectors: vectors.map(([, vector]) => vector),
    limit: neighbourCount + 1,
  });
  vectors.forEach(([item], index) => {
    const near = (found[index] ?? []).filter(({ key }) => key !== item).slice(0, neighbourCount);
    rates.set(
      item,
      dayZeroRate(
        near.map(({ key, score }) => ({ similarity: score, ...(shown.get(key) ?? nothing) })),
        overall,
      ),
    );
  });
}

export const poolOf = (scouted: readonly ScoutedItem[], strategy: Strategy, atMs: number): ExplorationPool =>
  createExplorationPool(
    scouted.flatMap(({ item, belief, verdict }) =>
      verdict === null ? [{ item, belief, isOwed: isOwed(belief, strategy.exploration) }] : [],
    ),
    strategy.exploration.slots,
    atMs,
  );

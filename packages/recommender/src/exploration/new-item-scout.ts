import { coldnessOf, type ItemNumber } from '@kindling/domain';
import type { ItemView, NeighbourSource } from '../ports.js';
import type { Strategy } from '../strategy.js';
import type { Beta } from './beta-distribution.js';
import { catalogueRate, dayZeroRate, type Trials } from './day-zero-rate.js';
import { createExplorationPool, type ExplorationPool } from './exploration-pool.js';
import { posterior, type TrialState, trialState } from './trial-state.js';

export interface ScoutedItem {
  readonly item: ItemNumber;
  /** The click rate expected on its first day. */
  readonly dayZeroRate: number;
  readonly trials: Trials;
  readonly belief: Beta;
  readonly state: TrialState;
}

export interface ScoutRequest {
  readonly items: ItemView;
  readonly neighbours: NeighbourSource;
  readonly strategy: Strategy;
  readonly atMs: number;
  /** What was shown and clicked, of any item. */
  readonly trials: ReadonlyMap<ItemNumber, Trials>;
  /** Rates that were expected of items before: an expectation is made once, and then held to what comes. */
  readonly expected: ReadonlyMap<ItemNumber, number>;
  /** What was scouted the last time: an unchanged belief stays the same object, and is not worked out again. */
  readonly before?: ReadonlyMap<ItemNumber, ScoutedItem>;
}

const neighbourCount = 30;
const vectorsAtOnce = 20;
const rowsLookedAt = 5_000;
const nothing: Trials = { impressions: 0, clicks: 0 };

/**
 * Finds the items that are on trial: the newest live ones that are not WARM by the strategy's thresholds, at most
 * `strategy.exploration.items` of them still exploring. Runs beside the requests, when counts have come in.
 */
export async function scoutNewItems(request: ScoutRequest): Promise<ScoutedItem[]> {
  const { items, strategy, atMs, trials } = request;
  const { exploration, coldness } = strategy;
  const overall = catalogueRate(trials.values());
  const candidates: ItemNumber[] = [];
  for (const row of items.newest(atMs, rowsLookedAt)) {
    if (candidates.length >= 3 * exploration.items) break;
    const isNew = coldnessOf(items.eventCount(row), coldness.item) !== 'WARM';
    if (isNew && items.isLive(row, atMs)) candidates.push(items.numberAt(row));
  }
  const rates = new Map(request.expected);
  const unknown = candidates.filter((item) => !rates.has(item));
  for (let at = 0; at < unknown.length; at += vectorsAtOnce) {
    await addRates(rates, unknown.slice(at, at + vectorsAtOnce), request, overall);
  }
  const scouted: ScoutedItem[] = [];
  let exploring = 0;
  for (const item of candidates) {
    if (exploring >= exploration.items) break;
    const own = trials.get(item) ?? nothing;
    const rate = rates.get(item);
    if (rate === undefined) continue;
    const made = posterior(rate, own, exploration.priorStrength);
    const known = request.before?.get(item)?.belief;
    const belief = known && known.a === made.a && known.b === made.b ? known : made;
    const state = trialState(belief, overall, exploration);
    if (state === 'EXPLORING') exploring++;
    scouted.push({ item, dayZeroRate: rate, trials: own, belief, state });
  }
  return scouted;
}

/** Items of which the index knows no vector yet stay out: they are expected nothing of until they are encoded. */
async function addRates(
  rates: Map<ItemNumber, number>,
  items: readonly ItemNumber[],
  { neighbours, trials }: ScoutRequest,
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
        near.map(({ key, score }) => ({ similarity: score, ...(trials.get(key) ?? nothing) })),
        overall,
      ),
    );
  });
}

export const poolOf = (scouted: readonly ScoutedItem[], strategy: Strategy, atMs: number): ExplorationPool =>
  createExplorationPool(
    scouted.filter(({ state }) => state === 'EXPLORING'),
    strategy.exploration.slots,
    atMs,
  );

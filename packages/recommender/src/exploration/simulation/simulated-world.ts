import { catalogueId, type ItemNumber, itemId, itemNumber, type Random } from '@kindling/domain';
import { createItemView, type WritableItemView } from '../../item-view/item-view.js';
import type { RankedSlot } from '../../ranking.js';
import { entry } from '../../terms/term.js';
import { dayZeroRate, type Trials } from '../day-zero-rate.js';

/** Click rates that only a simulation knows. */
export interface SimulatedWorld {
  readonly view: WritableItemView;
  readonly rates: ReadonlyMap<ItemNumber, number>;
  readonly warm: readonly { readonly item: ItemNumber; readonly kind: number; readonly trials: Trials }[];
  readonly fresh: readonly { readonly item: ItemNumber; readonly kind: number }[];
  /** A list without exploration: well-known items. */
  readonly slots: readonly RankedSlot[];
}

export const simulationStart = Date.parse('2026-11-24T00:00:00Z');
const warmItems = 200;
const kindCount = 20;

/**
 * 20 kinds of items, each with a rate of its own (log-normal around 5 %, by 0.6), 200 items that are well known
 * (around their kind's rate, by 0.2), and new ones (by 0.4): a kind says something of a new item, but not all.
 */
export function createWorld(newItems: number, random: Random): SimulatedWorld {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const kinds = Array.from({ length: kindCount }, () => 0.05 * Math.exp(0.6 * normal()));
  const rates = new Map<ItemNumber, number>();
  const make = (number: number, deviation: number) => {
    const item = itemNumber(number);
    const kind = number % kindCount;
    rates.set(item, Math.min(0.5, (kinds[kind] ?? 0.05) * Math.exp(deviation * normal())));
    return { item, kind };
  };
  const warm = Array.from({ length: warmItems }, (_, index) => {
    const { item, kind } = make(index + 1, 0.2);
    const impressions = 200 + Math.floor(random() * 800);
    let clicks = 0;
    for (let n = 0; n < impressions; n++) if (random() < (rates.get(item) ?? 0)) clicks++;
    return { item, kind, trials: { impressions, clicks } };
  });
  const fresh = Array.from({ length: newItems }, (_, index) => make(warmItems + index + 1, 0.4));
  return {
    view: viewOf([...warm, ...fresh].map(({ item }) => item)),
    rates,
    warm,
    fresh,
    slots: listOf(warm),
  };
}

/** What is expected of a new item of that kind: its neighbours are the known items of its kind. */
export const expectedRate = ({ warm }: SimulatedWorld, kind: number, overall: number): number =>
  dayZeroRate(
    warm.filter((one) => one.kind === kind).map((one) => ({ similarity: 0.8, ...one.trials })),
    overall,
  );

function viewOf(numbers: readonly ItemNumber[]): WritableItemView {
  const view = createItemView(catalogueId('simulated'));
  view.apply(
    numbers.map((number, index) => ({
      item: {
        id: itemId(`item-${number}`),
        number,
        title: `Item ${number}`,
        description: null,
        categories: [],
        tags: [],
        attributes: {},
        price: null,
        currency: null,
        imageUrl: null,
        url: null,
        publishedAt: null,
        expiresAt: null,
        status: 'ACTIVE' as const,
        createdAt: new Date(simulationStart),
      },
      change: index + 1,
      deleted: false,
    })),
  );
  return view;
}

const listOf = (warm: SimulatedWorld['warm']): RankedSlot[] =>
  warm.slice(0, 50).map(({ item }, index) => ({
    item,
    score: 1 - index / 100,
    ledger: [entry('popularity', 1 - index / 100)],
    coldness: 'WARM',
    isExploration: false,
    propensity: 1,
  }));

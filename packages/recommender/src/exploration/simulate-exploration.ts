import {
  catalogueId,
  type ItemNumber,
  itemId,
  itemNumber,
  type Random,
  seededRandom,
} from '@kindling/domain';
import { createItemView } from '../item-view/item-view.js';
import type { RankedSlot } from '../ranking.js';
import { type StrategyInput, strategySchema } from '../strategy.js';
import { entry } from '../terms/term.js';
import type { Beta } from './beta-distribution.js';
import { BudgetLease, type BudgetSource } from './budget-lease.js';
import { calibration, type RateOutcome } from './calibration.js';
import { catalogueRate, dayZeroRate, type Trials } from './day-zero-rate.js';
import { createExplorationPool, type ExplorationPool } from './exploration-pool.js';
import { createExplorer } from './explorer.js';
import { posterior, type TrialState, trialState } from './trial-state.js';

export interface SimulationSettings {
  readonly seed: string | number;
  readonly newItems: number;
  readonly days: number;
  readonly impressionsPerDay: number;
  /** Lists that are shown on a day; more than the budget reaches for. */
  readonly listsPerDay: number;
  /** API processes that share the budget. */
  readonly processes: number;
  /** How new items are chosen: by the product, or by chance among those on trial, to compare with. */
  readonly policy: 'thompson' | 'uniform';
}

export interface SimulatedItem {
  readonly trueRate: number;
  readonly dayZeroRate: number;
  readonly trials: Trials;
  readonly state: TrialState;
}

/** What came of it, with the truth that only a simulation knows. */
export interface ExplorationSimulation {
  readonly items: readonly SimulatedItem[];
  /** The rate of everything, which good and poor are measured by. */
  readonly catalogueRate: number;
  /** Impressions that explored, by day. */
  readonly spent: readonly number[];
  /**
   * Sum, after each exploring impression, of (best true rate of the items still on trial - true rate of the chosen):
   * what an oracle would have won in clicks.
   */
  readonly regret: readonly number[];
  readonly calibration: ReturnType<typeof calibration>;
}

const dayMs = 86_400_000;
const start = Date.parse('2026-11-24T00:00:00Z');
const warmItems = 200;
const clusters = 20;
const refreshesPerDay = 48;

/**
 * A world of known click rates: 20 kinds of items, each kind with a rate of its own, 200 items that are well known,
 * and new ones, which deviate from their kind (log-normally, by 0.4). Their neighbours are the known items of their kind. The explorer,
 * leases and trials are the ones that serve; only the index, the clock, the visitors and Postgres are simulated.
 */
export async function simulateExploration(settings: SimulationSettings): Promise<ExplorationSimulation> {
  const random = seededRandom(settings.seed);
  const world = createWorld(settings, random);
  const { view, rates, warm } = world;
  const trials = new Map<ItemNumber, { impressions: number; clicks: number }>(
    warm.map((one) => [one.item, one.trials]),
  );
  const overall = catalogueRate(trials.values());
  const expected = new Map(
    world.fresh.map(({ item, kind }) => [
      item,
      dayZeroRate(
        warm.filter((one) => one.kind === kind).map((one) => ({ similarity: 0.8, ...one.trials })),
        overall,
      ),
    ]),
  );
  const strategy = strategySchema.parse(strategyOf(settings));
  const beliefs = new Map<ItemNumber, Beta>();
  const stateOf = (item: ItemNumber) => {
    const made = posterior(
      expected.get(item) ?? overall,
      trials.get(item) ?? { impressions: 0, clicks: 0 },
      strategy.exploration.priorStrength,
    );
    const known = beliefs.get(item);
    const belief = known?.a === made.a && known.b === made.b ? known : made;
    beliefs.set(item, belief);
    return { item, belief, state: trialState(belief, overall, strategy.exploration) };
  };

  const budget = createBudget();
  const leases = Array.from({ length: settings.processes }, () => new BudgetLease(budget));
  const spent: number[] = [];
  const regret: number[] = [];
  let onTrial = world.fresh.map(({ item }) => stateOf(item));
  let pool = poolFor(settings.policy, onTrial, start);
  for (let day = 0; day < settings.days; day++) {
    let today = 0;
    let refreshed = -1;
    for (let list = 0; list < settings.listsPerDay; list++) {
      const atMs = start + day * dayMs + Math.floor((list / settings.listsPerDay) * dayMs);
      const refresh = Math.floor((list / settings.listsPerDay) * refreshesPerDay);
      if (refresh !== refreshed) {
        onTrial = world.fresh.map(({ item }) => stateOf(item)).filter(({ state }) => state === 'EXPLORING');
        pool = poolFor(settings.policy, onTrial, atMs);
        refreshed = refresh;
      }
      const lease = leases[Math.floor(random() * leases.length)] as BudgetLease;
      const explorer = createExplorer({ strategy, placement: 'home', visible: 10, pool, lease });
      const context = { items: view, atMs, random, accepts: () => true, rule: null };
      const slots = await explorer.explore(world.slots, context);
      // The answer of Postgres comes some lists later.
      if (list % 3 === 0) await lease.settled();
      for (const { item, isExploration } of slots) {
        if (!isExploration) continue;
        const number = itemNumber(item);
        const rate = rates.get(number) ?? 0;
        const best = Math.max(...onTrial.map((one) => rates.get(one.item) ?? 0));
        regret.push((regret.at(-1) ?? 0) + best - rate);
        const counts = trials.get(number) ?? { impressions: 0, clicks: 0 };
        counts.impressions++;
        if (random() < rate) counts.clicks++;
        trials.set(number, counts);
        today++;
      }
    }
    spent.push(today);
  }
  const items = world.fresh.map(({ item }) => ({
    trueRate: rates.get(item) ?? 0,
    dayZeroRate: expected.get(item) ?? overall,
    trials: trials.get(item) ?? { impressions: 0, clicks: 0 },
    state: stateOf(item).state,
  }));
  const outcomes: RateOutcome[] = items.map((one) => ({ expected: one.dayZeroRate, ...one.trials }));
  return { items, catalogueRate: overall, spent, regret, calibration: calibration(outcomes) };
}

const strategyOf = ({ impressionsPerDay }: SimulationSettings): StrategyInput => ({
  exploration: { impressionsPerDay, items: 100 },
});

type Candidates = Parameters<typeof createExplorationPool>[0];

function poolFor(policy: SimulationSettings['policy'], onTrial: Candidates, atMs: number): ExplorationPool {
  const pool = createExplorationPool(onTrial, 1, atMs);
  if (policy === 'thompson') return pool;
  return { groups: pool.groups.map((group) => group.map((one) => ({ ...one, share: 1 / group.length }))) };
}

function createWorld({ newItems }: SimulationSettings, random: Random) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const kinds = Array.from({ length: clusters }, () => 0.05 * Math.exp(0.6 * normal()));
  const rateOf = (kind: number, deviation: number) =>
    Math.min(0.5, (kinds[kind] ?? 0.05) * Math.exp(deviation * normal()));
  const rates = new Map<ItemNumber, number>();
  const make = (number: number, deviation: number) => {
    const item = itemNumber(number);
    const kind = number % clusters;
    rates.set(item, rateOf(kind, deviation));
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
  const view = createItemView(catalogueId('simulated'));
  view.apply(
    [...warm, ...fresh].map(({ item }, index) => ({
      item: {
        id: itemId(`item-${item}`),
        number: item,
        title: `Item ${item}`,
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
        createdAt: new Date(start),
      },
      change: index + 1,
      deleted: false,
    })),
  );
  const slots: RankedSlot[] = warm.slice(0, 50).map(({ item }, index) => ({
    item,
    score: 1 - index / 100,
    ledger: [entry('popularity', 1 - index / 100)],
    coldness: 'WARM',
    isExploration: false,
    propensity: 1,
  }));
  return { view, rates, warm, fresh, slots };
}

/** What the database does, without one. */
function createBudget(): BudgetSource {
  const granted = new Map<string, number>();
  return {
    reserve: async ({ placement, day, wanted, limit }) => {
      const key = `${placement} ${day}`;
      const before = granted.get(key) ?? 0;
      const grant = Math.max(0, Math.min(wanted, limit - before));
      granted.set(key, before + grant);
      return grant;
    },
    giveBack: async ({ placement, day, impressions }) => {
      const key = `${placement} ${day}`;
      granted.set(key, (granted.get(key) ?? 0) - impressions);
    },
  };
}

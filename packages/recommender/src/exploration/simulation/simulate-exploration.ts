import { type ItemNumber, itemNumber, seededRandom } from '@kindling/domain';
import { type Strategy, strategySchema } from '../../strategy.js';
import type { Beta } from '../beta-distribution.js';
import { BudgetInMemory } from '../budget-in-memory.js';
import { BudgetLease } from '../budget-lease.js';
import { type Calibration, calibration } from '../calibration.js';
import { catalogueRate, type Trials } from '../day-zero-rate.js';
import type { ExplorationPool } from '../exploration-pool.js';
import { createExplorer } from '../explorer.js';
import { posterior, type TrialOutcome, trialVerdict } from '../trial-state.js';
import { type ChoiceCheck, ChoiceFrequencies } from './choice-frequencies.js';
import { type ChoicePolicy, choicePool } from './choice-policy.js';
import { createWorld, expectedRate, type SimulatedWorld, simulationStart } from './simulated-world.js';

export interface SimulationSettings {
  readonly seed: string | number;
  readonly newItems: number;
  readonly days: number;
  readonly impressionsPerDay: number;
  /** Lists that are shown on a day; more than the budget reaches for. */
  readonly listsPerDay: number;
  /** API processes that share the budget. */
  readonly processes: number;
  readonly policy: ChoicePolicy;
}

export interface SimulatedItem {
  readonly trueRate: number;
  readonly dayZeroRate: number;
  readonly trials: Trials;
  /** Null: still on trial. */
  readonly outcome: TrialOutcome | null;
}

/** What came of it, with the truth that only a simulation knows. */
export interface ExplorationSimulation {
  readonly items: readonly SimulatedItem[];
  /** The rate of everything, which good and poor are measured by. */
  readonly catalogueRate: number;
  /** Impressions that explored, by day. */
  readonly spent: readonly number[];
  /**
   * Clicks, after each exploring impression: sum of (best true rate of the items still on trial - true rate of the
   * chosen one). An oracle regrets nothing.
   */
  readonly regret: readonly number[];
  readonly calibration: Calibration;
  /** Whether the logged propensities are the probabilities with which items were shown. */
  readonly propensities: ChoiceCheck;
}

const dayMs = 86_400_000;
const refreshesPerDay = 48;

interface Belief {
  readonly item: ItemNumber;
  readonly belief: Beta;
  readonly outcome: TrialOutcome | null;
}

/**
 * New items in a world of known click rates. The explorer, leases and trials are the ones that serve; the index, the
 * clock, the visitors and Postgres are simulated. The same settings give the same result, on any machine.
 */
export async function simulateExploration(settings: SimulationSettings): Promise<ExplorationSimulation> {
  const random = seededRandom(settings.seed);
  const world = createWorld(settings.newItems, random);
  const trueRate = ({ item }: { readonly item: ItemNumber }) => world.rates.get(item) ?? 0;
  const { impressionsPerDay, newItems } = settings;
  const strategy = strategySchema.parse({ exploration: { impressionsPerDay, items: newItems } });
  const trials = new Trialled(world, strategy);
  const budget = new BudgetInMemory();
  const leases = Array.from({ length: settings.processes }, () => new BudgetLease(budget));
  const frequencies = new ChoiceFrequencies();
  const spent: number[] = [];
  const regret: number[] = [];
  let pool: ExplorationPool = { groups: [] };
  let best = 0;
  for (let day = 0; day < settings.days; day++) {
    let today = 0;
    let refreshed = -1;
    for (let list = 0; list < settings.listsPerDay; list++) {
      const atMs = simulationStart + day * dayMs + Math.floor((list / settings.listsPerDay) * dayMs);
      const refresh = Math.floor((list / settings.listsPerDay) * refreshesPerDay);
      if (refresh !== refreshed) {
        const onTrial = trials.lookAgain();
        pool = choicePool(settings.policy, onTrial, { trueRate, atMs });
        best = Math.max(0, ...onTrial.map(trueRate));
        refreshed = refresh;
      }
      const lease = leases[Math.floor(random() * leases.length)] ?? new BudgetLease(budget);
      const explorer = createExplorer({ strategy, placement: 'home', visible: 10, atMs, pool, lease });
      const context = { items: world.view, atMs, random, accepts: () => true, rule: null, limits: null };
      const slots = await explorer.explore(world.slots, context);
      // The answer of Postgres comes some lists later.
      if (list % 3 === 0) await lease.settled();
      if (slots.some(({ propensity }) => propensity < 1)) {
        const { share } = strategy.exploration;
        for (const one of pool.groups.flat()) frequencies.expect(one.item, share * one.share);
      }
      for (const { item, isExploration } of slots) {
        if (!isExploration) continue;
        const rate = trueRate({ item: itemNumber(item) });
        frequencies.observe(item);
        regret.push((regret.at(-1) ?? 0) + best - rate);
        trials.show(itemNumber(item), random() < rate);
        today++;
      }
    }
    spent.push(today);
  }
  trials.lookAgain();
  const items = world.fresh.map((one) => ({ ...trials.resultOf(one.item), trueRate: trueRate(one) }));
  return {
    items,
    catalogueRate: trials.overall,
    spent,
    regret,
    calibration: calibration(items.map((one) => ({ expected: one.dayZeroRate, ...one.trials }))),
    propensities: frequencies.check(),
  };
}

/** What is seen of the new items, and what is believed of them: what the tables hold in the product. */
class Trialled {
  readonly overall: number;
  readonly #expected: ReadonlyMap<ItemNumber, number>;
  readonly #counts = new Map<ItemNumber, { impressions: number; clicks: number }>();
  readonly #beliefs = new Map<ItemNumber, Belief>();

  constructor(
    world: SimulatedWorld,
    private readonly strategy: Strategy,
  ) {
    this.overall = catalogueRate(world.warm.map(({ trials }) => trials));
    this.#expected = new Map(
      world.fresh.map(({ item, kind }) => [item, expectedRate(world, kind, this.overall)]),
    );
    for (const item of this.#expected.keys()) this.#counts.set(item, { impressions: 0, clicks: 0 });
  }

  show(item: ItemNumber, clicked: boolean): void {
    const counts = this.#counts.get(item);
    if (!counts) return;
    counts.impressions++;
    if (clicked) counts.clicks++;
  }

  /** Ends the trials that are to end, and says which go on. An ended one stays ended. */
  lookAgain(): Belief[] {
    const { exploration } = this.strategy;
    for (const [item, rate] of this.#expected) {
      const known = this.#beliefs.get(item);
      if (known && known.outcome !== null) continue;
      const made = posterior(
        rate,
        this.#counts.get(item) ?? { impressions: 0, clicks: 0 },
        exploration.priorStrength,
      );
      if (known?.belief.a === made.a && known.belief.b === made.b) continue;
      const outcome = trialVerdict(made, this.overall, exploration)?.outcome ?? null;
      this.#beliefs.set(item, { item, belief: made, outcome });
    }
    return [...this.#beliefs.values()].filter(({ outcome }) => outcome === null);
  }

  resultOf(item: ItemNumber): Omit<SimulatedItem, 'trueRate'> {
    return {
      dayZeroRate: this.#expected.get(item) ?? this.overall,
      trials: this.#counts.get(item) ?? { impressions: 0, clicks: 0 },
      outcome: this.#beliefs.get(item)?.outcome ?? null,
    };
  }
}

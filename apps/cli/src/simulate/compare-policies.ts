import {
  type ChoicePolicy,
  choicePolicies,
  type ExplorationSimulation,
  type SimulationSettings,
  simulateExploration,
} from '@kindling/recommender';

export interface ComparisonSettings extends Omit<SimulationSettings, 'seed' | 'policy'> {
  /** A world each. */
  readonly seeds: readonly number[];
}

/** Of the items that are good, at least 1.2 times the catalogue's click rate, or poor, below 0.4 of it. */
export interface EndedTrials {
  readonly items: number;
  readonly graduated: number;
  readonly retired: number;
}

export interface PolicyResult {
  readonly policy: ChoicePolicy;
  /** Clicks lost against an oracle, mean over the worlds, after each of `PolicyComparison.impressions`. */
  readonly regret: readonly number[];
  readonly good: EndedTrials;
  readonly poor: EndedTrials;
  /** Most impressions of new items on one day of any world. */
  readonly mostOnADay: number;
  /** Days on which the whole budget was spent, of all. */
  readonly fullDays: number;
  readonly days: number;
  /** Lowest p of the chi-square test, over the worlds, that items are shown as often as logged propensities say. */
  readonly propensityP: number;
  /** Mean over the worlds of |click rate expected on day 0 - observed|, by bins. */
  readonly calibrationError: number;
}

export interface PolicyComparison {
  readonly settings: ComparisonSettings;
  /** Up to where every policy has come in every world: who ends its trials sooner spends less. */
  readonly impressions: readonly number[];
  readonly policies: readonly PolicyResult[];
}

const points = 120;

/** Every way of choosing new items, in the same worlds, with the same budget. */
export async function comparePolicies(
  settings: ComparisonSettings,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<PolicyComparison> {
  const runs = new Map<ChoicePolicy, ExplorationSimulation[]>();
  let done = 0;
  for (const policy of choicePolicies) {
    const ofPolicy: ExplorationSimulation[] = [];
    for (const seed of settings.seeds) {
      ofPolicy.push(await simulateExploration({ ...settings, seed, policy }));
      onProgress(++done, choicePolicies.length * settings.seeds.length);
    }
    runs.set(policy, ofPolicy);
  }
  const shortest = Math.min(...[...runs.values()].flat().map(({ regret }) => regret.length));
  const impressions = Array.from({ length: points + 1 }, (_, n) => Math.round((n / points) * shortest));
  return {
    settings,
    impressions,
    policies: [...runs].map(([policy, worlds]) => resultOf(policy, worlds, impressions, settings)),
  };
}

function resultOf(
  policy: ChoicePolicy,
  worlds: readonly ExplorationSimulation[],
  impressions: readonly number[],
  { impressionsPerDay }: ComparisonSettings,
): PolicyResult {
  const spent = worlds.flatMap((world) => world.spent);
  return {
    policy,
    regret: impressions.map((n) => mean(worlds.map(({ regret }) => (n === 0 ? 0 : (regret[n - 1] ?? 0))))),
    good: endedTrials(worlds, (rate) => rate >= 1.2),
    poor: endedTrials(worlds, (rate) => rate < 0.4),
    mostOnADay: Math.max(...spent),
    fullDays: spent.filter((day) => day === impressionsPerDay).length,
    days: spent.length,
    propensityP: Math.min(...worlds.map(({ propensities }) => propensities.p)),
    calibrationError: mean(worlds.map(({ calibration }) => calibration.calibrationError)),
  };
}

/** `belongs` is asked with an item's true rate in units of the catalogue's. */
function endedTrials(
  worlds: readonly ExplorationSimulation[],
  belongs: (rate: number) => boolean,
): EndedTrials {
  const items = worlds.flatMap((world) =>
    world.items.filter(({ trueRate }) => belongs(trueRate / world.catalogueRate)),
  );
  return {
    items: items.length,
    graduated: items.filter(({ outcome }) => outcome === 'GRADUATED').length,
    retired: items.filter(({ outcome }) => outcome === 'RETIRED').length,
  };
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

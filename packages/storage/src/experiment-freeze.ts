import { type JsonObject, KindlingError } from '@kindling/domain';
import { draftedShare, type ExperimentDefinition, metricKeysOf } from '@kindling/experiments';
import { builtInSegments } from '@kindling/recommender';
import type { PoolClient } from './database.js';
import type { Experiment, FrozenArm, FrozenExperiment, FrozenStrategy } from './experiment-row.js';
import { listMetrics } from './metric-store.js';
import { listFlows, type StoredFlow } from './onboarding-store.js';
import { listPlacements } from './placement-store.js';
import { findRules } from './rule-store.js';
import { listSegments } from './segment-store.js';
import { listStrategies, type StoredStrategy } from './strategy-store.js';

/** Everything that a draft names, as it is now: what becomes of it later does not reach the experiment. */
export async function freezeExperiment(
  client: PoolClient,
  { catalogue, definition }: Experiment,
): Promise<FrozenExperiment> {
  const metrics = await listMetrics(client, catalogue);
  const strategies = await listStrategies(client, catalogue);
  const placements = await listPlacements(client, catalogue);
  for (const key of definition.placements) find(placements, key, 'placement');
  const flows = (await listFlows(client, catalogue)).map((stored) => ({ key: stored.flow.key, ...stored }));
  const named = definition.variants.flatMap(({ rulesOn, rulesOff }) => [...rulesOn, ...rulesOff]);
  const rules = (await findRules(client, catalogue, named)).map(({ rule }) => rule);
  for (const key of named) find(rules, key, 'rule');
  const custom = (await listSegments(client, catalogue)).map(({ segment }) => segment);
  // a custom one of the same key stands before the built-in one
  const segments = definition.segments.map((key) =>
    asJson(find([...custom, ...builtInSegments], key, 'segment')),
  );
  const arms = definition.variants.map((variant): FrozenArm => {
    const flow = variant.flow ?? definition.onboardingFlow;
    return {
      fallback: variant.fallback?.map((key) => frozenStrategy(find(strategies, key, 'strategy'))) ?? null,
      // of a draft its newest content: to try out what is not published yet
      rules: variant.rulesOn.map((key) => asJson(find(rules, key, 'rule'))),
      flow: flow === null ? null : frozenFlow(find(flows, flow, 'onboarding flow')),
    };
  });
  const frozen = metricKeysOf(definition).map((key) => find(metrics, key, 'metric'));
  checkMetrics(definition, frozen);
  return {
    metrics: definition.kind === 'INTERLEAVING' ? [...frozen, draftedShare] : frozen,
    strategies: definition.variants.map(({ strategyKey }) =>
      frozenStrategy(find(strategies, strategyKey, 'strategy')),
    ),
    arms,
    segments,
  };
}

function checkMetrics({ kind }: ExperimentDefinition, metrics: FrozenExperiment['metrics']): void {
  if (kind === 'INTERLEAVING' && metrics.some(({ key }) => key === draftedShare.key)) {
    throw new KindlingError(
      'BAD_INPUT',
      `"${draftedShare.key}" is the check of every interleaving, which measures it anyway: leave it out`,
      { field: 'primaryMetric' },
    );
  }
  const unfit = metrics.find((metric) => (metric.kind === 'WIN_SHARE') !== (kind === 'INTERLEAVING'));
  if (!unfit) return;
  throw new KindlingError(
    'BAD_INPUT',
    kind === 'INTERLEAVING'
      ? `"${unfit.key}" is a ${unfit.kind}: interleaving is read by metrics of the kind WIN_SHARE, such as "win-share"`
      : `"${unfit.key}" is a WIN_SHARE, which only an experiment of the kind INTERLEAVING has`,
    { field: 'primaryMetric' },
  );
}

function find<Thing extends { readonly key: string }>(
  things: readonly Thing[],
  key: string,
  what: string,
): Thing {
  const found = things.find((thing) => thing.key === key);
  if (found) return found;
  throw new KindlingError('NOT_FOUND', `There is no ${what} "${key}"`, { field: what });
}

const frozenFlow = ({ version, flow }: StoredFlow): FrozenArm['flow'] => ({ version, flow: asJson(flow) });

const frozenStrategy = ({ key, version, name, config }: StoredStrategy): FrozenStrategy => ({
  key,
  version,
  name,
  config,
});

const asJson = (value: object): JsonObject => JSON.parse(JSON.stringify(value));

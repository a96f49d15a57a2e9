import { type CatalogueId, type JsonObject, KindlingError } from '@kindling/domain';
import { execute, type Pool, statement } from './database.js';
import type { Experiment } from './experiment-row.js';
import {
  audit,
  change,
  expectStartedExperiment,
  step,
  stop,
  typed,
  updated,
  wrongStatus,
} from './experiment-step.js';
import { lockNames } from './name-use.js';
import { keepPlacements } from './placement-store.js';

/**
 * Records the decision with the results that it stands on, and gives the placements what was tested: the variant's
 * strategy and those of its fallback chain in the very configurations that were frozen, each saved anew where it has
 * been changed since (the decision names them), its size and its onboarding flow. Rules do not go with it: publishing
 * them is the merchandisers' and has a review, so the decision names those that are to be published and archived.
 */
export function decideExperiment(
  pool: Pool,
  catalogue: CatalogueId,
  key: string,
  decision: { readonly variant: string; readonly reason: string; readonly results: JsonObject },
  actor: string,
): Promise<Experiment> {
  return step(pool, catalogue, async (client) => {
    let experiment = await expectStartedExperiment(client, catalogue, key);
    await lockNames(client, catalogue);
    if (experiment.status === 'RUNNING') experiment = await stop(client, experiment, decision.reason, actor);
    if (experiment.status !== 'STOPPED') throw wrongStatus(experiment, 'decided', 'start it first');
    const position = experiment.definition.variants.findIndex((variant) => variant.key === decision.variant);
    const tested = experiment.frozen?.strategies[position];
    if (!tested) {
      const known = experiment.definition.variants.map((variant) => variant.key).join(', ');
      throw new KindlingError('NOT_FOUND', `There is no variant "${decision.variant}"; there are: ${known}`, {
        field: 'variant',
      });
    }
    const { placements: places, onboardingFlow, variants } = experiment.definition;
    const { size = null, rulesOn = [], rulesOff = [] } = variants[position] ?? {};
    const { fallback = null, flow = null } = experiment.frozen?.arms[position] ?? {};
    const strategiesRestored: string[] = [];
    for (const { key, name, config } of [tested, ...(fallback ?? [])]) {
      const asJson = JSON.stringify(config);
      const restored = await execute(client, restoreStrategySql, catalogue, key, name, asJson, actor);
      strategiesRestored.push(...restored.map((strategy) => strategy.key));
    }
    const chain = fallback?.map(({ key }) => key) ?? null;
    const placements = await execute(
      client,
      applySql,
      catalogue,
      places,
      tested.key,
      size,
      chain && JSON.stringify(chain),
    );
    if (flow !== null && onboardingFlow !== null) {
      await execute(
        client,
        applyFlowSql,
        catalogue,
        onboardingFlow,
        JSON.stringify({ ...flow.flow, key: onboardingFlow }),
      );
    }
    const rules = { rulesToPublish: rulesOn, rulesToArchive: rulesOff };
    const body = { ...decision, ...rules, strategiesRestored, by: actor, at: new Date() };
    const [row] = await execute(client, decideSql, experiment.number, JSON.stringify(body));
    await audit(client, experiment, actor, 'experiment.decide', {
      variant: decision.variant,
      reason: decision.reason,
      strategy: tested.key,
      placements: placements.map((placement) => placement.key),
      ...(onboardingFlow === null ? {} : { onboardingFlow }),
      ...rules,
      strategiesRestored,
    });
    return updated(row);
  });
}

const decideSql = typed<[number, string]>(
  change('experiment-decide', `status = 'DECIDED', decision = $2::jsonb`, 'STOPPED'),
);
const restoreStrategySql = statement<{ key: string }, [CatalogueId, string, string, string, string]>(
  'experiment-restore-strategy',
  `INSERT INTO strategy (catalogue_id, key, version, name, config, created_by)
   SELECT $1, $2, newest.version + 1, $3, $4::jsonb, $5
   FROM (SELECT version, config, archived FROM strategy WHERE catalogue_id = $1 AND key = $2 ORDER BY version DESC LIMIT 1) AS newest
   WHERE newest.config <> $4::jsonb OR newest.archived RETURNING key`,
);
const applySql = statement<
  { key: string },
  [CatalogueId, readonly string[], string, number | null, string | null]
>(
  'experiment-apply',
  `WITH saved AS (UPDATE placement SET strategy_key = $3, size = coalesce($4::int, size), fallback = coalesce($5::jsonb, fallback),
     version = version + 1, updated_at = now()
   WHERE catalogue_id = $1 AND key = ANY($2::text[])
     AND (strategy_key, size, fallback) IS DISTINCT FROM ($3, coalesce($4::int, size), coalesce($5::jsonb, fallback))
   RETURNING *),
   ${keepPlacements(false)}
   SELECT key FROM saved`,
);
const applyFlowSql = statement<never, [CatalogueId, string, string]>(
  'experiment-apply-flow',
  `INSERT INTO onboarding_flow AS f (catalogue_id, key, version, config) VALUES ($1, $2, 1, $3::jsonb)
   ON CONFLICT (catalogue_id, key) DO UPDATE SET version = f.version + 1, config = excluded.config, updated_at = now()
   WHERE f.config <> excluded.config`,
);

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

/**
 * Records the decision with the results that it stands on, and gives the variant's strategy to the placements: the
 * very configuration that was tested, saved anew where the strategy has been changed since.
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
    await execute(
      client,
      restoreStrategySql,
      catalogue,
      tested.key,
      tested.name,
      JSON.stringify(tested.config),
      actor,
    );
    const placements = await execute(
      client,
      applySql,
      catalogue,
      experiment.definition.placements,
      tested.key,
    );
    const body = { ...decision, by: actor, at: new Date() };
    const [row] = await execute(client, decideSql, experiment.number, JSON.stringify(body));
    await audit(client, experiment, actor, 'experiment.decide', {
      variant: decision.variant,
      reason: decision.reason,
      strategy: tested.key,
      placements: placements.map((placement) => placement.key),
    });
    return updated(row);
  });
}

const decideSql = typed<[number, string]>(
  change('experiment-decide', `status = 'DECIDED', decision = $2::jsonb`, 'STOPPED'),
);
const restoreStrategySql = statement<never, [CatalogueId, string, string, string, string]>(
  'experiment-restore-strategy',
  `INSERT INTO strategy (catalogue_id, key, version, name, config, created_by)
   SELECT $1, $2, newest.version + 1, $3, $4::jsonb, $5
   FROM (SELECT version, config FROM strategy WHERE catalogue_id = $1 AND key = $2 ORDER BY version DESC LIMIT 1) AS newest
   WHERE newest.config <> $4::jsonb`,
);
const applySql = statement<{ key: string }, [CatalogueId, readonly string[], string]>(
  'experiment-apply',
  `UPDATE placement SET strategy_key = $3, version = version + 1, updated_at = now()
   WHERE catalogue_id = $1 AND key = ANY($2::text[]) AND strategy_key <> $3 RETURNING key`,
);

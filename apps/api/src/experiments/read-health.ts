import type { CatalogueId } from '@kindling/domain';
import { readResults } from '@kindling/experiments';
import type { Locale } from '@kindling/recommender';
import { listOpenExperiments, listRounds, type Pool, readHealthStatistics } from '@kindling/storage';
import type { ExperimentHealthObject } from '../admin/experiment-health-types.js';
import { inWords, mostRounds } from './read-experiment.js';

const dayMs = 86_400_000;

/**
 * How every experiment stands that runs, or was stopped and waits for a decision: two questions, whatever their number,
 * and one for each bandit.
 * Units seen in several arms are not counted here; the results do, and say so.
 */
export async function readExperimentHealth(
  pool: Pool,
  catalogue: CatalogueId,
  options: { readonly limit: number; readonly locale: Locale; readonly now: Date },
): Promise<ExperimentHealthObject[]> {
  const experiments = await listOpenExperiments(pool, catalogue, options.limit);
  const bandits = experiments.filter(({ definition }) => definition.kind === 'BANDIT');
  const [sums, rounds] = await Promise.all([
    readHealthStatistics(
      pool,
      experiments.map(({ number }) => number),
    ),
    Promise.all(
      bandits.map(async ({ number }) => [number, await listRounds(pool, number, mostRounds)] as const),
    ),
  ]);
  const roundsOf = new Map(rounds);
  return experiments.flatMap(({ number, key, version, status, definition, frozen, startedAt, stoppedAt }) => {
    if (frozen === null || startedAt === null) return [];
    const until = stoppedAt ?? options.now;
    const daysRun = (until.getTime() - startedAt.getTime()) / dayMs;
    const results = readResults(
      {
        definition,
        metrics: frozen.metrics,
        sums: sums.get(number) ?? [],
        severalArms: 0,
        mergedAcrossArms: 0,
        daysRun,
        rounds: roundsOf.get(number) ?? [],
      },
      { fixed: false, bayesian: false },
    );
    const { advice } = inWords(results, options.locale);
    const needsDecision =
      status === 'STOPPED' || advice.some((one) => one.advice !== 'GO_ON' && one.advice !== 'BROKEN');
    return [
      {
        ...{ key, version, status, daysRun, advice, needsDecision, name: definition.name },
        ...{ hidden: results.hidden, units: results.units },
      },
    ];
  });
}

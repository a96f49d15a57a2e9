import type { CatalogueId } from '@kindling/domain';
import { horizonOf, readResults } from '@kindling/experiments';
import type { Locale } from '@kindling/recommender';
import {
  listOpenExperiments,
  listRounds,
  type Pool,
  readHealthStatistics,
  readRolledTo,
} from '@kindling/storage';
import type { ExperimentHealthObject } from '../admin/experiment-health-types.js';
import { inWords, mostRounds } from './read-experiment.js';

const dayMs = 86_400_000;

/**
 * How every experiment stands that runs, or was stopped and waits for a decision: three questions, whatever their number,
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
  const numbers = experiments.map(({ number }) => number);
  const [sums, rolledTo, rounds] = await Promise.all([
    readHealthStatistics(pool, numbers),
    readRolledTo(pool, numbers),
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
        isStopped: stoppedAt !== null,
        horizon: horizonOf(definition, { startedAt, stoppedAt, asOf: rolledTo.get(number) ?? null }),
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
        ...{ hidden: results.hidden, readsAt: results.readsAt, units: results.units },
      },
    ];
  });
}

import type { CatalogueId } from '@kindling/domain';
import { readResults } from '@kindling/experiments';
import type { Locale } from '@kindling/recommender';
import { listOpenExperiments, type Pool, readHealthStatistics } from '@kindling/storage';
import type { ExperimentHealthObject } from '../admin/experiment-health-types.js';
import { inWords } from './read-experiment.js';

const dayMs = 86_400_000;

/**
 * How every experiment stands that runs, or was stopped and waits for a decision: two questions, whatever their number.
 * Units seen in several arms are not counted here; the results do, and say so.
 */
export async function readExperimentHealth(
  pool: Pool,
  catalogue: CatalogueId,
  options: { readonly limit: number; readonly locale: Locale; readonly now: Date },
): Promise<ExperimentHealthObject[]> {
  const experiments = await listOpenExperiments(pool, catalogue, options.limit);
  const sums = await readHealthStatistics(
    pool,
    experiments.map(({ number }) => number),
  );
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
      },
      { fixed: false, bayesian: false },
    );
    const { advice } = inWords(results, options.locale);
    const needsDecision =
      status === 'STOPPED' || advice.some((one) => one.advice === 'SHIP' || one.advice === 'ROLL_BACK');
    return [
      { key, version, status, daysRun, hidden: results.hidden, units: results.units, advice, needsDecision },
    ];
  });
}

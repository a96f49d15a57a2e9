import {
  adviceSentence,
  type ExperimentResults,
  horizonOf,
  type ReadingOptions,
  readResults,
  reasonSentence,
  warningSentence,
} from '@kindling/experiments';
import type { Locale } from '@kindling/recommender';
import {
  type Experiment,
  listRounds,
  type Pool,
  readExperimentCounts,
  readStatistics,
} from '@kindling/storage';
import type { ExperimentResultsObject } from '../admin/experiment-result-types.js';

const dayMs = 86_400_000;
/** A bandit of an hour a round shows what it did in three weeks; its checks are of these rounds, too. */
export const mostRounds = 500;

/** The results of what has been counted so far; null for a draft. A few questions, whatever the number of units. */
export async function readExperimentResults(
  pool: Pool,
  experiment: Experiment,
  options: ReadingOptions & { readonly locale: Locale; readonly now: Date },
): Promise<ExperimentResultsObject | null> {
  const { number, definition, frozen, startedAt, stoppedAt } = experiment;
  if (frozen === null || startedAt === null) return null;
  const [sums, counts, rounds] = await Promise.all([
    readStatistics(pool, number),
    readExperimentCounts(pool, number),
    definition.kind === 'BANDIT' ? listRounds(pool, number, mostRounds) : [],
  ]);
  const until = stoppedAt ?? options.now;
  const asOf = counts.rolledTo;
  const results = readResults(
    {
      definition,
      metrics: frozen.metrics,
      sums,
      severalArms: counts.severalArms,
      mergedAcrossArms: counts.mergedAcrossArms,
      daysRun: (until.getTime() - startedAt.getTime()) / dayMs,
      isStopped: stoppedAt !== null,
      horizon: horizonOf(definition, { startedAt, stoppedAt, asOf }),
      rounds,
    },
    options,
  );
  return {
    ...results,
    ...inWords(results, options.locale),
    asOf,
    isBehind: counts.waiting > 0,
    funnel: counts.funnel,
    simulatedShare: counts.simulatedShare,
  };
}

export const inWords = ({ advice, warnings }: ExperimentResults, locale: Locale) => ({
  advice: advice.map(({ variant, advice: kind, reasons }) => ({
    variant,
    advice: kind,
    sentence: adviceSentence(kind, locale),
    reasons: reasons.map((reason) => ({ code: reason.code, sentence: reasonSentence(reason, locale) })),
  })),
  warnings: warnings.map((warning) => ({ code: warning.code, sentence: warningSentence(warning, locale) })),
});

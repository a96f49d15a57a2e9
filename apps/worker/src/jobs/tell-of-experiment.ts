import { horizonOf, readResults } from '@kindling/experiments';
import {
  findRunningExperiment,
  hasWebhooksFor,
  listRounds,
  type Pool,
  readHealthStatistics,
  readRolledTo,
  tellWebhooks,
} from '@kindling/storage';

const dayMs = 86_400_000;
const mostRounds = 500;

/**
 * Tells webhooks, once an experiment, that its split is broken or that it waits for a decision: the same reading as the
 * list of experiments in the console. Where nobody listens nothing is read.
 */
export async function tellOfExperiment(pool: Pool, number: number, now: Date): Promise<void> {
  const experiment = await findRunningExperiment(pool, number);
  if (!experiment?.frozen || !experiment.startedAt) return;
  const { catalogue, key, version, definition, frozen, startedAt } = experiment;
  const listens = await hasWebhooksFor(pool, catalogue, [
    'experiment.needs-decision',
    'experiment.broken-split',
  ]);
  if (!listens) return;
  const [sums, rolledTo] = await Promise.all([
    readHealthStatistics(pool, [number]),
    readRolledTo(pool, [number]),
  ]);
  const asOf = rolledTo.get(number) ?? null;
  const { hidden, advice } = readResults(
    {
      definition,
      metrics: frozen.metrics,
      sums: sums.get(number) ?? [],
      severalArms: 0,
      mergedAcrossArms: 0,
      daysRun: (now.getTime() - startedAt.getTime()) / dayMs,
      isStopped: false,
      horizon: horizonOf(definition, { startedAt, stoppedAt: null, asOf }),
      rounds: definition.kind === 'BANDIT' ? await listRounds(pool, number, mostRounds) : [],
    },
    { fixed: false, bayesian: false },
  );
  const once = `${key}@${version}`;
  if (hidden === 'SAMPLE_RATIO_MISMATCH') {
    await tellWebhooks(pool, { catalogue, kind: 'experiment.broken-split', data: { key, version }, once });
  }
  const decisive = advice.filter((one) => one.advice !== 'GO_ON' && one.advice !== 'BROKEN');
  if (decisive.length > 0) {
    const data = {
      key,
      version,
      advice: decisive.map(({ variant, advice: kind }) => ({ variant, advice: kind })),
    };
    await tellWebhooks(pool, { catalogue, kind: 'experiment.needs-decision', data, once });
  }
}

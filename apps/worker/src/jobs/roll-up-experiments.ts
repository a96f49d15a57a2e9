import { beginRound, type JobHandler, type Pool, rollUpExperiment } from '@kindling/storage';
import type { Failpoint } from '../failpoint.js';
import type { Log } from '../log.js';
import { tellOfExperiment } from './tell-of-experiment.js';

/**
 * Counts the new events, exposures and finished windows of one experiment into its statistics. What is to be done
 * stands in the tables and is worked out from all events of a unit, so a run that dies, comes twice or late does no
 * harm; see experiment-roll-up.ts of storage. A bandit that is due gets its next shares from what was counted.
 */
export function rollUpExperiments({
  pool,
  log,
  failpoint,
}: {
  readonly pool: Pool;
  readonly log: Log;
  readonly failpoint: Failpoint;
}): JobHandler<{ readonly experiment: number }> {
  return async ({ experiment }, signal) => {
    const units = await rollUpExperiment(pool, experiment, {
      signal,
      beforeCommit: () => failpoint('roll-up.before-commit'),
      onBatch: () => failpoint('roll-up.after-commit'),
    });
    const round = await beginRound(pool, experiment);
    if (round !== null) log.info('a bandit has new shares', { experiment, round });
    // also without news: a plan ends, and a horizon is reached, by time alone
    await tellOfExperiment(pool, experiment, new Date());
    if (units > 0) log.debug('rolled up', { experiment, units });
  };
}

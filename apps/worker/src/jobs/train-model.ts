import { setTimeout as delay } from 'node:timers/promises';
import {
  claimTrainingRun,
  failTrainingRun,
  type JobHandler,
  type Pool,
  releaseTrainingRun,
  reportTrainingProgress,
  type TrainingClaim,
  type TrainingRun,
} from '@kindling/storage';
import type { Failpoint } from '../failpoint.js';
import type { Log } from '../log.js';
import { beat } from '../process/beat.js';
import type { TrainingProgress } from '../training/training-messages.js';
import { startTrainingProcess, type TrainingOutcome } from '../training/training-process.js';

/*
 * Trains a catalogue's model: takes up a run, has a process of its own do the work, and writes down how far it is. Each
 * of these writes prolongs the run's lease. A worker that dies or freezes lets it run out; then another worker begins
 * the run anew, and nothing of the first one counts any more. Until a model is registered, the old one serves.
 */

export interface TrainModelParts {
  readonly pool: Pool;
  readonly databaseUrl: string;
  /** Power that a busy core is taken to draw, for the energy estimate. */
  readonly watts: number;
  readonly log: Log;
  readonly failpoint: Failpoint;
  readonly leaseMs?: number;
  /** Starts the process that does the work. */
  readonly start?: typeof startTrainingProcess;
}

export function trainModel(parts: TrainModelParts): JobHandler<{ runId: string }> {
  const { pool, log, leaseMs = 15_000 } = parts;
  return async ({ runId }, signal) => {
    const run = await claimTrainingRun(pool, runId, leaseMs);
    if (run === null) return;
    const { attempt, catalogue } = run;
    log.info('training', { run: runId, catalogue, attempt, trigger: run.trigger });
    const outcome = await trainWatched(parts, run, leaseMs, signal);
    await settle(parts, run, outcome, signal);
  };
}

/** LOST: the run is no longer ours (cancelled, or taken over). STOPPED: the worker is to stop. */
type WatchedOutcome = TrainingOutcome | { readonly kind: 'lost' } | { readonly kind: 'stopped' };

async function trainWatched(
  { pool, databaseUrl, watts, log, failpoint, start = startTrainingProcess }: TrainModelParts,
  run: TrainingRun,
  leaseMs: number,
  signal: AbortSignal,
): Promise<WatchedOutcome> {
  const claim = claimOf(run);
  let progress: TrainingProgress = { stage: 'COLLECT', done: 0, total: 0 };
  const training = start(
    {
      databaseUrl,
      catalogueId: run.catalogue,
      claim,
      seed: run.number,
      watts,
      baselines: run.baselines,
    },
    (now) => {
      if (now.stage !== progress.stage) failpoint(`train.${now.stage.toLowerCase()}`);
      progress = now;
    },
  );
  const isLost = await beat(training, signal, async () => {
    try {
      return await reportTrainingProgress(pool, claim, progress, leaseMs);
    } catch (error) {
      // the lease decides: if the database stays away longer than it lasts, the next report finds the run lost
      log.warn('the progress of a training was not written', { run: run.id, error });
      return true;
    }
  });
  const outcome = await training.ended;
  if (outcome.kind !== 'died') return outcome;
  if (isLost) return { kind: 'lost' };
  return signal.aborted ? { kind: 'stopped' } : outcome;
}

async function settle(
  { pool, log }: TrainModelParts,
  run: TrainingRun,
  outcome: WatchedOutcome,
  signal: AbortSignal,
): Promise<void> {
  const claim = claimOf(run);
  const about = { run: run.id, catalogue: run.catalogue, attempt: run.attempt };
  switch (outcome.kind) {
    case 'registered':
      log.info('trained', { ...about, ...outcome.model, seconds: outcome.seconds });
      return;
    case 'lost':
      log.warn("a training is no longer this worker's: it was cancelled or taken over", about);
      return;
    case 'stopped':
      await releaseTrainingRun(pool, claim, null);
      return;
    case 'failed':
      if (outcome.code === 'CONFLICT') {
        log.warn('a training was taken over by another worker', about);
        return;
      }
      log.warn('a training failed', { ...about, error: outcome.stack ?? outcome.message });
      if (outcome.code === 'BAD_INPUT' || outcome.code === 'NOT_FOUND') {
        await failTrainingRun(pool, claim, { code: outcome.code, message: outcome.message });
        return;
      }
      await giveBack(pool, claim, 'The training was held up by a fault of the server: its log says which.');
      break;
    case 'died':
      log.warn('the process of a training died', { ...about, how: outcome.how });
      await giveBack(
        pool,
        claim,
        `The process that trained ended by ${outcome.how}, most likely for want of memory: give the worker more, or shorten the time from which events are taken.`,
      );
  }
  // so that a fault which stays does not use up all attempts within a second
  await delay(1_000 * (run.faults + 1), undefined, { signal }).catch(() => undefined);
}

const claimOf = ({ id, attempt }: TrainingRun): TrainingClaim => ({ id, attempt });

const giveBack = (pool: Pool, claim: TrainingClaim, message: string) =>
  releaseTrainingRun(pool, claim, { code: 'INTERNAL', message });

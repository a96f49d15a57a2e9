import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorCode } from '@kindling/domain';
import {
  claimEvaluationRun,
  type EvaluationProgress,
  type EvaluationRun,
  failEvaluationRun,
  type JobHandler,
  type Pool,
  releaseEvaluationRun,
  reportEvaluationProgress,
} from '@kindling/storage';
import { type EvaluationOutcome, startEvaluationProcess } from '../evaluation/evaluation-process.js';
import type { Failpoint } from '../failpoint.js';
import type { Log } from '../log.js';
import { beat } from '../process/beat.js';

/*
 * Judges what is served on a catalogue's own events: takes up a run, has a process of its own do the work, and writes
 * down how far it is; each of these writes prolongs the run's lease. A worker that dies or freezes lets it run out;
 * then another one goes on with the splits that are not judged yet. Time and memory are bounded: see README.
 */

export interface EvaluateParts {
  readonly pool: Pool;
  readonly databaseUrl: string;
  readonly maximumMemoryMb: number;
  readonly log: Log;
  readonly failpoint: Failpoint;
  readonly leaseMs?: number;
  /** From when it was first taken up; then it has failed, and keeps the splits that are judged. */
  readonly maximumMs?: number;
  /** Starts the process that does the work. */
  readonly start?: typeof startEvaluationProcess;
}

/** Trying again would end in the same way. */
const endsTheRun: readonly ErrorCode[] = ['BAD_INPUT', 'NOT_FOUND', 'TOO_LARGE'];
const sixHoursMs = 6 * 3_600_000;

export function evaluate(parts: EvaluateParts): JobHandler<{ runId: string }> {
  const { pool, log, leaseMs = 15_000 } = parts;
  return async ({ runId }, signal) => {
    const run = await claimEvaluationRun(pool, runId, leaseMs);
    if (run === null) return;
    const { attempt, catalogue, splits, seeds } = run;
    log.info('evaluating', { run: runId, catalogue, attempt, splits, seeds });
    await settle(parts, run, await evaluateWatched(parts, run, leaseMs, signal), signal);
  };
}

/** LOST: the run is no longer ours (cancelled, or taken over). STOPPED: the worker is to stop. LATE: its time is over. */
type WatchedOutcome = EvaluationOutcome | { readonly kind: 'lost' | 'stopped' | 'late' };

async function evaluateWatched(
  {
    pool,
    databaseUrl,
    maximumMemoryMb,
    maximumMs = sixHoursMs,
    log,
    failpoint,
    start = startEvaluationProcess,
  }: EvaluateParts,
  run: EvaluationRun,
  leaseMs: number,
  stop: AbortSignal,
): Promise<WatchedOutcome> {
  const { id, attempt, catalogue, splits, seeds, people } = run;
  const leftMs = (run.startedAt?.getTime() ?? Date.now()) + maximumMs - Date.now();
  if (leftMs <= 0) return { kind: 'late' };
  const late = AbortSignal.timeout(leftMs);
  let progress: EvaluationProgress = { split: null, seed: null, method: null, done: run.done };
  const working = start(
    {
      databaseUrl,
      catalogueId: catalogue,
      claim: { id, attempt },
      splits: [...splits],
      seeds,
      people,
      maximumMemoryMb,
    },
    (now) => {
      if (now.method !== progress.method) failpoint('evaluate.method');
      progress = now;
    },
  );
  const isLost = await beat(working, AbortSignal.any([stop, late]), async () => {
    try {
      return await reportEvaluationProgress(pool, { id, attempt }, progress, leaseMs);
    } catch (error) {
      // the lease decides: if the database stays away longer than it lasts, the next report finds the run lost
      log.warn('the progress of an evaluation was not written', { run: id, error });
      return true;
    }
  });
  const outcome = await working.ended;
  if (outcome.kind !== 'died') return outcome;
  if (isLost) return { kind: 'lost' };
  if (stop.aborted) return { kind: 'stopped' };
  return late.aborted ? { kind: 'late' } : outcome;
}

async function settle(
  { pool, log, maximumMs = sixHoursMs }: EvaluateParts,
  run: EvaluationRun,
  outcome: WatchedOutcome,
  signal: AbortSignal,
): Promise<void> {
  const claim = { id: run.id, attempt: run.attempt };
  const about = { run: run.id, catalogue: run.catalogue, attempt: run.attempt };
  const giveBack = (message: string) => releaseEvaluationRun(pool, claim, { code: 'INTERNAL', message });
  switch (outcome.kind) {
    case 'evaluated':
      log.info('evaluated', { ...about, seconds: outcome.seconds, peakMemoryBytes: outcome.peakMemoryBytes });
      return;
    case 'lost':
      log.warn("an evaluation is no longer this worker's: it was cancelled or taken over", about);
      return;
    case 'stopped':
      await releaseEvaluationRun(pool, claim, null);
      return;
    case 'late': {
      const minutes = Math.round(maximumMs / 60_000);
      const message = `The evaluation was ended after ${minutes} minutes, with the splits that were judged by then: ask for fewer splits, seeds or people.`;
      await failEvaluationRun(pool, claim, { code: 'TOO_LARGE', message });
      return;
    }
    case 'failed':
      if (outcome.code === 'CONFLICT') {
        log.warn('an evaluation was taken over by another worker', about);
        return;
      }
      log.warn('an evaluation failed', { ...about, error: outcome.stack ?? outcome.message });
      if (outcome.code !== null && endsTheRun.includes(outcome.code)) {
        await failEvaluationRun(pool, claim, { code: outcome.code, message: outcome.message });
        return;
      }
      await giveBack('The evaluation was held up by a fault of the server: its log says which.');
      break;
    case 'died':
      log.warn('the process of an evaluation died', { ...about, how: outcome.how });
      await giveBack(
        `The process that evaluated ended by ${outcome.how}, most likely for want of memory: give the worker more, or shorten the time from which events are taken.`,
      );
  }
  // so that a fault which stays does not use up all attempts within a second
  await delay(1_000 * (run.faults + 1), undefined, { signal }).catch(() => undefined);
}

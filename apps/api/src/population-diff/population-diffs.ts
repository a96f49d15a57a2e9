import { KindlingError } from '@kindling/domain';
import {
  claimPopulationDiff,
  failPopulationDiff,
  finishPopulationDiff,
  liveBasis,
  type Pool,
  type PopulationDiffRun,
  releasePopulationDiff,
  reportDiffProgress,
} from '@kindling/storage';
import type { ShownReader } from '../list-request.js';
import type { Log } from '../log.js';
import { OffPolicyEstimates } from '../off-policy/off-policy-estimates.js';
import type { CatalogueRuntimes } from '../runtime/catalogue-runtimes.js';
import { comparePopulation } from './compare-population.js';

export interface PopulationDiffParts {
  readonly pool: Pool;
  readonly runtimes: CatalogueRuntimes;
  readonly shown: ShownReader;
  readonly log: Log;
}

/** Without a sign of life for so long, another process takes the run up. */
const leaseMs = 15_000;
const signOfLifeMs = 5_000;
const reportEveryMs = 250;
const lookEveryMs = 2_000;

/**
 * Works on the population diffs that wait, one at a time in a process, beside requests: the items and vectors are in
 * memory here. What is asked for stands in the database, so any API process may take it up, and one that is killed
 * loses no more than its time.
 */
export class PopulationDiffs {
  private readonly stop = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly offPolicy: OffPolicyEstimates;
  private working: Promise<void> | null = null;

  constructor(private readonly parts: PopulationDiffParts) {
    this.offPolicy = new OffPolicyEstimates(parts.pool, parts.shown);
    this.timer = setInterval(() => this.wake(), lookEveryMs);
  }

  /** Looks for work now. */
  wake(): void {
    if (this.working || this.stop.signal.aborted) return;
    this.working = this.workAll()
      .catch((error: unknown) => this.parts.log.warn('population diffs were not looked for', { error }))
      .finally(() => {
        this.working = null;
      });
  }

  /** Stops; a diff that was begun is left to another process. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.stop.abort();
    await this.working;
  }

  private async workAll(): Promise<void> {
    while (!this.stop.signal.aborted) {
      const run = await claimPopulationDiff(this.parts.pool, leaseMs);
      if (!run) return;
      await this.work(run);
    }
  }

  private async work(run: PopulationDiffRun): Promise<void> {
    const { pool, runtimes, shown, log } = this.parts;
    const progress = { done: 0, total: 0 };
    // Loading a catalogue, encoding its words and the estimate report nothing, and each may outlast a lease.
    const signs = setInterval(() => {
      reportDiffProgress(pool, run, { ...progress, leaseMs }).catch(() => {});
    }, signOfLifeMs);
    try {
      const runtime = await runtimes.get(run.catalogue);
      // Before it looks at what is live: a change in between makes the diff stale, never falsely fresh.
      const basis = await liveBasis(pool, run.catalogue, run.placement);
      await runtime.refresh();
      // a refresh that failed leaves what was loaded before: the diff would pass for one of the newest rules
      if (runtime.lastProblem !== null) {
        throw new KindlingError(
          'UNAVAILABLE',
          `What is live could not be read: the log of the API says why at ${new Date().toISOString()}. Start it again.`,
        );
      }
      const result = await comparePopulation(runtime, run, {
        pool,
        shown,
        offPolicy: this.offPolicy,
        now: new Date(),
        signal: this.stop.signal,
        report: this.reporter(run, progress),
      });
      await finishPopulationDiff(pool, run, result, basis);
    } catch (error) {
      if (this.stop.signal.aborted) return releasePopulationDiff(pool, run);
      if (error instanceof LostClaim) return;
      log.warn('a population diff failed', { catalogue: run.catalogue, id: run.id, error });
      const isTold = error instanceof KindlingError && error.code !== 'INTERNAL';
      await failPopulationDiff(pool, run, {
        code: isTold ? error.code : 'INTERNAL',
        message: isTold
          ? error.message
          : `It broke off: the log of the API says why at ${new Date().toISOString()}. Start it again.`,
      });
    } finally {
      clearInterval(signs);
    }
  }

  /** Writes at most four times a second, and keeps the lease. */
  private reporter(run: PopulationDiffRun, progress: { done: number; total: number }) {
    let last = 0;
    return async (done: number, total: number): Promise<void> => {
      Object.assign(progress, { done, total });
      const now = performance.now();
      if (now - last < reportEveryMs && done < total) return;
      last = now;
      const isMine = await reportDiffProgress(this.parts.pool, run, { done, total, leaseMs });
      if (!isMine) throw new LostClaim();
    };
  }
}

/** Another process has the run, or it is gone with its catalogue: nothing is to be written any more. */
class LostClaim extends Error {}

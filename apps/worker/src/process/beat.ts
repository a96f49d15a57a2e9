import { setTimeout as delay } from 'node:timers/promises';
import type { WorkProcess } from './work-process.js';

/** At most two reports a second. */
const reportEveryMs = 500;

/**
 * Reports until the process has ended: each report prolongs the lease of its run. Ends the process when a report finds
 * the run lost (then true), or when the worker is to stop.
 */
export async function beat(
  { ended, kill }: Pick<WorkProcess<unknown>, 'ended' | 'kill'>,
  stop: AbortSignal,
  report: () => Promise<boolean>,
): Promise<boolean> {
  const over = new AbortController();
  void ended.finally(() => over.abort());
  const either = AbortSignal.any([over.signal, stop]);
  while (!either.aborted) {
    if (!(await report())) {
      kill();
      return true;
    }
    await delay(reportEveryMs, undefined, { signal: either }).catch(() => undefined);
  }
  if (!over.signal.aborted) kill();
  return false;
}

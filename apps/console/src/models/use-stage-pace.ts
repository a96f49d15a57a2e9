import { useEffect, useState } from 'react';
import { paceOf, type StagePace, type StageSample } from './stage-pace';

/** The pace of the stage that long work is in, from what was seen of it since this page looks on; null: it waits. */
export function useStagePace(
  stage: string | null,
  { done, total }: { readonly done: number; readonly total: number },
): StagePace | null {
  const [samples, setSamples] = useState<{ first: StageSample; newest: StageSample } | null>(null);
  useEffect(() => {
    if (stage === null) return;
    const newest = { stage, done, total, atMs: performance.now() };
    setSamples((seen) =>
      seen === null || seen.first.stage !== stage || seen.first.done > done
        ? { first: newest, newest }
        : { first: seen.first, newest },
    );
  }, [stage, done, total]);
  return samples === null ? null : paceOf(samples.first, samples.newest);
}

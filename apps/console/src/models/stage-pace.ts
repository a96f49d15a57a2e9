/** What was seen of a stage of a training at some moment. */
export interface StageSample {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly atMs: number;
}

export interface StagePace {
  /** Steps a second since the stage was first seen. */
  readonly rate: number;
  /** Until the end of this stage, not of the training: what comes after it is not known. */
  readonly etaSeconds: number;
}

const leastMs = 1_500;

/** How fast a stage goes, from its first sample and its newest; null until that can be said. */
export function paceOf(first: StageSample, newest: StageSample): StagePace | null {
  const elapsedMs = newest.atMs - first.atMs;
  const steps = newest.done - first.done;
  if (first.stage !== newest.stage || elapsedMs < leastMs || steps <= 0 || newest.total <= 0) return null;
  const rate = (steps / elapsedMs) * 1_000;
  return { rate, etaSeconds: Math.max(0, newest.total - newest.done) / rate };
}

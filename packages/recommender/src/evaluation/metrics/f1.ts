import { precision } from './precision.js';
import type { RankedTargets } from './ranked-targets.js';
import { recall } from './recall.js';

/** Harmonic mean of precision and recall at the cutoff. */
export function f1(ranked: RankedTargets, cutoff: number): number {
  const [p, r] = [precision(ranked, cutoff), recall(ranked, cutoff)];
  return p + r === 0 ? 0 : (2 * p * r) / (p + r);
}

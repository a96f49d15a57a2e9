import { importanceWeight, type LoggedChoice } from './logged-choice.js';

export const overlapWarnings = ['FEW_EFFECTIVE_CHOICES', 'LARGE_WEIGHT', 'TARGET_NOT_COVERED'] as const;
export type OverlapWarning = (typeof overlapWarnings)[number];

export interface Overlap {
  readonly choices: number;
  /** (sum w)^2 / sum w^2 (Kish): so many choices of the strategy itself would say as much. */
  readonly effectiveChoices: number;
  readonly largestWeight: number;
  /** Mean of the weights: about 1 when the log may show all that the strategy would; less is the part it covers. */
  readonly meanWeight: number;
  /** Why an estimate from this log should not be believed; empty when nothing speaks against it. */
  readonly warnings: readonly OverlapWarning[];
}

/** Below these the normal intervals of the estimators are not to be trusted, either. */
const leastEffective = 200;
const leastEffectiveShare = 0.01;
const largestShare = 0.05;
/** Deviations of the mean weight from 1, in standard errors, that chance does not explain. */
const standardErrors = 4;

/** How much of what a strategy would do the log has seen. */
export function overlap(choices: readonly LoggedChoice[]): Overlap {
  let [sum, squares, largest] = [0, 0, 0];
  for (const choice of choices) {
    const weight = importanceWeight(choice);
    sum += weight;
    squares += weight ** 2;
    largest = Math.max(largest, weight);
  }
  const n = choices.length;
  const effectiveChoices = squares === 0 ? 0 : sum ** 2 / squares;
  const meanWeight = n === 0 ? 0 : sum / n;
  const error = n < 2 ? Infinity : Math.sqrt(Math.max(0, squares / n - meanWeight ** 2) / (n - 1));
  const warnings: OverlapWarning[] = [];
  if (effectiveChoices < Math.max(leastEffective, leastEffectiveShare * n))
    warnings.push('FEW_EFFECTIVE_CHOICES');
  if (largest > largestShare * sum) warnings.push('LARGE_WEIGHT');
  if (sum === 0 || Math.abs(meanWeight - 1) > standardErrors * error + 0.02)
    warnings.push('TARGET_NOT_COVERED');
  return { choices: n, effectiveChoices, largestWeight: largest, meanWeight, warnings };
}

import type { GateVerdict, ModelGate, ModelInterval, ModelSlice } from './model-report.js';

export interface GatedSlice {
  readonly slice: ModelSlice;
  readonly people: number;
  /** New minus old, paired by person, with its 95 % interval; null when nobody could be judged. */
  readonly difference: ModelInterval | null;
}

export interface GateRules {
  /** In units of the metric. */
  readonly margin: number;
  readonly leastPeople: number;
}

/** A hundredth of NDCG is what nobody notices in a list; an interval of fewer people is wider than any margin. */
export const gateRules: GateRules = { margin: 0.01, leastPeople: 30 };

/**
 * Non-inferiority: a slice passes when the lower end of its difference is at least -margin. One slice that fails, fails
 * the model; one that cannot be judged leaves it undecided. `activeModelId` null: held against no model.
 */
export function judgeGate(
  slices: readonly GatedSlice[],
  held: { readonly metric: string; readonly activeModelId: string | null },
  { margin, leastPeople }: GateRules = gateRules,
): ModelGate {
  const judged = slices.map(({ slice, people, difference }) => ({
    slice,
    people,
    difference,
    verdict: verdictOf(people < leastPeople ? null : difference, margin),
  }));
  return {
    verdict: strictest(judged.map(({ verdict }) => verdict)),
    margin,
    leastPeople,
    ...held,
    slices: judged,
  };
}

function verdictOf(difference: ModelInterval | null, margin: number): GateVerdict {
  if (difference === null) return 'UNDECIDED';
  return difference.low >= -margin ? 'PASSED' : 'FAILED';
}

function strictest(verdicts: readonly GateVerdict[]): GateVerdict {
  if (verdicts.includes('FAILED')) return 'FAILED';
  return verdicts.length === 0 || verdicts.includes('UNDECIDED') ? 'UNDECIDED' : 'PASSED';
}

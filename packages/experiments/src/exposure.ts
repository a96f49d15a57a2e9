import type { Assignment } from './assignment.js';

/** One time a unit met a variant. */
export interface Exposure {
  readonly variant: string;
  readonly at: Date;
  /** The unit as it was then: an anonymous profile keeps its old id here after a merge. */
  readonly originalUnit: string;
}

/**
 * Whether serving a unit counts as an exposure: it is assigned, by chance and not by hand, and another variant would
 * have answered differently. Units that no variant could have touched only add noise.
 */
export function isExposure(assignment: Assignment, differs: boolean): boolean {
  return assignment.in && !assignment.forced && differs;
}

export type AnalysisArm =
  | {
      readonly kind: 'arm';
      readonly variant: string;
      /** Outcomes count from here on. */
      readonly since: Date;
      /** The profiles that were merged had been in different arms: the first exposure won. Count these. */
      readonly mergedAcrossArms: boolean;
    }
  | { readonly kind: 'dropped'; readonly reason: 'SEVERAL_ARMS' }
  | { readonly kind: 'unexposed' };

/**
 * The arm in which a profile is analysed. Two arms by a merge: the first wins, as assignment then was by chance. Two
 * arms for one unmerged unit must not happen (broken assignment, changed salt): it is dropped, and counted.
 */
export function analysisArm(exposures: readonly Exposure[]): AnalysisArm {
  const [first, ...later] = [...exposures].sort(
    (one, other) => one.at.getTime() - other.at.getTime() || (one.originalUnit < other.originalUnit ? -1 : 1),
  );
  if (first === undefined) return { kind: 'unexposed' };
  const armOf = new Map<string, string>();
  for (const { originalUnit, variant } of exposures) {
    if ((armOf.get(originalUnit) ?? variant) !== variant) return { kind: 'dropped', reason: 'SEVERAL_ARMS' };
    armOf.set(originalUnit, variant);
  }
  return {
    kind: 'arm',
    variant: first.variant,
    since: first.at,
    mergedAcrossArms: later.some(({ variant }) => variant !== first.variant),
  };
}

/** Above this share of dropped profiles the results carry a warning. */
export const severalArmsWarningShare = 0.01;

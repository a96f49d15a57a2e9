import { uniformOf } from './unit-hash.js';

export interface VariantWeight {
  readonly id: string;
  /** Share of the experiment's units, in proportion to the others. */
  readonly weight: number;
}

/** What decides who is in an experiment, frozen at its start: a change of salt or weights makes a new version. */
export interface AssignmentPlan {
  readonly salt: string;
  readonly running: boolean;
  /** Experiments of one layer hold ranges of [0, 1) that do not overlap: a unit is in one of them at most. */
  readonly layer: { readonly salt: string; readonly from: number; readonly to: number } | null;
  /** Units that see no experiment at all, for the long-term comparison. */
  readonly holdout: { readonly salt: string; readonly share: number } | null;
  /** Share of the units let in so far, 0 to 1. Raising it keeps everyone who is in, and their variant. */
  readonly ramp: number;
  readonly variants: readonly VariantWeight[];
}

export type Assignment =
  | { readonly in: true; readonly variant: string; readonly forced: boolean }
  | {
      readonly in: false;
      readonly reason: 'NOT_RUNNING' | 'HOLDOUT' | 'OTHER_LAYER_RANGE' | 'NOT_RAMPED_UP';
    };

/** Never renumber them: everybody in a running experiment would be assigned anew. */
const draws = { holdout: 1, layer: 2, ramp: 3, variant: 4 } as const;

/**
 * A pure function of plan and unit (profile or session id): no state, no clock. Four independent draws decide holdout,
 * layer, ramp and variant, so that a ramp never changes the mix. `forced` is the variant of a verified QA parameter;
 * it works in a stopped experiment too, and is never counted.
 */
export function assign(plan: AssignmentPlan, unit: string, forced: string | null = null): Assignment {
  if (forced !== null && plan.variants.some(({ id }) => id === forced)) {
    return { in: true, variant: forced, forced: true };
  }
  if (!plan.running) return { in: false, reason: 'NOT_RUNNING' };
  const { holdout, layer } = plan;
  if (holdout !== null && uniformOf(holdout.salt, unit, draws.holdout) < holdout.share) {
    return { in: false, reason: 'HOLDOUT' };
  }
  if (layer !== null) {
    const place = uniformOf(layer.salt, unit, draws.layer);
    if (place < layer.from || place >= layer.to) return { in: false, reason: 'OTHER_LAYER_RANGE' };
  }
  if (plan.ramp < 1 && uniformOf(plan.salt, unit, draws.ramp) >= plan.ramp) {
    return { in: false, reason: 'NOT_RAMPED_UP' };
  }
  return { in: true, variant: pick(plan.variants, uniformOf(plan.salt, unit, draws.variant)), forced: false };
}

function pick(variants: readonly VariantWeight[], place: number): string {
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) throw new RangeError('An experiment needs a variant with a weight above zero.');
  let left = place * total;
  let last = '';
  for (const { id, weight } of variants) {
    if (weight <= 0) continue;
    last = id;
    left -= weight;
    if (left < 0) return id;
  }
  // rounding can leave a crumb at the very end: it belongs to the last arm
  return last;
}

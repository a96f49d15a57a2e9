import { z } from 'zod';

export const fusedScorers = ['together', 'alike', 'factors', 'content'] as const;
/**
 * together: cosines of co-occurrence · alike: EASE · factors: implicit ALS · content: similarity of what the items say.
 */
export type FusedScorer = (typeof fusedScorers)[number];

const weight = z.number().min(0).max(1);

/** The weights of a person with so many liked items; with the prior's they add up to 1. */
const fusionKnotSchema = z
  .object({
    likings: z.number().int().min(1),
    prior: weight,
    together: weight,
    alike: weight,
    factors: weight,
    content: weight,
  })
  .readonly();

export type FusionKnot = z.output<typeof fusionKnotSchema>;

/**
 * How much each scorer weighs beside the popularity prior, by number of liked items, ascending. Never negative; chosen
 * on held-out people and stored with the model.
 */
export const fusionSettingsSchema = z.array(fusionKnotSchema).min(1).readonly();

export type FusionSettings = z.output<typeof fusionSettingsSchema>;

/** Weights for one person. The scorers' add up to 1, or are all 0 where `share` is. */
export interface FusionWeights extends Readonly<Record<FusedScorer, number>> {
  /** Of the fused score in [0, 1); the rest stays with the prior. */
  readonly share: number;
}

/** Histories are read up to so many items, the strongest: it bounds what a list costs. */
export const mostLikings = 100;

/** The prior keeps so much, and with it the order of items that nothing else tells apart. */
export const leastPrior = 0.001;

/**
 * The evidence blend: with w_f(n) between the knots on straight lines over log n, and those of the nearest knot beyond,
 *
 *   s(u, i) = share * fused(u, i) + (1 - share) * prior(i),   share = sum_f w_f(n)
 *
 * and fused = sum_f w_f s_f / sum_f w_f, each s_f divided by the sum of the history's own best scores, then by its
 * highest among the candidates.
 */
export function fusionWeights(settings: FusionSettings, likings: number): FusionWeights {
  if (likings === 0) return { together: 0, alike: 0, factors: 0, content: 0, share: 0 };
  const above = settings.find((knot) => knot.likings >= likings) ?? settings.at(-1);
  const below = settings.findLast((knot) => knot.likings <= likings) ?? settings[0];
  if (above === undefined || below === undefined) throw new RangeError('a fusion without weights');
  const way =
    above.likings === below.likings
      ? 0
      : Math.log(likings / below.likings) / Math.log(above.likings / below.likings);
  return normalised((scorer) => (1 - way) * below[scorer] + way * above[scorer]);
}

/** The same from weights beside the prior's, on any scale. */
export function normalised(weightOf: (part: FusedScorer | 'prior') => number): FusionWeights {
  const sum = fusedScorers.reduce((total, scorer) => total + weightOf(scorer), 0);
  const part = (scorer: FusedScorer) => (sum === 0 ? 0 : weightOf(scorer) / sum);
  const prior = Math.max(weightOf('prior'), leastPrior * (sum + weightOf('prior')));
  return {
    together: part('together'),
    alike: part('alike'),
    factors: part('factors'),
    content: part('content'),
    share: sum === 0 ? 0 : sum / (sum + prior),
  };
}

/** Where nobody can be held out: what weighs a little from the first like on, and EASE from the tenth. */
export const evenFusion: FusionSettings = [
  { likings: 1, prior: 0.75, together: 0.08, alike: 0.01, factors: 0, content: 0.16 },
  { likings: 10, prior: 0.38, together: 0.38, alike: 0.11, factors: 0, content: 0.13 },
  { likings: 50, prior: 0.11, together: 0.45, alike: 0.38, factors: 0, content: 0.06 },
];

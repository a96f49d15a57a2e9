import { z } from 'zod';

/** scale * n^exponent for a person with n liked items. */
const growth = z.object({ scale: z.number().min(0), exponent: z.number().min(0) });

/**
 * How much each scorer weighs beside the popularity prior, whose weight is 1. Never negative; chosen on held-out people
 * and stored with the model.
 */
export const fusionSettingsSchema = z.object({
  /** Cosines of co-occurrence: the first few likes. */
  together: growth,
  /** EASE: long histories. */
  alike: growth,
  /** Similarity of what the items say. */
  content: growth,
});

export type FusionSettings = z.output<typeof fusionSettingsSchema>;
export type FusedScorer = keyof FusionSettings;
export const fusedScorers = ['together', 'alike', 'content'] as const satisfies readonly FusedScorer[];

/** Weights for one person. The three scorers' add up to 1, or are all 0 where `share` is. */
export interface FusionWeights extends Readonly<Record<FusedScorer, number>> {
  /** Of the fused score in [0, 1); the rest stays with the prior. */
  readonly share: number;
}

/** Histories are read up to so many items, the strongest: it bounds what a list costs. */
export const mostLikings = 100;

/**
 * The evidence blend: with w_f(n) = scale_f n^exponent_f,
 *
 *   s(u, i) = share * fused(u, i) + (1 - share) * prior(i),   share = sum_f w_f / (1 + sum_f w_f)
 *
 * and fused = sum_f w_f s_f / sum_f w_f, each s_f divided by the sum of the history's own best scores, then by its
 * highest among the candidates.
 */
export function fusionWeights(settings: FusionSettings, likings: number): FusionWeights {
  const count = Math.min(likings, mostLikings);
  const weightOf = ({ scale, exponent }: FusionSettings[FusedScorer]) =>
    count === 0 ? 0 : scale * count ** exponent;
  const { together, alike, content } = settings;
  const weights = [weightOf(together), weightOf(alike), weightOf(content)] as const;
  const sum = weights[0] + weights[1] + weights[2];
  const part = (weight: number) => (sum === 0 ? 0 : weight / sum);
  return {
    together: part(weights[0]),
    alike: part(weights[1]),
    content: part(weights[2]),
    share: sum / (1 + sum),
  };
}

/** Where nobody can be held out: what weighs a little from the first like on, and EASE from the tenth. */
export const evenFusion: FusionSettings = {
  together: { scale: 0.1, exponent: 1 },
  alike: { scale: 0.01, exponent: 1.5 },
  content: { scale: 0.2, exponent: 0.25 },
};

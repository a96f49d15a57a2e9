import { type FusedScorer, type FusionKnot, fusedScorers, normalised } from './fusion.js';

export type FusionPart = FusedScorer | 'prior';

/** What each scorer and the prior weigh, on any scale. */
export type Blend = Readonly<Record<FusionPart, number>>;

const nothing: Blend = { prior: 0, together: 0, alike: 0, factors: 0, content: 0 };

export const alone = (part: FusionPart): Blend => ({ ...nothing, [part]: 1 });

export const singles: readonly Blend[] = [...fusedScorers, 'prior' as const].map(alone);

export const largest = (blend: Blend) => Math.max(...Object.values(blend));

export function knotOf(likings: number, blend: Blend): FusionKnot {
  const { share, ...scorers } = normalised((part) => blend[part]);
  const of = (scorer: FusedScorer) => share * scorers[scorer];
  return {
    likings,
    prior: 1 - share,
    together: of('together'),
    alike: of('alike'),
    factors: of('factors'),
    content: of('content'),
  };
}

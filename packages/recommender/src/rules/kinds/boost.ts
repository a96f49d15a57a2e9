import { z } from 'zod';
import { defineRuleKind } from '../rule-kind.js';

/** Adds points to the score of every matching item. The score of a good match is about 1, so 0.1 is a nudge and 1 a shove. */
export const boost = defineRuleKind({
  kind: 'boost',
  label: 'Boost',
  help: 'Raises the score of matching items.',
  arguments: z.object({
    weight: z
      .number()
      .min(0.01)
      .max(2)
      .default(0.2)
      .meta({ label: 'Weight', help: 'What matching items gain.', unit: 'points' }),
  }),
  effect: ({ weight }) => ({ stage: 'score', points: weight }),
});

import { z } from 'zod';
import { defineRuleKind } from '../rule-kind.js';

/** Takes points from the score of every matching item, without hiding it: see boost for the scale. */
export const bury = defineRuleKind({
  kind: 'bury',
  label: 'Bury',
  help: 'Lowers the score of matching items; they can still be found.',
  arguments: z.object({
    weight: z
      .number()
      .min(0.01)
      .max(2)
      .default(0.2)
      .meta({ label: 'Weight', help: 'What matching items lose.', unit: 'points' }),
  }),
  effect: ({ weight }) => ({ stage: 'score', points: -weight }),
});

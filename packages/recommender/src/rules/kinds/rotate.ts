import { z } from 'zod';
import { defineRuleKind } from '../rule-kind.js';

/**
 * Lets an item rest after a person has seen it often enough: it stands behind everything that does not rest, and so
 * comes back only where a list would otherwise be short. It needs to be told what the person was shown.
 */
export const rotate = defineRuleKind({
  kind: 'rotate',
  label: 'Rotate',
  help: 'Does not show the same thing again and again.',
  arguments: z.object({
    afterViews: z
      .number()
      .int()
      .min(1)
      .max(1_000)
      .default(3)
      .meta({ label: 'After', help: 'Times that a person has been shown the item.', unit: 'views' }),
    forDays: z
      .number()
      .positive()
      .max(365)
      .default(7)
      .meta({ label: 'Rests for', help: 'Since it was last shown.', unit: 'days' }),
  }),
  effect: ({ afterViews, forDays }) => ({ stage: 'rest', afterViews, forDays }),
});

import { z } from 'zod';
import { fallbackSources } from '../rule-effect.js';
import { defineRuleKind } from '../rule-kind.js';

/** Where to look, in order, when a list would be short. The first rule in order that acts decides alone. */
export const fallback = defineRuleKind({
  kind: 'fallback',
  label: 'Fallback chain',
  help: 'Where candidates come from when there are too few.',
  arguments: z.object({
    fewerThan: z
      .number()
      .int()
      .min(1)
      .max(200)
      .default(20)
      .meta({ label: 'Fewer than', help: 'Candidates below which it looks further.', unit: 'items' }),
    sources: z
      .array(z.enum(fallbackSources).meta({ label: 'Source', help: 'Popular, new, or anything eligible.' }))
      .min(1)
      .max(10)
      .meta({ label: 'Sources', help: 'In this order, until there are enough.' }),
  }),
  effect: ({ fewerThan, sources }) => ({ stage: 'fallback', fewerThan, sources }),
});

import { z } from 'zod';
import { defineRuleKind } from '../rule-kind.js';

/** How much may be spent on items of which little is known. The first rule in order that acts decides alone. */
export const explorationBudget = defineRuleKind({
  kind: 'explorationBudget',
  label: 'Exploration budget',
  help: 'How many slots and impressions may go to trying out items.',
  arguments: z.object({
    share: z
      .number()
      .min(0)
      .max(1)
      .default(0.1)
      .meta({ label: 'Share of slots', help: 'Part of a list that may try out matching items.' }),
    impressionsPerDay: z.number().int().min(0).max(100_000_000).default(1_000).meta({
      label: 'Impressions a day',
      help: 'At most so many in a placement on one day.',
      unit: 'impressions',
    }),
  }),
  effect: ({ share, impressionsPerDay }) => ({ stage: 'explore', share, impressionsPerDay }),
});

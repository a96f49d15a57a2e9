import { z } from 'zod';
import { quotaBounds } from '../rule-effect.js';
import { defineRuleKind } from '../rule-kind.js';

/**
 * Of the first `within` slots, at least or at most `slots` show matching items (of a category, a brand, new ones: the
 * item condition says which). At most is kept even if the list gets shorter by it; at least as long as there are
 * matching items that may be shown.
 */
export const quota = defineRuleKind({
  kind: 'quota',
  label: 'Quota',
  help: 'How many of the first slots may or have to show matching items.',
  arguments: z
    .object({
      bound: z.enum(quotaBounds).meta({ label: 'Bound', help: 'A minimum or a maximum.' }),
      slots: z
        .number()
        .int()
        .min(0)
        .max(200)
        .meta({ label: 'Slots', help: 'How many of them.', unit: 'slots' }),
      within: z
        .number()
        .int()
        .min(1)
        .max(200)
        .default(20)
        .meta({ label: 'Of the first', help: 'The slots that are counted.', unit: 'slots' }),
    })
    .refine(({ slots, within }) => slots <= within, { path: ['slots'], message: 'is more than within' }),
  effect: ({ bound, slots, within }) => ({ stage: 'quota', bound, slots, within }),
});

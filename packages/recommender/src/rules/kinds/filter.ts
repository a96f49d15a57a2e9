import { z } from 'zod';
import { defineRuleKind } from '../rule-kind.js';

/** Part of the gate: what it keeps out is no candidate of any source, and no other rule can bring it back. */
export const filter = defineRuleKind({
  kind: 'filter',
  label: 'Filter',
  help: 'Leaves items out, or leaves only some in.',
  arguments: z.object({
    keeps: z
      .enum(['matching', 'others'])
      .meta({ label: 'Keeps', help: 'Matching: only items that match. Others: all but those that match.' }),
  }),
  effect: ({ keeps }) => ({ stage: 'gate', keeps }),
});

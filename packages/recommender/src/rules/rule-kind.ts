import { z } from 'zod';
import { ruleConditionSchema } from './condition.js';
import type { RuleEffect } from './rule-effect.js';

/** What every rule has around its arguments. */
const envelope = {
  key: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'is not 1 to 64 of a-z, 0-9 and -')
    .meta({ label: 'Key', help: 'Stable name; it stands in ledgers and in findings.' }),
  priority: z.number().int().min(-1_000).max(1_000).default(0).meta({
    label: 'Priority',
    help: 'Of two rules that want the same slot, the higher one gets it; of equals, the first key in order.',
  }),
  condition: ruleConditionSchema.prefault({}),
};

/**
 * A kind of rule: what it is called, its arguments, and what they do. The arguments' schema describes their form
 * (label, help, unit, range; `z.toJSONSchema`; `picks` where the text is the key of an item, a placement, a segment or
 * a time zone), so a new kind is one file and one line in `ruleKinds`.
 */
export function defineRuleKind<const Kind extends string, Arguments extends z.ZodObject>(definition: {
  readonly kind: Kind;
  readonly label: string;
  readonly help: string;
  readonly arguments: Arguments;
  effect(given: z.output<Arguments>): RuleEffect;
}) {
  const { kind, arguments: schema } = definition;
  return {
    ...definition,
    rule: z.object({ ...envelope, kind: z.literal(kind), arguments: schema }),
    /** Of arguments that may come from anywhere: throws a ZodError where they do not fit. */
    effectOf: (given: unknown): RuleEffect => definition.effect(schema.parse(given)),
  };
}

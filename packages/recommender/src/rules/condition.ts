import { coldnesses } from '@kindling/domain';
import { z } from 'zod';
import { itemFilterSchema, profileFilterSchema } from './filter-schema.js';
import { timeWindowSchema } from './time-window.js';

const coldness = z.enum(coldnesses);
const keys = z.array(z.string().min(1).max(64)).min(1).max(50);

/** When a rule acts, and on which items. Everything given has to be true; what is left out is always true. */
export const ruleConditionSchema = z.object({
  placements: z
    .exactOptional(keys)
    .meta({ label: 'Placements', help: 'Keys of the placements; none named: all.', picks: 'placement' }),
  window: z.exactOptional(timeWindowSchema).meta({ label: 'Time', help: 'When it acts; not given: always.' }),
  profile: z
    .exactOptional(
      z.object({
        segments: z.exactOptional(keys).meta({
          label: 'Segments',
          help: 'In any of them (cold, warming, warm, or your own).',
          picks: 'segment',
        }),
        matches: z
          .exactOptional(profileFilterSchema)
          .meta({ label: 'Who', help: 'Coldness, attributes and behaviour.' }),
      }),
    )
    .meta({ label: 'Profile', help: 'For whom it acts; not given: for everybody.' }),
  items: z
    .exactOptional(
      z.object({
        matches: z.exactOptional(itemFilterSchema).meta({ label: 'Which', help: 'A filter of items.' }),
        coldness: z
          .exactOptional(z.array(coldness).min(1))
          .meta({ label: 'Coldness', help: 'How much is known of the item.' }),
        newerThanDays: z.exactOptional(z.number().positive().max(3_650)).meta({
          label: 'Newer than',
          help: 'Published, or first seen, within so many days.',
          unit: 'days',
        }),
      }),
    )
    .meta({ label: 'Items', help: 'The items it acts on; not given: all.' }),
  outsideExperiments: z.exactOptional(z.boolean()).meta({
    label: 'Off inside experiments',
    help: 'It does not act on lists of an experiment, whatever their arm.',
  }),
});
export type RuleCondition = z.output<typeof ruleConditionSchema>;
export type ItemCondition = NonNullable<RuleCondition['items']>;

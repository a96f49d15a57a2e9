import { itemId, itemLimits } from '@kindling/domain';
import { z } from 'zod';
import { defineRuleKind } from '../rule-kind.js';

/**
 * Puts one item into one slot. It holds that slot whatever its score, as long as the item may be shown at all (and
 * fits the rule's item condition) and the list is that long; at the end of a shorter one it stands last.
 */
export const pin = defineRuleKind({
  kind: 'pin',
  label: 'Pin',
  help: 'Shows an item in a fixed slot.',
  arguments: z.object({
    itemId: z
      .string()
      .min(1)
      .max(itemLimits.idCharacters)
      .meta({ label: 'Item', help: 'The id of the item.', picks: 'item' }),
    position: z.number().int().min(1).max(200).meta({ label: 'Slot', help: '1 is the first one.' }),
  }),
  effect: ({ itemId: id, position }) => ({ stage: 'pin', itemId: itemId(id), position }),
});

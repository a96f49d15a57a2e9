import type { ItemFilter } from '@kindling/domain';
import { z } from 'zod';

/**
 * The filter of the public queries, as rules and segments are saved with it. `fields` says which names it may use:
 * a condition on a misspelt field is false for ever, and nobody would notice.
 */
function filterSchema(id: string, fields: RegExp, fieldHelp: string): z.ZodType<ItemFilter> {
  const field = z
    .string()
    .regex(fields, `is not a field to filter by: ${fieldHelp}`)
    .meta({ label: 'Field', help: fieldHelp });
  const bound = z.exactOptional(z.number());
  const range = z.strictObject({ gte: bound, gt: bound, lte: bound, lt: bound });
  const filter: z.ZodType<ItemFilter> = z.lazy(() =>
    z.union([
      z.strictObject({ all: z.array(filter).max(20) }),
      z.strictObject({ any: z.array(filter).max(20) }),
      z.strictObject({ not: filter }),
      z.strictObject({ field, in: z.array(z.union([z.string(), z.number(), z.boolean()])).max(500) }),
      z.strictObject({ field, range }),
    ]),
  );
  return filter.meta({ id });
}

export const itemFilterSchema = filterSchema(
  'ItemFilter',
  /^(categories|tags|status|price|currency|publishedAt|expiresAt|attributes\..+)$/,
  'categories, tags, status, price, currency, publishedAt, expiresAt or attributes.<name>',
);

export const profileFilterSchema = filterSchema(
  'ProfileFilter',
  /^(coldness|eventCount|daysSinceLastEvent|events\.[A-Z_]+|attributes\..+)$/,
  'coldness, eventCount, daysSinceLastEvent, events.<TYPE> or attributes.<name>',
);

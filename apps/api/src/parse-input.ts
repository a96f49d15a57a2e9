import { KindlingError } from '@kindling/domain';
import type { z } from 'zod';

/**
 * Parses at the edge: what does not fit becomes a BAD_INPUT that names the first field and what is wrong with it, and
 * lists all of them.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  name: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => ({
    field: [name, ...path].join('.'),
    message,
  }));
  const [first = { field: name, message: 'is not valid' }] = problems;
  throw new KindlingError('BAD_INPUT', `${first.field} ${first.message}`, { field: first.field, problems });
}

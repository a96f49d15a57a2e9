import { KindlingError } from '@kindling/domain';
import type { z } from 'zod';

/** Parses at the edge: the first problem becomes a BAD_INPUT that names the field and what is wrong with it. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  name: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = [name, ...(issue?.path ?? [])].join('.');
  throw new KindlingError('BAD_INPUT', `${field} ${issue?.message ?? 'is not valid'}`, { field });
}

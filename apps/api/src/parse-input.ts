import { KindlingError, unknownFields } from '@kindling/domain';
import type { z } from 'zod';

/**
 * Parses at the edge: what does not fit becomes a BAD_INPUT that names the first field and what is wrong with it, and
 * lists all of them. `name`: the argument that it came in; empty: its fields are arguments themselves.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  name: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap(told).map(({ path, message }) => ({
    field: [...(name === '' ? [] : [name]), ...path].join('.'),
    message,
  }));
  const [first = { field: name, message: 'is not valid' }] = problems;
  throw new KindlingError('BAD_INPUT', `${first.field} ${first.message}`, { field: first.field, problems });
}

/** The same, and nothing that the schema does not know: what people write as JSON, where a typing error would be lost. */
export function parseKnown<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  name: string,
): z.output<Schema> {
  const parsed = parseInput(schema, value, name);
  const problems = unknownFields(value, parsed).map((field) => ({
    field: `${name}.${field}`,
    message: 'is not known: correct its name, or leave it out',
  }));
  const [first] = problems;
  if (!first) return parsed;
  throw new KindlingError('BAD_INPUT', `${first.field} ${first.message}`, { field: first.field, problems });
}

interface Told {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * "Invalid input" says nothing of a value that may have several shapes: what is wrong is said by the shape that it
 * comes nearest to, the one with the fewest complaints. A schema that has words of its own for it is not overruled.
 */
function told(issue: z.core.$ZodIssue): readonly Told[] {
  if (issue.code !== 'invalid_union' || issue.message !== 'Invalid input') return [issue];
  const [nearest] = [...issue.errors].filter(({ length }) => length > 0).sort((a, b) => a.length - b.length);
  if (!nearest) return [issue];
  return nearest.flatMap(told).map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
}

/** Does what storage is asked for; a field that it names is said to be one of the argument `name`, where it came in. */
export async function fieldsUnder<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KindlingError) || error.details.field === undefined) throw error;
    const within = (field: string) => `${name}.${field}`;
    const { field, problems, ...others } = error.details;
    throw new KindlingError(error.code, error.message, {
      ...others,
      field: within(field),
      ...(problems && { problems: problems.map((one) => ({ ...one, field: within(one.field) })) }),
      cause: error,
    });
  }
}

import { asObject } from './form-value';

const bounds = ['gte', 'gt', 'lte', 'lt'] as const;
export const operators = ['in', 'notIn', ...bounds] as const;
export type Operator = (typeof operators)[number];

/** One condition of a filter, as a row of the form. `values` is as typed. */
export interface Clause {
  readonly field: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}
export interface Clauses {
  readonly joinedBy: 'all' | 'any';
  readonly clauses: readonly Clause[];
}

const isBound = (operator: Operator): operator is (typeof bounds)[number] =>
  bounds.some((bound) => bound === operator);
/** Fields whose values are words, even where a word looks like a number. */
const wordFields = ['categories', 'tags', 'status', 'currency', 'coldness'];

/** A filter as rows; null when it is nested deeper than rows can show (it is then edited as JSON). */
export function clausesOf(filter: unknown): Clauses | null {
  if (filter === undefined) return { joinedBy: 'all', clauses: [] };
  const object = asObject(filter);
  for (const joinedBy of ['all', 'any'] as const) {
    const parts = object[joinedBy];
    if (!Array.isArray(parts)) continue;
    const rows = parts.map((part) => leaf(part));
    const isFlat = rows.every((row) => row !== null && (joinedBy === 'all' || row.length === 1));
    return isFlat ? { joinedBy, clauses: rows.flatMap((row) => row ?? []) } : null;
  }
  const rows = leaf(filter);
  return rows === null ? null : { joinedBy: 'all', clauses: rows };
}

/** The filter that the rows say; undefined when there is none. */
export function filterOf({ joinedBy, clauses }: Clauses): unknown {
  const [only] = clauses;
  if (only === undefined) return undefined;
  const parts = clauses.map(({ field, operator, values }) => {
    if (isBound(operator)) {
      const value = values[0] ?? '';
      return { field, range: value.trim() === '' ? {} : { [operator]: Number(value) } };
    }
    const among = { field, in: values.map((value) => typedValue(field, value)) };
    return operator === 'in' ? among : { not: among };
  });
  return clauses.length === 1 ? parts[0] : { [joinedBy]: parts };
}

function leaf(filter: unknown): readonly Clause[] | null {
  const { not, field, in: among, range, ...others } = asObject(filter);
  if (Object.keys(others).length > 0) return null;
  if (not !== undefined) {
    const [inner, ...more] = leaf(not) ?? [];
    return inner?.operator === 'in' && more.length === 0 ? [{ ...inner, operator: 'notIn' }] : null;
  }
  if (typeof field !== 'string') return null;
  if (Array.isArray(among)) return [{ field, operator: 'in', values: among.map(String) }];
  return bounds.flatMap((operator) => {
    const bound = asObject(range)[operator];
    return typeof bound === 'number' ? [{ field, operator, values: [String(bound)] }] : [];
  });
}

function typedValue(field: string, text: string): string | number | boolean {
  const trimmed = text.trim();
  if (wordFields.includes(field)) return trimmed;
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
}

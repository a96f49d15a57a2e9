import type { Schemas } from '@qdrant/js-client-rest';
import { reject } from './stub-rejection.fixture.js';

/* How Qdrant reads its filters, written down from the golden answers and not from our own translation. */

interface Filterable {
  readonly id: string | number;
  readonly payload: Record<string, unknown>;
}

export function meets(point: Filterable, filter: Schemas['Filter']): boolean {
  const must = listOf(filter.must);
  const mustNot = listOf(filter.must_not);
  const should = listOf(filter.should);
  return (
    must.every((one) => holds(point, one)) &&
    !mustNot.some((one) => holds(point, one)) &&
    // An empty `should` asks for nothing.
    (should.length === 0 || should.some((one) => holds(point, one)))
  );
}

function holds(point: Filterable, condition: Schemas['Condition']): boolean {
  if ('has_id' in condition) return condition.has_id.includes(point.id);
  if (!('key' in condition)) return meets(point, condition as Schemas['Filter']);
  const values = valuesAt(point.payload, condition.key as string);
  const { match, range } = condition as Schemas['FieldCondition'];
  if (match) return values.some((value) => matches(value, match as Schemas['Match']));
  if (range)
    return values.some((value) => typeof value === 'number' && within(value, range as Schemas['Range']));
  return reject(501, `the stub cannot read the condition ${JSON.stringify(condition)}`);
}

function matches(value: unknown, match: Schemas['Match']): boolean {
  // Numbers match as integers only: 1.0 is not 1 (JSON from JavaScript never says 1.0).
  if ('value' in match)
    return value === match.value && (typeof value !== 'number' || Number.isInteger(value));
  if ('any' in match) return (match.any as unknown[]).includes(value);
  return reject(501, 'the stub matches by value or any only');
}

function within(value: number, { gt, gte, lt, lte }: Schemas['Range']): boolean {
  return (
    (gt == null || value > gt) &&
    (gte == null || value >= gte) &&
    (lt == null || value < lt) &&
    (lte == null || value <= lte)
  );
}

/** The values at a path of plain names; those of a list one by one. */
export function valuesAt(payload: Record<string, unknown>, path: string): readonly unknown[] {
  let current: unknown = payload;
  for (const name of path.split('.')) {
    if (!/^[\p{L}\p{N}_-]+$/u.test(name)) reject(400, `invalid JSON path ${path}`);
    if (typeof current !== 'object' || current === null) return [];
    current = Object.hasOwn(current, name) ? (current as Record<string, unknown>)[name] : undefined;
  }
  return current === undefined || current === null ? [] : [current].flat();
}

const listOf = (conditions: unknown): Schemas['Condition'][] =>
  conditions === undefined || conditions === null ? [] : ([conditions].flat() as Schemas['Condition'][]);

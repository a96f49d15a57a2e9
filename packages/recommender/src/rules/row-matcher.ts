import { type ColdnessThresholds, coldnessOf, type ItemFilter } from '@kindling/domain';
import type { ItemView } from '../ports.js';
import type { ItemCondition } from './condition.js';

export interface RowContext {
  readonly items: ItemView;
  readonly atMs: number;
  readonly itemThresholds: ColdnessThresholds;
}
export type RowTest = (row: number) => boolean;

const dayMs = 86_400_000;

/** The part of a condition that changes with the time and with what is done to an item; undefined: there is none. */
export function changingTest(
  { coldness, newerThanDays }: ItemCondition,
  { items, atMs, itemThresholds }: RowContext,
): RowTest | undefined {
  if (newerThanDays === undefined && !coldness) return undefined;
  const since = newerThanDays === undefined ? -Infinity : atMs - newerThanDays * dayMs;
  return (row) =>
    (newerThanDays === undefined || items.publishedAtMs(row) > since) &&
    (!coldness || coldness.includes(coldnessOf(items.eventCount(row), itemThresholds)));
}

/** A whole condition as a function of a row, for one request. */
export function rowTest(condition: ItemCondition, context: RowContext): RowTest {
  const changing = changingTest(condition, context);
  const matches = condition.matches && context.items.compile(condition.matches);
  if (!matches) return changing ?? (() => true);
  return changing ? (row) => matches(row) && changing(row) : matches;
}

type Values = readonly (string | number | boolean)[];
interface Discriminated {
  readonly index: number;
  readonly filter: ItemFilter;
  readonly values: Values;
}
type Branch =
  | { readonly index: number; readonly test: RowTest }
  | { readonly test: RowTest; readonly parts: readonly [Branch, Branch] };

/**
 * Which of many filters a row meets (undefined: a filter that every row meets). Most filters of a shop ask for values
 * of the same few fields, so those of one field are halved again and again, with the union of the values as the
 * question at each fork: a row that meets k of n costs about k log n questions instead of n. Good until a change is
 * applied to the items, as what `ItemView.compile` gives is.
 */
export class RowMatcher {
  readonly #branches: Branch[] = [];

  constructor(filters: readonly (ItemFilter | undefined)[], items: ItemView) {
    const byField = new Map<string, Discriminated[]>();
    filters.forEach((filter, index) => {
      const asked = filter && askedValues(filter);
      if (!filter || !asked) {
        this.#branches.push({ index, test: filter ? items.compile(filter) : () => true });
        return;
      }
      const group = byField.get(asked.field) ?? [];
      group.push({ index, filter, values: asked.in });
      byField.set(asked.field, group);
    });
    for (const [field, group] of byField) {
      group.sort((a, b) => (String(a.values[0]) < String(b.values[0]) ? -1 : 1));
      this.#branches.push(fork(field, group, items));
    }
  }

  /** Indexes of the filters that the row meets, in ascending order. */
  matching(row: number): number[] {
    const found: number[] = [];
    const visit = (branch: Branch): void => {
      if (!branch.test(row)) return;
      if ('parts' in branch) for (const part of branch.parts) visit(part);
      else found.push(branch.index);
    };
    for (const branch of this.#branches) visit(branch);
    return found.sort((a, b) => a - b);
  }
}

/** A field and values without which the filter cannot be true. */
function askedValues(filter: ItemFilter): { readonly field: string; readonly in: Values } | undefined {
  if ('in' in filter) return filter;
  return 'all' in filter ? filter.all.map(askedValues).find((one) => one !== undefined) : undefined;
}

function fork(field: string, group: readonly Discriminated[], items: ItemView): Branch {
  const [first] = group;
  if (group.length === 1 && first) return { index: first.index, test: items.compile(first.filter) };
  const middle = group.length >> 1;
  const union = [...new Set(group.flatMap(({ values }) => values))];
  return {
    test: items.compile({ field, in: union }),
    parts: [fork(field, group.slice(0, middle), items), fork(field, group.slice(middle), items)],
  };
}

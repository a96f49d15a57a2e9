import { type ColdnessThresholds, coldnessOf, eventTypes, type ItemFilter } from '@kindling/domain';

/** A condition on one field that has to be true, or has to be false. */
type Leaf = Extract<ItemFilter, { field: string }>;
interface Literal {
  readonly leaf: Leaf;
  readonly isTrue: boolean;
}
type Value = string | number | boolean;

export interface ProfileWorld {
  /** Of the strategies that lists may be made with: they say which count of events is which coldness. */
  readonly thresholds: readonly ColdnessThresholds[];
  /** Whether an attribute has one value; otherwise it may be a list, of which any value counts. */
  readonly isSingle: boolean;
}

/** Ways to be true that are looked at; a filter with more of them is not judged. */
const mostWays = 500;
/** Of a person so many recent events are known at most: see ProfileFacts. */
const knownEvents = 200;

/**
 * Whether there can be a profile for which the filter is true. "No" is certain: counts are whole and not below 0, a
 * profile has one coldness, the one that its events give it, and no more events of a type than events. "Yes" may be
 * said of a filter that nobody meets.
 */
export function isSatisfiable(filter: ItemFilter, world: ProfileWorld): boolean {
  const ways = waysToBe(filter, true);
  return ways === null || ways.some((way) => isPossible(way, world));
}

/** The disjunctive normal form; null: it is too long. */
function waysToBe(filter: ItemFilter, isTrue: boolean): readonly (readonly Literal[])[] | null {
  if ('not' in filter) return waysToBe(filter.not, !isTrue);
  if ('field' in filter) return [[{ leaf: filter, isTrue }]];
  const parts = 'all' in filter ? filter.all : filter.any;
  const isEach = 'all' in filter === isTrue;
  let ways: readonly (readonly Literal[])[] = isEach ? [[]] : [];
  for (const part of parts) {
    const more = waysToBe(part, isTrue);
    if (more === null) return null;
    const size = isEach ? ways.length * more.length : ways.length + more.length;
    if (size > mostWays) return null;
    ways = isEach ? ways.flatMap((way) => more.map((other) => [...way, ...other])) : [...ways, ...more];
  }
  return ways;
}

function isPossible(way: readonly Literal[], world: ProfileWorld): boolean {
  const byField = new Map<string, Literal[]>();
  for (const literal of way) {
    const known = byField.get(literal.leaf.field);
    if (known) known.push(literal);
    else byField.set(literal.leaf.field, [literal]);
  }
  const of = (field: string) => byField.get(field) ?? [];
  for (const [field, literals] of byField) {
    if (field.startsWith('attributes.') && !isAttributePossible(literals, world)) return false;
  }
  const least = leastEvents(byField);
  if (least === null || least > knownEvents) return false;
  const days = of('daysSinceLastEvent');
  const hasDay = realsAround(days).some((value) => value >= 0 && areMet(days, value));
  const hasNone = days.every(({ isTrue }) => !isTrue);
  const edges = world.thresholds.flatMap(({ warmingFrom, warmFrom }) => [warmingFrom, warmFrom]);
  const counts = wholesAround([...boundsOf(of('eventCount')), ...edges, least, 0]);
  return counts.some(
    (count) =>
      count >= least &&
      areMet(of('eventCount'), count) &&
      (count > 0 ? hasDay : hasNone) &&
      world.thresholds.some((thresholds) => areMet(of('coldness'), coldnessOf(count, thresholds))),
  );
}

/** How many events the conditions on their types take together; null: one of them cannot hold. */
function leastEvents(byField: ReadonlyMap<string, readonly Literal[]>): number | null {
  let sum = 0;
  for (const [field, literals] of byField) {
    if (!field.startsWith('events.')) continue;
    const type = field.slice('events.'.length);
    // What was only shown is not among what is known of a person; a type that does not exist has no count at all.
    if (!eventTypes.some((one) => one === type)) {
      if (literals.some(({ isTrue }) => isTrue)) return null;
      continue;
    }
    const counts = type === 'IMPRESSION' ? [0] : wholesAround([...boundsOf(literals), 0]);
    const least = counts.find((count) => count <= knownEvents && areMet(literals, count));
    if (least === undefined) return null;
    sum += least;
  }
  return sum;
}

function isAttributePossible(literals: readonly Literal[], { isSingle }: ProfileWorld): boolean {
  const wanted = literals.filter(({ isTrue }) => isTrue);
  if (wanted.length === 0) return true;
  const refused = literals.filter(({ isTrue }) => !isTrue);
  const named = literals.flatMap(({ leaf }): readonly Value[] => ('in' in leaf ? leaf.in : []));
  const values = [...named, ...realsAround(literals)].filter((value) => areMet(refused, value));
  return isSingle
    ? values.some((value) => areMet(wanted, value))
    : wanted.every((literal) => values.some((value) => areMet([literal], value)));
}

const areMet = (literals: readonly Literal[], value: Value) =>
  literals.every(({ leaf, isTrue }) => holds(leaf, value) === isTrue);

function holds(leaf: Leaf, value: Value): boolean {
  if ('in' in leaf) return leaf.in.includes(value);
  if (typeof value !== 'number') return false;
  const { gte = -Infinity, gt = -Infinity, lte = Infinity, lt = Infinity } = leaf.range;
  return value >= gte && value > gt && value <= lte && value < lt;
}

/** Numbers at which a condition may turn true or false, ascending. */
function boundsOf(literals: readonly Literal[]): number[] {
  const all = literals.flatMap(({ leaf }) =>
    'in' in leaf
      ? leaf.in.filter((value): value is number => typeof value === 'number')
      : Object.values(leaf.range).filter((value) => value !== undefined),
  );
  return [...new Set(all)].sort((a, b) => a - b);
}

/** One number of each stretch on which no condition changes, and the bounds themselves. */
function realsAround(literals: readonly Literal[]): number[] {
  const bounds = boundsOf(literals);
  const [first = 0, last = 0] = [bounds[0], bounds.at(-1)];
  const between = bounds.slice(1).map((bound, index) => (bound + (bounds[index] ?? bound)) / 2);
  return [first - 1, 0, ...bounds, ...between, last + 1];
}

/** The same for whole numbers from 0, ascending. */
function wholesAround(bounds: readonly number[]): number[] {
  const near = bounds.flatMap((bound) => [
    Math.floor(bound) - 1,
    Math.floor(bound),
    Math.ceil(bound),
    Math.ceil(bound) + 1,
  ]);
  return [...new Set(near)].filter((count) => count >= 0).sort((a, b) => a - b);
}

import { hasPrePeriod, type Metric, maturityHours, scaleOf } from '@kindling/experiments';

/** Numbers a metric has among a unit's amounts: y, x, y before the start, y on the first day (a RATIO: x before the start). */
export const amountsAMetric = 4;
/** The first amount says whether an impression of the experiment's lists came back. */
export const amountsBefore = 1;

/** Largest value of a unit, in whole numbers: its square still fits into 64 bits. */
const largest = 3_000_000_000;

export interface OutcomeQuery {
  readonly metrics: readonly Metric[];
  /** Of the ids of lists; see taggedId. Null, where there is no experiment: any list counts. */
  readonly tag: string | null;
  readonly unit: 'PROFILE' | 'SESSION';
}

/** The types of events that outcomes are made of. */
export const eventTypesOf = (metrics: readonly Metric[]): readonly string[] => [
  ...new Set(['IMPRESSION', ...metrics.flatMap(({ events, denominator }) => [...events, ...denominator])]),
];

/**
 * The outcomes of units, each from its events alone, in one pass over them: (unit, amounts) for the rows of a table
 * `u (unit, exposed_at)`. $1 is the catalogue, $2 the time of receipt before which events are seen, $3 the time up to
 * which they count (the stop or the fixed horizon, or $2).
 *
 * Text is put together from enumerations and numbers of a parsed definition alone, never from words of a caller.
 */
export function outcomeSql({ metrics, tag, unit }: OutcomeQuery, units: string): string {
  if (tag !== null && !/^[0-9a-f]{8}$/.test(tag))
    throw new RangeError(`"${tag}" is not the tag of an experiment.`);
  const before = Math.max(0, ...metrics.filter(hasPrePeriod).map(({ prePeriodDays }) => prePeriodDays));
  const newItems = metrics.some(({ newItemDays }) => newItemDays !== null);
  const teams = metrics.some(({ kind }) => kind === 'WIN_SHARE');
  const amounts = metrics.flatMap((metric) => amountsOf(metric, tag === null));
  return `
    SELECT u.unit, ARRAY[
      (count(*) FILTER (WHERE e.type = 'IMPRESSION' AND list_at IS NOT NULL) > 0)::int,
      ${amounts.join(',\n      ')}]::bigint[] AS amounts
    FROM ${units} AS u
    LEFT JOIN (
      SELECT e.*, ${teams ? teamSql(tag) : 'NULL::integer'} AS team,
        ${newItems ? 'coalesce(i.published_at, i.created_at)' : 'NULL::timestamptz'} AS item_at,
        CASE WHEN left(e.recommendation_id, 8) = '${tag ?? 'none'}'
          AND e.recommendation_id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$'
        THEN to_timestamp(60.0 * ('x' || substr(e.recommendation_id, 10, 4) || substr(e.recommendation_id, 16, 3))::bit(28)::int)
        END AS list_at
      FROM event AS e ${newItems || teams ? 'LEFT JOIN item AS i ON i.catalogue_id = $1 AND i.id = e.item_id' : ''}
      WHERE e.catalogue_id = $1 AND e.received_at < $2 AND e.occurred_at < $3
        AND e.type IN (${eventTypesOf(metrics)
          .map((type) => `'${type}'`)
          .join(', ')})
    ) AS e ON e.${unit === 'PROFILE' ? 'profile_id' : 'session_id'} = u.unit
      AND (e.occurred_at >= u.exposed_at - interval '${before} days' OR e.list_at IS NOT NULL)
    GROUP BY u.unit, u.exposed_at`;
}

/**
 * Who drafted the slot that an event is about, by the log of lists. A list whose row in the log was lost tells nothing,
 * for either team; one that is written late is found at the unit's next event.
 */
const teamSql = (tag: string | null) => `CASE WHEN left(e.recommendation_id, 8) = '${tag ?? 'none'}'
          AND e.recommendation_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        THEN (SELECT r.teams[array_position(r.item_numbers, i.number)] FROM recommendation AS r
          WHERE r.id = e.recommendation_id::uuid AND r.catalogue_id = $1) END`;

function amountsOf(metric: Metric, anyList: boolean): string[] {
  const { kind, events, denominator, cap } = metric;
  const of = (types: readonly string[]) => `e.type IN (${types.map((type) => `'${type}'`).join(', ')})`;
  const [since, before] = [after(metric, anyList), beforeStart(metric)];
  const total = (condition: string) => {
    const where = `FILTER (WHERE ${of(events)} AND ${condition})`;
    const sum = valueSum(kind === 'REVENUE', where);
    return kind === 'CONVERSION' || kind === 'RETENTION'
      ? `(${sum} > 0)::int`
      : limited(sum, cap === null ? largest : Math.min(largest, Math.round(cap * scaleOf(metric))));
  };
  const mature = (value: string) => {
    const hours = maturityHours(metric);
    return hours === 0
      ? value
      : `CASE WHEN u.exposed_at + interval '${hours * 3_600} seconds' <= least($2, $3) THEN ${value} END`;
  };
  const firstDay = `${since} AND e.occurred_at < u.exposed_at + interval '24 hours'`;
  const pre = hasPrePeriod(metric) ? total(before) : '0';
  switch (kind) {
    case 'CONVERSION':
    case 'COUNT':
    case 'REVENUE':
      return [total(since), '0', pre, total(firstDay)];
    case 'RATIO':
      return [
        total(since),
        `count(*) FILTER (WHERE ${of(denominator)} AND ${since})`,
        pre,
        hasPrePeriod(metric) ? `count(*) FILTER (WHERE ${of(denominator)} AND ${before})` : '0',
      ];
    case 'RETENTION':
      return [mature(total(since)), '0', '0', '0'];
    case 'WIN_SHARE': {
      const [a, b] = [0, 1].map(
        (team) => `count(*) FILTER (WHERE ${of(events)} AND ${since} AND e.team = ${team})`,
      );
      const share = `round(${scaleOf(metric)}.0 * ${b} / (${a} + ${b}))`;
      return [`CASE WHEN ${a} + ${b} > 0 THEN ${share} END`, '0', '0', '0'];
    }
    case 'TIME_TO_FIRST': {
      const first = `min(e.occurred_at) FILTER (WHERE ${of(events)} AND ${since})`;
      const window = (metric.windowHours ?? 0) * 3_600;
      const seconds = `round(extract(epoch FROM ${first} - u.exposed_at))`;
      return [mature(limited(`greatest(0, coalesce(${seconds}, ${window}))`, window)), '0', '0', '0'];
    }
  }
}

const valueSum = (money: boolean, where: string) =>
  money
    ? `coalesce(sum(round(least(${largest}, greatest(-${largest}, coalesce(e.value, 0) * 1000)))::bigint) ${where}, 0)`
    : `count(*) ${where}`;
const limited = (value: string, most: number) => `greatest(-${largest}, least(${most}, ${value}))::bigint`;

/** Which events count, by the time that they have since the exposure or since their list. */
function after({ attribution, windowHours, fromHours, newItemDays }: Metric, anyList: boolean): string {
  const seconds = (hours: number) => `interval '${hours * 3_600} seconds'`;
  // a list's id proves that the event came after it, whatever the clock of the device says
  const byList = attribution === 'RECOMMENDATION' && !anyList;
  const start = byList ? 'e.list_at' : 'u.exposed_at';
  const from = byList
    ? 'e.list_at IS NOT NULL'
    : `e.occurred_at >= u.exposed_at + ${seconds(fromHours ?? 0)}`;
  return [
    from,
    ...(attribution === 'RECOMMENDATION' && anyList ? ['e.recommendation_id IS NOT NULL'] : []),
    ...(windowHours === null ? [] : [`e.occurred_at < ${start} + ${seconds(windowHours)}`]),
    ...(newItemDays === null
      ? []
      : [`e.occurred_at < e.item_at + interval '${newItemDays * 86_400} seconds'`]),
  ].join(' AND ');
}

const beforeStart = ({ prePeriodDays, newItemDays }: Metric) =>
  [
    `e.occurred_at < u.exposed_at AND e.occurred_at >= u.exposed_at - interval '${prePeriodDays} days'`,
    ...(newItemDays === null
      ? []
      : [`e.occurred_at < e.item_at + interval '${newItemDays * 86_400} seconds'`]),
  ].join(' AND ');

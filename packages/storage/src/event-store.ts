import { type CatalogueId, type Event, eventSchema, KindlingError, settleTime } from '@kindling/domain';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';
import { jsonParameter } from './json-parameter.js';

/** An event as it is stored: checked, and with a settled time. */
export interface StorableEvent extends Event {
  /** Made by a simulator: shown as such wherever it counts. */
  readonly simulated: boolean;
}

export interface RejectedEvent {
  readonly index: number;
  readonly field: string | null;
  readonly code: string;
  readonly message: string;
}

export interface CheckedBatch {
  /** Ids are distinct: the first of two equal ones is taken. */
  readonly events: readonly StorableEvent[];
  /** Of events, their place in the batch. */
  readonly indexes: readonly number[];
  /** Rows whose id stands earlier in the same batch. */
  readonly repeated: number;
  readonly rejected: readonly RejectedEvent[];
}

/** Checks the rows of one call each by itself: one bad row costs nothing but itself. */
export function checkEvents(
  rows: readonly unknown[],
  receivedAt: Date,
  simulated: (row: number) => boolean,
): CheckedBatch {
  const seen = new Set<string>();
  const events: StorableEvent[] = [];
  const indexes: number[] = [];
  const rejected: RejectedEvent[] = [];
  let repeated = 0;
  rows.forEach((row, index) => {
    const parsed = eventSchema.safeParse(row);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const field = issue?.path.join('.') || null;
      rejected.push({
        index,
        field,
        code: 'BAD_INPUT',
        message: `${field ?? 'the event'} ${issue?.message ?? 'is not valid'}`,
      });
      return;
    }
    const time = settleTime(parsed.data.occurredAt, receivedAt);
    if ('refused' in time) {
      rejected.push({
        index,
        field: 'occurredAt',
        code: time.refused,
        message: `occurredAt ${time.message}`,
      });
      return;
    }
    if (seen.has(parsed.data.id)) {
      repeated += 1;
      return;
    }
    seen.add(parsed.data.id);
    events.push({
      ...(parsed.data as unknown as Event),
      occurredAt: time.occurredAt,
      simulated: simulated(index),
    });
    indexes.push(index);
  });
  return { events, indexes, repeated, rejected };
}

/**
 * Stores events in one transaction and returns the ids that are new; the others were there already and have no
 * second effect. When it resolves, everything is committed: the events, the counts of days, the profiles.
 *
 * Ids, counts and profiles are written in sorted order, so that concurrent batches wait for each other instead of
 * deadlocking. An event of a merged profile goes to the profile it was merged into. One that does not name its
 * segment takes over the one that the profile has now: what the profile becomes later changes no count of the past.
 */
export function insertEvents(
  pool: Pool,
  catalogue: CatalogueId,
  events: readonly StorableEvent[],
  segmentAttribute: string | null,
): Promise<ReadonlySet<string>> {
  if (events.length === 0) return Promise.resolve(new Set());
  return transaction(pool, async (client) => {
    // Shared with other batches; merging and erasing profiles take it alone.
    await execute(client, sharedProfilesLock, catalogue);
    return storeEvents(client, catalogue, events, segmentAttribute);
  });
}

/** The same within a transaction of the caller's, which holds `sharedProfilesLock`. */
export async function storeEvents(
  client: PoolClient,
  catalogue: CatalogueId,
  events: readonly StorableEvent[],
  segmentAttribute: string | null,
): Promise<ReadonlySet<string>> {
  const rows = await execute(
    client,
    insertSql,
    catalogue,
    segmentAttribute,
    events.map((event) => event.id),
    events.map((event) => event.type),
    events.map((event) => event.profileId),
    events.map((event) => event.sessionId),
    events.map((event) => event.itemId),
    events.map((event) => event.query),
    events.map((event) => event.value),
    events.map((event) => event.occurredAt),
    events.map((event) => event.recommendationId),
    events.map((event) => jsonParameter(event.attributes)),
    events.map((event) => event.simulated),
  );
  return new Set(rows.map((row) => row.id));
}

export const sharedProfilesLock = statement<never, [CatalogueId]>(
  'profiles-shared',
  `SELECT pg_advisory_xact_lock_shared(hashtextextended('kindling profiles ' || $1::text, 0))`,
);
export const exclusiveProfilesLock = statement<never, [CatalogueId]>(
  'profiles-exclusive',
  `SELECT pg_advisory_xact_lock(hashtextextended('kindling profiles ' || $1::text, 0))`,
);

/** What one event adds to item_day.value_sum; see the column's comment. `e` is an event row. */
const valueSum = `CASE e.type
  WHEN 'RATING' THEN round(greatest(-1, least(1, (e.value - 3) / 2)) * 1000)
  WHEN 'DWELL' THEN round(greatest(0, least(coalesce(e.value, 0), 86400)))
  ELSE 0 END::bigint`;

/** Events `e` as rows of item_day, in the order of its key. $1 catalogue, $2 name of the segment attribute. */
export const dayCountsOf = (events: string) => `
  SELECT $1::text AS catalogue_id, e.item_id, coalesce(e.attributes ->> $2::text, '') AS segment, e.type,
    (e.occurred_at AT TIME ZONE 'UTC')::date AS day, count(*) AS events, sum(${valueSum}) AS value_sum
  FROM ${events} AS e WHERE e.item_id IS NOT NULL GROUP BY 2, 3, 4, 5 ORDER BY 2, 3, 4, 5`;

type Texts = readonly (string | null)[];
const insertSql = statement<
  { id: string },
  [
    CatalogueId,
    string | null,
    Texts,
    Texts,
    Texts,
    Texts,
    Texts,
    Texts,
    readonly (number | null)[],
    readonly Date[],
    Texts,
    Texts,
    readonly boolean[],
  ]
>(
  'event-insert',
  `WITH inserted AS (
     INSERT INTO event (catalogue_id, id, type, profile_id, session_id, item_id, query, value, occurred_at,
       recommendation_id, attributes, simulated)
     SELECT $1::text, e.id, e.type, coalesce(p.merged_into, e.profile_id), e.session_id, e.item_id, e.query, e.value,
       e.occurred_at, e.recommendation_id,
       CASE WHEN NOT e.attributes::jsonb ? $2::text
         AND jsonb_typeof(known.attributes -> $2::text) IN ('string', 'number', 'boolean')
       THEN e.attributes::jsonb || jsonb_build_object($2::text, known.attributes -> $2::text)
       ELSE e.attributes::jsonb END, e.simulated
     FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::float8[],
       $10::timestamptz[], $11::text[], $12::text[], $13::boolean[])
       AS e (id, type, profile_id, session_id, item_id, query, value, occurred_at, recommendation_id, attributes, simulated)
     LEFT JOIN profile AS p ON p.catalogue_id = $1::text AND p.id = e.profile_id
     LEFT JOIN profile AS known ON known.catalogue_id = $1::text AND known.id = coalesce(p.merged_into, p.id)
     ORDER BY e.id
     ON CONFLICT (catalogue_id, id) DO NOTHING
     RETURNING id, type, profile_id, item_id, value, occurred_at, attributes, simulated),
   counted AS (
     INSERT INTO item_day (catalogue_id, item_id, segment, type, day, events, value_sum)
     ${dayCountsOf('inserted')}
     ON CONFLICT (catalogue_id, item_id, segment, type, day) DO UPDATE SET
       events = item_day.events + excluded.events, value_sum = item_day.value_sum + excluded.value_sum,
       changed_at = clock_timestamp()),
   profiles AS (
     INSERT INTO profile (catalogue_id, id, simulated)
     SELECT $1::text, profile_id, bool_and(simulated) FROM inserted WHERE profile_id IS NOT NULL
     GROUP BY profile_id ORDER BY profile_id
     ON CONFLICT (catalogue_id, id) DO NOTHING)
   SELECT id FROM inserted`,
);

export interface EventCounts {
  readonly events: number;
  readonly simulatedEvents: number;
  readonly profiles: number;
  readonly simulatedProfiles: number;
}

export async function countEvents(db: Queryable, catalogue: CatalogueId): Promise<EventCounts> {
  const [row] = await execute(db, countSql, catalogue);
  return row ?? { events: 0, simulatedEvents: 0, profiles: 0, simulatedProfiles: 0 };
}
const countSql = statement<EventCounts, [CatalogueId]>(
  'event-counts',
  `SELECT (SELECT count(*)::float8 FROM event WHERE catalogue_id = $1) AS events,
     (SELECT count(*)::float8 FROM event WHERE catalogue_id = $1 AND simulated) AS "simulatedEvents",
     (SELECT count(*)::float8 FROM profile WHERE catalogue_id = $1 AND merged_into IS NULL) AS profiles,
     (SELECT count(*)::float8 FROM profile WHERE catalogue_id = $1 AND merged_into IS NULL AND simulated)
       AS "simulatedProfiles"`,
);

/** Differences between item_day and a recount of all events: empty, unless something is broken. */
export async function findMiscounts(
  db: Queryable,
  catalogue: CatalogueId,
  segmentAttribute: string | null,
): Promise<readonly object[]> {
  const result = await db.query(
    `WITH truth AS (${dayCountsOf('(SELECT * FROM event WHERE catalogue_id = $1::text)')})
     SELECT item_id, segment, type, day, truth.events AS expected, stored.events AS stored
     FROM truth FULL JOIN (SELECT * FROM item_day WHERE catalogue_id = $1::text AND (events <> 0 OR value_sum <> 0)) AS stored
       USING (item_id, segment, type, day)
     WHERE truth.events IS DISTINCT FROM stored.events OR truth.value_sum IS DISTINCT FROM stored.value_sum`,
    [catalogue, segmentAttribute],
  );
  return result.rows;
}

export const tooManyEvents = (retryAfterMs: number) =>
  new KindlingError(
    'RATE_LIMITED',
    'More events wait to be stored than the server may hold: send them again later',
    {
      retryAfterMs,
    },
  );

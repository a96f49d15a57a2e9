import {
  type CatalogueId,
  type EventType,
  eventTypes,
  type JsonObject,
  type ProfileId,
  profileId,
} from '@kindling/domain';
import type { EvidenceEvent } from '@kindling/recommender';
import { execute, type Queryable, statement } from './database.js';

export interface SampledProfile {
  readonly id: ProfileId;
  readonly attributes: JsonObject;
  readonly eventCount: number;
  /** By type and time only, newest first: as much as a segment can ask of them. */
  readonly events: readonly EvidenceEvent[];
}
export interface ProfileSample {
  /** Profiles of the catalogue, merged ones not counted. */
  readonly total: number;
  readonly profiles: readonly SampledProfile[];
}

/**
 * Profiles in the order of a hash of their id: all of them where there are no more than `most`, otherwise as good as a
 * random sample, and the same one each time.
 */
export async function readProfileSample(
  db: Queryable,
  catalogue: CatalogueId,
  most: number,
): Promise<ProfileSample> {
  const rows = await execute(db, sampleSql, catalogue, most);
  return {
    total: rows[0]?.total ?? 0,
    profiles: rows.map(({ id, attributes, counts, last }) => ({
      id: profileId(id),
      attributes,
      eventCount: Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0),
      events: eventTypes.flatMap((type) =>
        Array(Math.min(counts?.[type] ?? 0, mostOfType)).fill(eventOf(type, last)),
      ),
    })),
  };
}

/** The ids alone, in the same order. */
export async function readProfileIds(
  db: Queryable,
  catalogue: CatalogueId,
  most: number,
): Promise<readonly ProfileId[]> {
  return (await execute(db, idsSql, catalogue, most)).map(({ id }) => profileId(id));
}

const idsSql = statement<{ id: string }, [CatalogueId, number]>(
  'profile-sample-ids',
  `SELECT id FROM profile WHERE catalogue_id = $1 AND merged_into IS NULL ORDER BY hashtext(id), id LIMIT $2`,
);

/** Of one type, and in all: a request knows no more of a person either. */
const mostOfType = 200;
const mostEvents = 1_000;

const eventOf = (type: EventType, last: number | null): EvidenceEvent => ({
  type,
  itemId: null,
  query: null,
  value: null,
  occurredAtMs: last ?? 0,
});

interface SampleRow {
  readonly id: string;
  readonly attributes: JsonObject;
  readonly total: number;
  readonly counts: Partial<Record<EventType, number>> | null;
  readonly last: number | null;
}
const sampleSql = statement<SampleRow, [CatalogueId, number]>(
  'profile-sample',
  `WITH chosen AS (
     SELECT id, attributes, (count(*) OVER ())::int AS total FROM profile
     WHERE catalogue_id = $1 AND merged_into IS NULL ORDER BY hashtext(id), id LIMIT $2)
   SELECT chosen.*, e.counts, e.last FROM chosen CROSS JOIN LATERAL (
     SELECT jsonb_object_agg(type, events) AS counts, floor(extract(epoch FROM max(last)) * 1000)::float8 AS last FROM (
       SELECT type, count(*) AS events, max(occurred_at) AS last FROM (
         SELECT type, occurred_at FROM event WHERE catalogue_id = $1 AND profile_id = chosen.id
           AND type <> 'IMPRESSION' ORDER BY occurred_at DESC LIMIT ${mostEvents}) AS newest
       GROUP BY type) AS by_type) AS e`,
);

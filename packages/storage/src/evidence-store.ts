import type { CatalogueId, EventType, ItemId, JsonObject } from '@kindling/domain';
import type { Evidence, EvidenceSource } from '@kindling/recommender';
import { execute, type Pool, statement } from './database.js';

/** Events read of a subject at most, and counted at most: more evidence than this changes nothing any more. */
const newestEvents = 200;
const countedEvents = 10_000;

/**
 * The evidence port over Postgres: everything committed, in one round trip. A merged profile is read as the one
 * it was merged into. A session adds what it did without a profile. `asOf`: only events that had come by then, and the
 * attributes of then as far as they are known (see knowsAttributesThen).
 */
export function evidenceSource(pool: Pool, catalogue: CatalogueId, asOf: Date | null = null): EvidenceSource {
  return {
    async load({ profileId, sessionId }) {
      if (profileId === null && sessionId === null) return null;
      const [row] =
        asOf === null
          ? await execute(pool, evidenceSql, catalogue, profileId, sessionId)
          : await execute(pool, evidenceThenSql, catalogue, profileId, sessionId, asOf);
      if (!row || (!row.known && row.event_count === 0)) return null;
      return {
        attributes: row.attributes ?? {},
        events: (row.events ?? []).map(([type, itemId, query, value, occurredAtMs]) => ({
          type,
          itemId,
          query,
          value,
          occurredAtMs,
        })),
        eventCount: row.event_count,
        closedItemIds: row.closed ?? [],
      } satisfies Evidence;
    },
  };
}

interface EvidenceRow {
  readonly known: boolean;
  readonly attributes: JsonObject | null;
  readonly events: [EventType, ItemId | null, string | null, number | null, number][] | null;
  readonly event_count: number;
  readonly closed: ItemId[] | null;
}

// The two branches stay apart, so that each uses its own index.
const evidenceText = (
  until: (alias: string) => string,
  { known, attributes }: { readonly known: string; readonly attributes: string },
) =>
  `WITH me AS (
     SELECT coalesce((SELECT merged_into FROM profile WHERE catalogue_id = $1 AND id = $2::text), $2::text) AS id),
   mine AS MATERIALIZED (
     (SELECT e.type, e.item_id, e.query, e.value, e.occurred_at, e.id FROM event AS e, me
      WHERE e.catalogue_id = $1 AND e.profile_id = me.id AND e.type <> 'IMPRESSION'${until('e.')}
      ORDER BY e.occurred_at DESC LIMIT ${countedEvents})
     UNION ALL
     (SELECT e.type, e.item_id, e.query, e.value, e.occurred_at, e.id FROM event AS e
      WHERE e.catalogue_id = $1 AND e.session_id = $3::text AND e.profile_id IS NULL AND e.type <> 'IMPRESSION'${until('e.')}
      ORDER BY e.occurred_at DESC LIMIT ${countedEvents}))
   SELECT ${known} AS known, ${attributes} AS attributes,
     (SELECT json_agg(json_build_array(type, item_id, query, value, floor(extract(epoch FROM occurred_at) * 1000))
        ORDER BY occurred_at DESC, id)
      FROM (SELECT * FROM mine ORDER BY occurred_at DESC, id LIMIT ${newestEvents}) AS newest) AS events,
     (SELECT count(*)::int FROM mine) AS event_count,
     (SELECT array_agg(DISTINCT e.item_id) FROM (
        SELECT item_id FROM event WHERE catalogue_id = $1 AND profile_id = me.id AND type IN ('PURCHASE', 'DISLIKE', 'HIDE')${until('')}
        UNION ALL
        SELECT item_id FROM mine WHERE type IN ('PURCHASE', 'DISLIKE', 'HIDE')) AS e WHERE e.item_id IS NOT NULL) AS closed
   FROM me LEFT JOIN profile ON profile.catalogue_id = $1 AND profile.id = me.id`;
const evidenceSql = statement<EvidenceRow, [CatalogueId, string | null, string | null]>(
  'evidence',
  evidenceText(() => '', { known: 'profile.id IS NOT NULL', attributes: 'profile.attributes' }),
);
const evidenceThenSql = statement<EvidenceRow, [CatalogueId, string | null, string | null, Date]>(
  'evidence-then',
  evidenceText((alias) => ` AND ${alias}received_at <= $4`, {
    known: 'profile.id IS NOT NULL AND profile.created_at <= $4',
    attributes: `CASE WHEN profile.created_at <= $4 THEN coalesce((
        SELECT r.attributes FROM replaced_attributes AS r
        WHERE r.catalogue_id = $1 AND r.profile_id = me.id AND r.replaced_at > $4 ORDER BY r.replaced_at LIMIT 1),
      profile.attributes) END`,
  }),
);

import { createHash } from 'node:crypto';
import { type CatalogueId, type JsonObject, KindlingError, type ProfileId } from '@kindling/domain';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type Queryable, statement, transaction } from './database.js';
import { dayCountsOf, exclusiveProfilesLock } from './event-store.js';
import { eraseExposures, eraseLateExposures, mergeExposures } from './exposure-store.js';
import { keepAttributes } from './replaced-attributes-store.js';

/** A person or device, as its caller may know it. */
export interface Profile {
  readonly id: ProfileId;
  readonly attributes: JsonObject;
  readonly events: number;
  readonly simulated: boolean;
  readonly createdAt: Date;
}

/**
 * Joins two profiles of one person: the events of `from` become those of `into`, and so do events of `from` that
 * come later. All of it in one transaction; doing it again changes nothing. A profile can be merged once: into
 * another one than before is a CONFLICT.
 */
export async function mergeProfiles(
  pool: Pool,
  catalogue: CatalogueId,
  from: ProfileId,
  into: ProfileId,
): Promise<Profile> {
  if (from === into)
    throw new KindlingError('BAD_INPUT', 'from and into are the same profile', { field: 'into' });
  return transaction(pool, async (client) => {
    await execute(client, exclusiveProfilesLock, catalogue);
    const target = (await mergedInto(client, catalogue, into)) ?? into;
    const earlier = await mergedInto(client, catalogue, from);
    if (target === from || (earlier !== null && earlier !== target)) {
      throw new KindlingError('CONFLICT', `Profile "${from}" was merged already, and not into "${into}"`, {
        field: 'from',
      });
    }
    if (earlier === null) {
      await execute(client, ensureSql, catalogue, [from, target].sort());
      await execute(client, attributeSql, catalogue, from, target);
      await execute(client, pointSql, catalogue, from, target);
      await mergeExposures(client, catalogue, from, target);
    }
    const profile = await findProfile(client, catalogue, target);
    if (!profile) throw new KindlingError('INTERNAL', 'a merged profile is gone');
    return profile;
  });
}

export async function findProfile(
  db: Queryable,
  catalogue: CatalogueId,
  id: ProfileId,
): Promise<Profile | null> {
  const [row] = await execute(db, findSql, catalogue, id);
  return row ?? null;
}

/** Under which a person may stand in experiments: their ids, and their sessions. */
async function unitsOf(db: Queryable, catalogue: CatalogueId, target: ProfileId): Promise<string[]> {
  const ids = [...(await execute(db, aliasesSql, catalogue, target)).map((row) => row.id), target];
  const sessions = await execute(db, sessionsSql, catalogue, ids);
  return [...new Set([...ids, ...sessions.map((row) => row.id)])];
}

async function mergedInto(
  client: Queryable,
  catalogue: CatalogueId,
  id: ProfileId,
): Promise<ProfileId | null> {
  const [row] = await execute(client, mergedSql, catalogue, id);
  return row?.merged_into ?? null;
}

/** What an erasure removed; `remaining` is counted after it, in the same transaction. */
export interface ErasureReceipt {
  /** The hash under which the erasure stands in the audit log. */
  readonly subjectHash: string;
  readonly profiles: number;
  readonly events: number;
  readonly exposures: number;
  readonly rankings: number;
  readonly remaining: number;
  readonly erasedAt: Date;
  /** For the caller's caches. */
  readonly recommendationIds: readonly string[];
}

/**
 * Removes a person: the profile, those merged with it, their events and the events of their sessions, their
 * exposures (in experiments, too) and stored rankings, and takes their events out of the day counts again. What the audit log keeps is a
 * hash of the id. Unknown profiles give a receipt of zeros: there is nothing left to erase.
 */
export async function eraseProfile(
  pool: Pool,
  catalogue: CatalogueId,
  id: ProfileId,
  options: { readonly segmentAttribute: string | null; readonly actor: string },
): Promise<ErasureReceipt> {
  const known = (await mergedInto(pool, catalogue, id)) ?? id;
  await eraseExposures(pool, catalogue, await unitsOf(pool, catalogue, known));
  const subjectHash = createHash('sha256').update(`${catalogue}\n${id}`).digest('hex');
  return transaction(pool, async (client) => {
    await execute(client, exclusiveProfilesLock, catalogue);
    const target = (await mergedInto(client, catalogue, id)) ?? id;
    const ids = (await execute(client, aliasesSql, catalogue, target)).map((row) => row.id);
    if (!ids.includes(target)) ids.push(target);
    await eraseLateExposures(client, catalogue, await unitsOf(client, catalogue, target));
    const events = await execute(client, eraseEventsSql, catalogue, options.segmentAttribute, ids);
    const exposures = await execute(client, eraseExposuresSql, catalogue, ids);
    const recommendationIds = exposures.map((row) => row.id);
    const rankings = await execute(client, eraseRankingsSql, catalogue, recommendationIds, ids);
    const profiles = await execute(client, eraseProfilesSql, catalogue, ids);
    const [left] = await execute(client, remainingSql, catalogue, ids);
    const receipt: ErasureReceipt = {
      subjectHash,
      profiles: profiles.length,
      events: events[0]?.erased ?? 0,
      exposures: recommendationIds.length,
      rankings: rankings.length,
      remaining: left?.remaining ?? 0,
      erasedAt: new Date(),
      recommendationIds: [...recommendationIds, ...rankings.map((row) => row.id)],
    };
    await appendAudit(client, {
      catalogue,
      actor: options.actor,
      action: 'profile.erase',
      target: subjectHash,
      detail: {
        profiles: receipt.profiles,
        events: receipt.events,
        exposures: receipt.exposures,
        rankings: receipt.rankings,
      },
    });
    return receipt;
  });
}

/** Everything stored about a person, for the person. */
export async function exportProfile(
  db: Queryable,
  catalogue: CatalogueId,
  id: ProfileId,
): Promise<JsonObject> {
  const [row] = await execute(db, exportSql, catalogue, id);
  if (!row?.profile) throw new KindlingError('NOT_FOUND', `There is no profile "${id}"`, { field: 'id' });
  return row.profile;
}

const findSql = statement<Profile, [CatalogueId, ProfileId]>(
  'profile-find',
  `SELECT p.id, p.attributes, p.simulated, p.created_at AS "createdAt",
     (SELECT count(*)::float8 FROM event AS e WHERE e.catalogue_id = $1 AND e.profile_id = p.id) AS events
   FROM profile AS p WHERE p.catalogue_id = $1 AND p.id = $2`,
);
const mergedSql = statement<{ merged_into: ProfileId | null }, [CatalogueId, ProfileId]>(
  'profile-merged',
  'SELECT merged_into FROM profile WHERE catalogue_id = $1 AND id = $2',
);
const ensureSql = statement<never, [CatalogueId, readonly ProfileId[]]>(
  'profile-ensure',
  'INSERT INTO profile (catalogue_id, id) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING',
);
const attributeSql = statement<never, [CatalogueId, ProfileId, ProfileId]>(
  'profile-attribute-events',
  'UPDATE event SET profile_id = $3 WHERE catalogue_id = $1 AND profile_id = $2',
);
// What is known of the target wins; chains are kept one link long.
const pointSql = statement<never, [CatalogueId, ProfileId, ProfileId]>(
  'profile-point',
  `WITH source AS (SELECT attributes FROM profile WHERE catalogue_id = $1 AND id = $2),
   changed AS (SELECT p.id, p.attributes FROM profile AS p, source
     WHERE p.catalogue_id = $1 AND p.id = $3 AND p.attributes <> source.attributes || p.attributes),
   ${keepAttributes},
   enriched AS (UPDATE profile SET attributes = source.attributes || profile.attributes FROM source
     WHERE profile.catalogue_id = $1 AND profile.id = $3)
   UPDATE profile SET merged_into = $3 WHERE catalogue_id = $1 AND (id = $2 OR merged_into = $2)`,
);
const aliasesSql = statement<{ id: string }, [CatalogueId, ProfileId]>(
  'profile-aliases',
  'SELECT id FROM profile WHERE catalogue_id = $1 AND (id = $2 OR merged_into = $2)',
);
const sessionsSql = statement<{ id: string }, [CatalogueId, readonly string[]]>(
  'profile-sessions',
  `SELECT DISTINCT session_id AS id FROM event
   WHERE catalogue_id = $1 AND profile_id = ANY($2::text[]) AND session_id IS NOT NULL`,
);
// What the last training counted shrinks with the counts: else events that come would have to make up for those erased.
const eraseEventsSql = statement<{ erased: number }, [CatalogueId, string | null, readonly string[]]>(
  'profile-erase-events',
  `WITH erased AS (
     DELETE FROM event WHERE catalogue_id = $1::text AND (profile_id = ANY($3::text[]) OR (profile_id IS NULL AND session_id IN (
       SELECT session_id FROM event WHERE catalogue_id = $1::text AND profile_id = ANY($3::text[]) AND session_id IS NOT NULL)))
     RETURNING *),
   uncounted AS (
     UPDATE item_day AS d SET events = d.events - c.events, value_sum = d.value_sum - c.value_sum, changed_at = clock_timestamp()
     FROM (${dayCountsOf('erased')}) AS c
     WHERE d.catalogue_id = c.catalogue_id AND d.item_id = c.item_id AND d.segment = c.segment AND d.type = c.type AND d.day = c.day),
   known AS (
     UPDATE training_run AS t SET counted_events = t.counted_events - (
       SELECT count(*) FROM erased AS e WHERE e.item_id IS NOT NULL AND e.type <> 'IMPRESSION' AND e.received_at <= t.created_at)
     WHERE t.catalogue_id = $1::text AND t.number = (SELECT max(number) FROM training_run WHERE catalogue_id = $1::text))
   SELECT count(*)::float8 AS erased FROM erased`,
);
const eraseExposuresSql = statement<{ id: string }, [CatalogueId, readonly string[]]>(
  'profile-erase-exposures',
  'DELETE FROM recommendation WHERE catalogue_id = $1 AND profile_id = ANY($2::text[]) RETURNING id',
);
const eraseRankingsSql = statement<{ id: string }, [CatalogueId, readonly string[], readonly string[]]>(
  'profile-erase-rankings',
  `DELETE FROM ranking WHERE catalogue_id = $1 AND (recommendation_id = ANY($2::uuid[]) OR body ->> 'profileId' = ANY($3::text[]))
   RETURNING recommendation_id AS id`,
);
const eraseProfilesSql = statement<{ id: string }, [CatalogueId, readonly string[]]>(
  'profile-erase',
  'DELETE FROM profile WHERE catalogue_id = $1 AND id = ANY($2::text[]) RETURNING id',
);
const remainingSql = statement<{ remaining: number }, [CatalogueId, readonly string[]]>(
  'profile-remaining',
  `SELECT (SELECT count(*) FROM event WHERE catalogue_id = $1 AND profile_id = ANY($2::text[]))::float8
     + (SELECT count(*) FROM recommendation WHERE catalogue_id = $1 AND profile_id = ANY($2::text[]))::float8
     + (SELECT count(*) FROM experiment_exposure WHERE catalogue_id = $1 AND counted_as = ANY($2::text[]))::float8
     + (SELECT count(*) FROM replaced_attributes WHERE catalogue_id = $1 AND profile_id = ANY($2::text[]))::float8
     + (SELECT count(*) FROM profile WHERE catalogue_id = $1 AND id = ANY($2::text[]))::float8 AS remaining`,
);
const exportSql = statement<{ profile: JsonObject | null }, [CatalogueId, ProfileId]>(
  'profile-export',
  `WITH me AS (SELECT coalesce((SELECT merged_into FROM profile WHERE catalogue_id = $1 AND id = $2::text), $2::text) AS id)
   SELECT (SELECT jsonb_build_object(
     'id', p.id, 'attributes', p.attributes, 'consent', p.consent, 'simulated', p.simulated, 'createdAt', p.created_at,
     'earlierAttributes', (SELECT coalesce(jsonb_agg(jsonb_build_object('until', r.replaced_at, 'attributes', r.attributes)
          ORDER BY r.replaced_at), '[]')
        FROM replaced_attributes AS r WHERE r.catalogue_id = $1 AND r.profile_id = ANY(
          SELECT a.id FROM profile AS a WHERE a.catalogue_id = $1 AND (a.id = p.id OR a.merged_into = p.id))),
     'mergedProfiles', (SELECT coalesce(jsonb_agg(m.id ORDER BY m.id), '[]') FROM profile AS m
        WHERE m.catalogue_id = $1 AND m.merged_into = p.id),
     'events', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'type', e.type, 'sessionId', e.session_id,
          'itemId', e.item_id, 'query', e.query, 'value', e.value, 'occurredAt', e.occurred_at, 'receivedAt', e.received_at,
          'recommendationId', e.recommendation_id, 'attributes', e.attributes, 'simulated', e.simulated)
          ORDER BY e.occurred_at, e.id), '[]')
        FROM event AS e WHERE e.catalogue_id = $1 AND e.profile_id = p.id),
     'experiments', (SELECT coalesce(jsonb_agg(jsonb_build_object('experiment', e.key, 'version', e.version,
          'variant', e.definition -> 'variants' -> x.variant ->> 'key', 'exposedAt', x.exposed_at, 'placement', x.placement)
          ORDER BY x.exposed_at), '[]')
        FROM experiment_exposure AS x JOIN experiment AS e ON e.number = x.experiment
        WHERE x.catalogue_id = $1 AND x.counted_as = p.id),
     'recommendations', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'operation', r.operation,
          'placement', r.placement, 'createdAt', r.created_at, 'items', (SELECT jsonb_agg(i.id ORDER BY shown.place)
            FROM unnest(r.item_numbers) WITH ORDINALITY AS shown (number, place) JOIN item AS i ON i.number = shown.number))
          ORDER BY r.created_at), '[]')
        FROM recommendation AS r WHERE r.catalogue_id = $1 AND r.profile_id = ANY(
          SELECT a.id FROM profile AS a WHERE a.catalogue_id = $1 AND (a.id = p.id OR a.merged_into = p.id))))
     FROM profile AS p WHERE p.catalogue_id = $1 AND p.id = me.id) AS profile FROM me`,
);

import { type CatalogueId, type ItemId, itemId, type ProfileId, profileId } from '@kindling/domain';
import { execute, type Queryable, statement } from './database.js';
import type { LoggedList } from './recommendation-log.js';

/** What one list of a placement was asked for, as far as the log holds it. */
export type LoggedVisit = Pick<LoggedList, 'placement' | 'profileId' | 'sessionId' | 'request'>;

/** What somebody did that a placement could have been asked about: an item they dealt with, words, a cart. */
export interface VisitEvidence {
  readonly profileId: ProfileId | null;
  readonly sessionId: string | null;
  readonly query: string | null;
  /** Newest first. */
  readonly itemIds: readonly ItemId[];
}

/** Newest rows that are looked at: the work does not grow with the log. */
const mostLooked = 50_000;
const mostInCart = 5;

/**
 * Different requests of a placement's first pages, out of the newest 50,000 lists: in the order of a hash, so as good
 * as drawn at random, and the same ones each time.
 */
export const readLoggedVisits = (
  db: Queryable,
  catalogue: CatalogueId,
  { placement, operation, most }: { placement: string; operation: string; most: number },
): Promise<readonly LoggedVisit[]> => execute(db, loggedSql, catalogue, placement, operation, most);

/** Different searches, whoever made them; what onboarding asked about is none. */
export const readSearches = async (db: Queryable, catalogue: CatalogueId, most: number) =>
  (await execute(db, searchesSql, catalogue, most)).map(evidenceOf);

/** Different pairs of a visitor and an item that they dealt with. */
export const readItemVisits = async (db: Queryable, catalogue: CatalogueId, most: number) =>
  (await execute(db, itemVisitsSql, catalogue, most)).map(evidenceOf);

/** What visitors put into their carts last: one cart each. */
export const readCarts = async (db: Queryable, catalogue: CatalogueId, most: number) =>
  (await execute(db, cartsSql, catalogue, most)).map(evidenceOf);

interface EvidenceRow {
  readonly profile: string | null;
  readonly session: string | null;
  readonly query: string | null;
  readonly items: readonly string[];
}

const loggedSql = statement<LoggedVisit, [CatalogueId, string, string, number]>(
  'visits-logged',
  `SELECT placement, "profileId", "sessionId", request FROM (
     SELECT DISTINCT ON (profile_id, session_id, request -> 'operation', request -> 'cart') placement,
       profile_id AS "profileId", session_id AS "sessionId", request, id
     FROM (SELECT * FROM recommendation WHERE catalogue_id = $1 ORDER BY created_at DESC LIMIT ${mostLooked}) AS newest
     WHERE placement = $2 AND operation = $3 AND first_rank = 1 AND request IS NOT NULL
     ORDER BY profile_id, session_id, request -> 'operation', request -> 'cart', created_at DESC) AS visits
   ORDER BY hashtext(id::text), id LIMIT $4`,
);

const newestEvents = `(SELECT * FROM event WHERE catalogue_id = $1 ORDER BY occurred_at DESC LIMIT ${mostLooked}) AS newest`;
/** A session only where nobody is known behind it. */
const visitor = `profile_id AS profile, CASE WHEN profile_id IS NULL THEN session_id END AS session`;

const searchesSql = statement<EvidenceRow, [CatalogueId, number]>(
  'visits-searches',
  `SELECT profile, session, query, '{}'::text[] AS items FROM (
     SELECT DISTINCT ON (lower(trim(query))) ${visitor}, trim(query) AS query FROM ${newestEvents}
     WHERE type = 'SEARCH' AND trim(query) <> '' AND NOT attributes ? 'onboarding'
     ORDER BY lower(trim(query)), occurred_at DESC, id) AS searches
   ORDER BY hashtext(query), query LIMIT $2`,
);
const itemVisitsSql = statement<EvidenceRow, [CatalogueId, number]>(
  'visits-items',
  `SELECT profile, session, NULL::text AS query, ARRAY[item] AS items FROM (
     SELECT DISTINCT ${visitor}, item_id AS item FROM ${newestEvents}
     WHERE item_id IS NOT NULL AND type NOT IN ('IMPRESSION', 'DISLIKE', 'HIDE') AND NOT attributes ? 'onboarding') AS seen
   ORDER BY hashtext(concat(profile, ' ', session, ' ', item)), profile, session, item LIMIT $2`,
);
const cartsSql = statement<EvidenceRow, [CatalogueId, number]>(
  'visits-carts',
  `SELECT profile, session, NULL::text AS query, (array_agg(item ORDER BY at DESC, item))[1:${mostInCart}] AS items FROM (
     SELECT profile, session, item, max(at) AS at FROM (
       SELECT ${visitor}, item_id AS item, occurred_at AS at FROM ${newestEvents}
       WHERE type = 'ADD_TO_CART' AND item_id IS NOT NULL) AS added
     GROUP BY profile, session, item) AS put
   GROUP BY profile, session ORDER BY hashtext(concat(profile, ' ', session)), profile, session LIMIT $2`,
);

const evidenceOf = ({ profile, session, query, items }: EvidenceRow): VisitEvidence => ({
  profileId: profile === null ? null : profileId(profile),
  sessionId: session,
  query,
  itemIds: items.map(itemId),
});

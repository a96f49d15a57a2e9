/** Impressions whose time is kept. */
export const exposureMilestones = [1, 5, 10, 20, 50, 100, 200] as const;
/** An item is followed for so many days after its arrival. */
export const newForDays = 28;
/** Ages in whole days, 0 to 14, whose impressions are counted apart. */
export const countedAges = 15;

const milestones = `'{${exposureMilestones.join(',')}}'::int[]`;
const ageSql = `greatest(0, floor(extract(epoch FROM l.created_at - i.created_at) / 86400))`;

/**
 * CTEs that count the slots of new items of lists that were just logged, `from` being the CTE that returned them: each
 * list once, however often its insertion is tried again. A milestone's time is exact to the group of lists that is
 * written together (some 50 ms). Items are written in the order of their numbers, so that processes do not deadlock.
 */
export const countNewItems = (from: string) => `shown_new AS (
     SELECT i.number, i.catalogue_id, count(*)::int AS impressions, max(l.created_at) AS last_at,
       ARRAY[${Array.from({ length: countedAges }, (_, age) => `(count(*) FILTER (WHERE ${ageSql} = ${age}))::int`).join(', ')}] AS daily
     FROM ${from} AS l CROSS JOIN LATERAL unnest(l.item_numbers) AS s (number)
     JOIN item AS i ON i.number = s.number AND i.catalogue_id = l.catalogue_id
     WHERE i.created_at > l.created_at - interval '${newForDays} days'
     GROUP BY i.number, i.catalogue_id),
   counted_new AS (
     INSERT INTO item_exposure AS x (item_number, catalogue_id, impressions, reached_at, daily, last_at)
     SELECT n.number, n.catalogue_id, n.impressions,
       ARRAY(SELECT CASE WHEN n.impressions >= m THEN n.last_at END FROM unnest(${milestones}) WITH ORDINALITY AS of (m, place)
             ORDER BY place), n.daily, n.last_at
     FROM shown_new AS n ORDER BY n.number
     ON CONFLICT (item_number) DO UPDATE SET impressions = x.impressions + excluded.impressions,
       reached_at = ARRAY(SELECT coalesce(known, CASE WHEN x.impressions + excluded.impressions >= m THEN excluded.last_at END)
         FROM unnest(x.reached_at, ${milestones}) WITH ORDINALITY AS of (known, m, place) ORDER BY place),
       daily = ARRAY(SELECT before + added
         FROM unnest(x.daily, excluded.daily) WITH ORDINALITY AS of (before, added, age) ORDER BY age),
       last_at = greatest(x.last_at, excluded.last_at))`;

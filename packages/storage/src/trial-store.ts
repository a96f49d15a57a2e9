import { type CatalogueId, type ItemId, type ItemNumber, itemNumber, KindlingError } from '@kindling/domain';
import type { TrialCause, TrialOutcome, TrialRecord } from '@kindling/recommender';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type Queryable, statement, transaction } from './database.js';

/*
 * Items on trial: the click rate that was expected of each on its first day, how often the budget has shown it, and
 * how the trial ended. A trial is of an item, not of a placement: what one placement learns holds for all. Only slots
 * that explored count: they stand at the same places for every item, and only their number is what the budget spends.
 */

/** The trials of these items, of those that have one. */
export async function readTrials(
  db: Queryable,
  catalogue: CatalogueId,
  items: readonly ItemNumber[],
): Promise<ReadonlyMap<ItemNumber, TrialRecord>> {
  const rows = await execute(db, readSql, catalogue, items);
  return new Map(rows.map(({ number, ...trial }) => [itemNumber(number), trial]));
}

/** Begins trials. The first expectation of an item stays: a later one knows more than was known on its first day. */
export async function beginTrials(
  db: Queryable,
  catalogue: CatalogueId,
  trials: readonly { readonly item: ItemNumber; readonly dayZeroRate: number }[],
): Promise<void> {
  if (trials.length === 0) return;
  await execute(
    db,
    beginSql,
    catalogue,
    trials.map(({ item }) => item),
    trials.map(({ dayZeroRate }) => dayZeroRate),
  );
}

/** How a trial ended by what was seen of the item. */
export interface TrialDecision {
  readonly item: ItemNumber;
  readonly outcome: TrialOutcome;
  readonly cause: TrialCause;
  readonly clicks: number;
}

/** Ends trials that are still open; of several processes that come to it, the first one counts. */
export async function endTrials(
  db: Queryable,
  catalogue: CatalogueId,
  decisions: readonly TrialDecision[],
): Promise<void> {
  if (decisions.length === 0) return;
  await execute(
    db,
    endSql,
    catalogue,
    decisions.map(({ item }) => item),
    decisions.map(({ outcome }) => outcome),
    decisions.map(({ cause }) => cause),
    decisions.map(({ clicks }) => clicks),
  );
}

/**
 * A person's word, which stands above what was seen: ends the trial, changes how it ended, or, with null, puts the
 * item back on trial, to be judged by what is seen. NOT_FOUND for an item that never was on trial; a CONFLICT with what
 * is there where it does not stand any more as the person saw it (`expected`; undefined: however it stands).
 */
export function decideTrial(
  pool: Pool,
  catalogue: CatalogueId,
  item: ItemId,
  {
    outcome,
    reason,
    expected,
  }: {
    readonly outcome: TrialOutcome | null;
    readonly reason: string;
    readonly expected?: TrialOutcome | null | undefined;
  },
  actor: string,
): Promise<ItemNumber> {
  return transaction(pool, async (client) => {
    const [found] = await execute(client, lockSql, catalogue, item);
    if (!found) {
      throw new KindlingError(
        'NOT_FOUND',
        `The item "${item}" is not and never was on trial: only new items are, once they are encoded`,
        { field: 'itemId' },
      );
    }
    const number = itemNumber(found.number);
    const before = (await readTrials(client, catalogue, [number])).get(number);
    const stands = before?.outcome ?? null;
    if (expected !== undefined && expected !== stands) {
      const current = await findTrial(client, catalogue, number);
      throw new KindlingError(
        'CONFLICT',
        `The trial of "${item}" is ${stands ?? 'ON_TRIAL'}, not ${expected ?? 'ON_TRIAL'} any more: look at who decided it, then decide`,
        { field: 'expectedState', ...(current && { current: JSON.parse(JSON.stringify(current)) }) },
      );
    }
    await execute(client, decideSql, number, outcome, reason, actor, before?.clicks ?? 0);
    await appendAudit(client, {
      catalogue,
      actor,
      action: 'trial.decide',
      target: item,
      detail: { outcome: outcome ?? 'ON_TRIAL', before: before?.outcome ?? 'ON_TRIAL', reason },
    });
    return number;
  });
}

/** A trial for people to read. */
export interface ItemTrial extends TrialRecord {
  readonly number: ItemNumber;
  readonly itemId: ItemId;
  readonly title: string;
  readonly begunAt: Date;
  /** Of its page: to the microsecond, which a Date does not hold. */
  readonly position: string;
  readonly reason: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
}
export interface TrialPage {
  readonly first: number;
  /** Position of the last one of the page before. */
  readonly after: Pick<ItemTrial, 'position' | 'number'> | null;
  /** Null: every one; ON_TRIAL, or how it ended. */
  readonly state: TrialOutcome | 'ON_TRIAL' | null;
}

/** The trial of one item. */
export async function findTrial(
  db: Queryable,
  catalogue: CatalogueId,
  item: ItemNumber,
): Promise<ItemTrial | null> {
  const [row] = await execute(db, oneSql, catalogue, item);
  return row ? { ...row, number: itemNumber(row.number) } : null;
}

/** Newest trial first. */
export async function listTrials(
  db: Queryable,
  catalogue: CatalogueId,
  { first, after, state }: TrialPage,
): Promise<readonly ItemTrial[]> {
  const rows = await execute(
    db,
    pageSql,
    catalogue,
    first,
    after?.position ?? null,
    after?.number ?? null,
    state,
  );
  return rows.map(({ number, ...row }) => ({ ...row, number: itemNumber(number) }));
}

export interface TrialCounts {
  readonly onTrial: number;
  readonly graduated: number;
  readonly retired: number;
}

export async function countTrials(db: Queryable, catalogue: CatalogueId): Promise<TrialCounts> {
  const [row] = await execute(db, countSql, catalogue);
  return row ?? { onTrial: 0, graduated: 0, retired: 0 };
}

const outcomesAtMost = 2_000;

/** Of the newest 2,000 trials whose items were shown: what was expected, and what came. */
export async function readTrialOutcomes(
  db: Queryable,
  catalogue: CatalogueId,
): Promise<readonly { readonly expected: number; readonly impressions: number; readonly clicks: number }[]> {
  const rows = await execute(db, outcomesSql, catalogue, outcomesAtMost);
  return rows.map(({ dayZeroRate, impressions, clicks }) => ({
    expected: dayZeroRate,
    impressions,
    clicks,
  }));
}

/**
 * Slots of `t` that were clicked, twice in one list once. An item on trial has few events (many make it WARM, which
 * ends the trial), so counting them costs little. Callers may send any text as a recommendation's id.
 */
const clicksSql = `coalesce(t.clicks, CASE WHEN t.impressions = 0 THEN 0 ELSE (
  SELECT count(DISTINCT r.id) FROM event AS e
  JOIN recommendation AS r ON r.catalogue_id = t.catalogue_id AND r.id =
    CASE WHEN e.recommendation_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN e.recommendation_id::uuid END
  WHERE e.catalogue_id = t.catalogue_id AND e.item_id = i.id AND e.type = 'CLICK'
    AND r.explorations[array_position(r.item_numbers, t.item_number)]) END)::float8 AS clicks`;
const columns = `t.item_number::float8 AS number, t.click_rate AS "dayZeroRate", t.impressions, ${clicksSql},
  t.outcome, t.cause`;

const readSql = statement<TrialRecord & { number: number }, [CatalogueId, readonly number[]]>(
  'trial-read',
  `SELECT ${columns} FROM item_trial AS t JOIN item AS i ON i.number = t.item_number
   WHERE t.catalogue_id = $1 AND t.item_number = ANY ($2::bigint[])`,
);
// An item that was deleted meanwhile takes its trial with it.
const beginSql = statement<never, [CatalogueId, readonly number[], readonly number[]]>(
  'trial-begin',
  `INSERT INTO item_trial (item_number, catalogue_id, click_rate)
   SELECT i.number, $1, n.rate FROM unnest($2::bigint[], $3::float8[]) AS n (number, rate)
   JOIN item AS i ON i.number = n.number AND i.catalogue_id = $1
   ORDER BY i.number ON CONFLICT (item_number) DO NOTHING`,
);
const endSql = statement<
  never,
  [CatalogueId, readonly number[], readonly string[], readonly string[], readonly number[]]
>(
  'trial-end',
  `UPDATE item_trial AS t SET outcome = d.outcome, cause = d.cause, clicks = d.clicks, decided_at = now()
   FROM unnest($2::bigint[], $3::text[], $4::text[], $5::int[]) AS d (number, outcome, cause, clicks)
   WHERE t.item_number = d.number AND t.catalogue_id = $1 AND t.outcome IS NULL`,
);
const lockSql = statement<{ number: number }, [CatalogueId, ItemId]>(
  'trial-lock',
  `SELECT t.item_number::float8 AS number FROM item_trial AS t JOIN item AS i ON i.number = t.item_number
   WHERE i.catalogue_id = $1 AND i.id = $2 AND i.deleted_at IS NULL FOR UPDATE OF t`,
);
const decideSql = statement<never, [ItemNumber, TrialOutcome | null, string, string, number]>(
  'trial-decide',
  `UPDATE item_trial SET outcome = $2::text, cause = CASE WHEN $2::text IS NULL THEN NULL ELSE 'PERSON' END,
     clicks = CASE WHEN $2::text IS NULL THEN NULL ELSE $5::int END, reason = $3, decided_by = $4, decided_at = now()
   WHERE item_number = $1`,
);
const trialSql = `SELECT ${columns}, i.id AS "itemId", i.title, t.expected_at AS "begunAt",
     t.expected_at::text AS position, t.reason, t.decided_by AS "decidedBy", t.decided_at AS "decidedAt"
   FROM item_trial AS t JOIN item AS i ON i.number = t.item_number
   WHERE t.catalogue_id = $1 AND i.deleted_at IS NULL`;
type TrialRow = Omit<ItemTrial, 'number'> & { readonly number: number };
const oneSql = statement<TrialRow, [CatalogueId, ItemNumber]>(
  'trial-one',
  `${trialSql} AND t.item_number = $2`,
);
const pageSql = statement<TrialRow, [CatalogueId, number, string | null, number | null, string | null]>(
  'trial-page',
  `${trialSql}
     AND ($3::text IS NULL OR (t.expected_at, t.item_number) < ($3::timestamptz, $4::bigint))
     AND ($5::text IS NULL OR coalesce(t.outcome, 'ON_TRIAL') = $5::text)
   ORDER BY t.expected_at DESC, t.item_number DESC LIMIT $2`,
);
const countSql = statement<TrialCounts, [CatalogueId]>(
  'trial-count',
  `SELECT (count(*) FILTER (WHERE outcome IS NULL))::float8 AS "onTrial",
     (count(*) FILTER (WHERE outcome = 'GRADUATED'))::float8 AS graduated,
     (count(*) FILTER (WHERE outcome = 'RETIRED'))::float8 AS retired
   FROM item_trial WHERE catalogue_id = $1`,
);
const outcomesSql = statement<TrialRecord, [CatalogueId, number]>(
  'trial-outcomes',
  `SELECT ${columns}
   FROM (SELECT * FROM item_trial WHERE catalogue_id = $1 AND impressions > 0
         ORDER BY expected_at DESC, item_number DESC LIMIT $2) AS t
   JOIN item AS i ON i.number = t.item_number`,
);

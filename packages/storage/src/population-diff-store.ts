import { randomUUID } from 'node:crypto';
import {
  type CatalogueId,
  catalogueId,
  type ErrorCode,
  type JsonObject,
  KindlingError,
} from '@kindling/domain';
import { type PopulationResult, populationResultSchema } from '@kindling/recommender';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type Queryable, statement, transaction } from './database.js';

export const diffStatuses = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED'] as const;
export type DiffStatus = (typeof diffStatuses)[number];

/** A draft against what is live, over a sample of the people: what was asked, and how far it has come. */
export interface PopulationDiffRun {
  readonly id: string;
  /** The order in which they were asked for; the key of pages. */
  readonly number: number;
  readonly catalogue: CatalogueId;
  readonly placement: string;
  /** Null: the draft is a strategy's config for the placement, or several rules. */
  readonly ruleKey: string | null;
  /** In order; of several rules together. Else empty. */
  readonly ruleKeys: readonly string[];
  /** The whole rule, a RuleSet, or the config; parsed where it is used. */
  readonly draft: JsonObject;
  /** Lists that are wanted at most. */
  readonly profiles: number;
  readonly status: DiffStatus;
  /** Lists that are compared, of so many. 0 of 0: not known yet. */
  readonly done: number;
  readonly total: number;
  /** The fence: what an earlier attempt writes changes nothing. */
  readonly attempt: number;
  readonly requestedBy: string;
  readonly errorCode: ErrorCode | null;
  readonly error: string | null;
  readonly result: PopulationResult | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface NewPopulationDiff {
  readonly placement: string;
  readonly ruleKey: string | null;
  readonly ruleKeys?: readonly string[];
  readonly draft: JsonObject;
  readonly profiles: number;
  readonly actor: string;
}

/** Who may write to a run: the process that took it up last. */
export type DiffClaim = Pick<PopulationDiffRun, 'id' | 'attempt'>;

/** A run whose processes die this many times has failed. */
const mostAttempts = 3;
/** Of one catalogue: those that wait or run, and those that are kept. */
const mostOpen = 5;
const mostKept = 500;

/** Asks for a diff. The oldest ones beyond the newest 500 are forgotten. */
export async function startPopulationDiff(
  pool: Pool,
  catalogue: CatalogueId,
  asked: NewPopulationDiff,
): Promise<PopulationDiffRun> {
  return transaction(pool, async (client) => {
    await execute(client, lockSql, catalogue);
    const [open] = await execute(client, openSql, catalogue);
    if ((open?.count ?? 0) >= mostOpen) {
      throw new KindlingError(
        'RATE_LIMITED',
        `${mostOpen} population diffs of this catalogue wait or run: ask again when one has ended`,
        { retryAfterMs: 10_000 },
      );
    }
    const { placement, ruleKey, ruleKeys = [], draft, profiles, actor } = asked;
    const id = randomUUID();
    const json = JSON.stringify(draft);
    const keys = [...ruleKeys].sort();
    const [row] = await execute(
      client,
      insertSql,
      id,
      catalogue,
      placement,
      ruleKey,
      json,
      profiles,
      actor,
      keys,
    );
    await execute(client, forgetSql, catalogue, mostKept);
    await appendAudit(client, {
      catalogue,
      actor,
      action: 'populationDiff.start',
      target: id,
      detail: { placement, ruleKey, ...(keys.length > 0 && { ruleKeys: keys }), profiles },
    });
    return runOf(expectRow(row));
  });
}

export async function findPopulationDiff(
  db: Queryable,
  catalogue: CatalogueId,
  id: string,
): Promise<PopulationDiffRun | null> {
  const [row] = await execute(db, oneSql, catalogue, id);
  return row ? runOf(row) : null;
}

/** Newest first, of one rule or all. `before` is the number of the last one seen. */
export async function listPopulationDiffs(
  db: Queryable,
  catalogue: CatalogueId,
  page: { readonly ruleKey: string | null; readonly first: number; readonly before: number | null },
): Promise<readonly PopulationDiffRun[]> {
  return (await execute(db, pageSql, catalogue, page.ruleKey, page.before, page.first)).map(runOf);
}

/** Takes up the oldest run that waits or has lost its process, for one lease at a time; null when there is none. */
export async function claimPopulationDiff(db: Queryable, leaseMs: number): Promise<PopulationDiffRun | null> {
  const [row] = await execute(db, claimSql, leaseMs);
  if (!row) return null;
  const run = runOf(row);
  if (run.attempt <= mostAttempts) return run;
  await failPopulationDiff(db, run, {
    code: 'INTERNAL',
    message: `The process that worked on it died ${mostAttempts} times: look into the log of the API, then start it again.`,
  });
  return null;
}

/** A sign of life, with how far it has come. False: somebody else has it now, and this process is to stop. */
export async function reportDiffProgress(
  db: Queryable,
  { id, attempt }: DiffClaim,
  { done, total, leaseMs }: { readonly done: number; readonly total: number; readonly leaseMs: number },
): Promise<boolean> {
  return (await execute(db, progressSql, id, attempt, done, total, leaseMs)).length > 0;
}

/** Ends it with its result. `basis` says what it was compared with: `liveBasis` of before it began. */
export async function finishPopulationDiff(
  db: Queryable,
  { id, attempt }: DiffClaim,
  result: PopulationResult,
  basis: string,
): Promise<void> {
  await execute(db, finishSql, id, attempt, JSON.stringify(result), basis);
}

export async function failPopulationDiff(
  db: Queryable,
  { id, attempt }: DiffClaim,
  { code, message }: { readonly code: ErrorCode; readonly message: string },
): Promise<void> {
  await execute(db, failSql, id, attempt, code, message);
}

/** Gives it back, to be begun anew by any process: this one is stopping. */
export async function releasePopulationDiff(db: Queryable, { id, attempt }: DiffClaim): Promise<void> {
  await execute(db, releaseSql, id, attempt);
}

/** A digest of what makes a placement's lists besides the draft: live rules, segments, the newest strategy. */
export async function liveBasis(db: Queryable, catalogue: CatalogueId, placement: string): Promise<string> {
  const [row] = await execute(db, basisSql, catalogue, placement);
  return row?.basis ?? '';
}

/** `basis`: what it was compared with, once it has ended. */
export type JudgedRun = PopulationDiffRun & { readonly basis: string | null };

/** The newest diff of a rule at each of these placements (null: at every one that has any). */
export async function findNewestDiffs(
  db: Queryable,
  catalogue: CatalogueId,
  ruleKey: string,
  placements: readonly string[] | null,
): Promise<readonly JudgedRun[]> {
  const rows = await execute(db, newestSql, catalogue, ruleKey, placements);
  return rows.map((row) => ({ ...runOf(row), basis: row.basis }));
}

/** The newest diff of exactly these rules together, at each of these placements (null: at every one that has any). */
export async function findNewestJointDiffs(
  db: Queryable,
  catalogue: CatalogueId,
  ruleKeys: readonly string[],
  placements: readonly string[] | null,
): Promise<readonly JudgedRun[]> {
  const rows = await execute(db, newestJointSql, catalogue, [...ruleKeys].sort(), placements);
  return rows.map((row) => ({ ...runOf(row), basis: row.basis }));
}

function expectRow(row: RunRow | undefined): RunRow {
  if (row) return row;
  throw new KindlingError('INTERNAL', 'An inserted population diff did not come back');
}

interface RunRow {
  readonly id: string;
  readonly number: number;
  readonly catalogue_id: string;
  readonly placement: string;
  readonly rule_key: string | null;
  readonly rule_keys: readonly string[];
  readonly draft: JsonObject;
  readonly profiles: number;
  readonly status: DiffStatus;
  readonly done: number;
  readonly total: number;
  readonly attempt: number;
  readonly requested_by: string;
  readonly error_code: ErrorCode | null;
  readonly error: string | null;
  readonly result: unknown;
  readonly basis: string | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}
const columns = `number::float8 AS number, id, catalogue_id, placement, rule_key, rule_keys, draft, profiles, status, done, total,
  attempt, requested_by, error_code, error, result, basis, created_at, started_at, finished_at`;
const mine = `id = $1::uuid AND attempt = $2 AND status = 'RUNNING'`;

const lockSql = statement<never, [CatalogueId]>(
  'diff-lock',
  `SELECT pg_advisory_xact_lock(hashtextextended('kindling population diffs ' || $1::text, 0))`,
);
const openSql = statement<{ count: number }, [CatalogueId]>(
  'diff-count-open',
  `SELECT count(*)::int AS count FROM population_diff WHERE catalogue_id = $1 AND status IN ('QUEUED', 'RUNNING')`,
);
const insertSql = statement<
  RunRow,
  [string, CatalogueId, string, string | null, string, number, string, readonly string[]]
>(
  'diff-start',
  `INSERT INTO population_diff (id, catalogue_id, placement, rule_key, draft, profiles, requested_by, rule_keys)
   VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8) RETURNING ${columns}`,
);
const forgetSql = statement<never, [CatalogueId, number]>(
  'diff-forget',
  `DELETE FROM population_diff WHERE catalogue_id = $1 AND number <= (
     SELECT d.number FROM population_diff AS d WHERE d.catalogue_id = $1 ORDER BY d.number DESC OFFSET $2 LIMIT 1)`,
);
const oneSql = statement<RunRow, [CatalogueId, string]>(
  'diff-one',
  `SELECT ${columns} FROM population_diff WHERE catalogue_id = $1 AND id = $2::uuid`,
);
const pageSql = statement<RunRow, [CatalogueId, string | null, number | null, number]>(
  'diff-page',
  `SELECT ${columns} FROM population_diff
   WHERE catalogue_id = $1 AND ($2::text IS NULL OR rule_key = $2)
     AND ($3::bigint IS NULL OR population_diff.number < $3::bigint)
   ORDER BY population_diff.number DESC LIMIT $4`,
);
const claimSql = statement<RunRow, [number]>(
  'diff-claim',
  `UPDATE population_diff SET status = 'RUNNING', done = 0, total = 0, attempt = attempt + 1,
     started_at = coalesce(started_at, now()), lease_until = now() + $1::float8 * interval '1 millisecond'
   WHERE number = (
     SELECT d.number FROM population_diff AS d
     WHERE d.status IN ('QUEUED', 'RUNNING') AND (d.status = 'QUEUED' OR d.lease_until < now())
     ORDER BY d.number LIMIT 1 FOR UPDATE SKIP LOCKED)
   RETURNING ${columns}`,
);
const progressSql = statement<{ id: string }, [string, number, number, number, number]>(
  'diff-progress',
  `UPDATE population_diff SET done = $3, total = $4, lease_until = now() + $5::float8 * interval '1 millisecond'
   WHERE ${mine} RETURNING id`,
);
const finishSql = statement<never, [string, number, string, string]>(
  'diff-finish',
  `UPDATE population_diff SET status = 'SUCCEEDED', done = total, result = $3::jsonb, basis = $4, finished_at = now(),
     lease_until = NULL WHERE ${mine}`,
);
const failSql = statement<never, [string, number, ErrorCode, string]>(
  'diff-fail',
  `UPDATE population_diff SET status = 'FAILED', error_code = $3, error = $4, finished_at = now(), lease_until = NULL
   WHERE ${mine}`,
);
const releaseSql = statement<never, [string, number]>(
  'diff-release',
  `UPDATE population_diff SET status = 'QUEUED', attempt = attempt - 1, lease_until = NULL WHERE ${mine}`,
);
const basisSql = statement<{ basis: string }, [CatalogueId, string]>(
  'diff-basis',
  `SELECT md5(concat_ws('/',
     (SELECT string_agg(key || ':' || live_revision, ',' ORDER BY key) FROM rule
      WHERE catalogue_id = $1 AND live_revision IS NOT NULL),
     (SELECT string_agg(key || ':' || version || ':' || updated_at, ',' ORDER BY key) FROM segment WHERE catalogue_id = $1),
     (SELECT p.version || ':' || p.strategy_key || ':' || max(s.version) FROM placement AS p
      JOIN strategy AS s ON s.catalogue_id = p.catalogue_id AND s.key = p.strategy_key
      WHERE p.catalogue_id = $1 AND p.key = $2 GROUP BY p.version, p.strategy_key))) AS basis`,
);
const newestSql = statement<RunRow, [CatalogueId, string, readonly string[] | null]>(
  'diff-newest',
  `SELECT DISTINCT ON (placement) ${columns} FROM population_diff
   WHERE catalogue_id = $1 AND rule_key = $2 AND ($3::text[] IS NULL OR placement = ANY ($3::text[]))
   ORDER BY placement, population_diff.number DESC`,
);

const newestJointSql = statement<RunRow, [CatalogueId, readonly string[], readonly string[] | null]>(
  'diff-newest-joint',
  `SELECT DISTINCT ON (placement) ${columns} FROM population_diff
   WHERE catalogue_id = $1 AND rule_keys = $2::text[] AND ($3::text[] IS NULL OR placement = ANY ($3::text[]))
   ORDER BY placement, population_diff.number DESC`,
);

/** A result of another release that cannot be read any more is none: the diff is asked for again. */
const runOf = (row: RunRow): PopulationDiffRun => ({
  id: row.id,
  number: row.number,
  catalogue: catalogueId(row.catalogue_id),
  placement: row.placement,
  ruleKey: row.rule_key,
  ruleKeys: row.rule_keys,
  draft: row.draft,
  profiles: row.profiles,
  status: row.status,
  done: row.done,
  total: row.total,
  attempt: row.attempt,
  requestedBy: row.requested_by,
  errorCode: row.error_code,
  error: row.error,
  result: populationResultSchema.safeParse(row.result).data ?? null,
  createdAt: row.created_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
});

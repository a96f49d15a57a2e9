import type { CatalogueId } from '@kindling/domain';
import { execute, type Queryable, statement } from './database.js';

/** Work that somebody, or a clock, has asked for. What goes on all the time (encoding, counting) has no row here. */
export const listedJobKinds = [
  'IMPORT',
  'IMPORT_CHECK',
  'ITEM_EDIT',
  'TRAINING',
  'EVALUATION',
  'POPULATION_DIFF',
] as const;
export const listedJobStatuses = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;

export interface ListedJob {
  readonly id: string;
  readonly kind: (typeof listedJobKinds)[number];
  readonly status: (typeof listedJobStatuses)[number];
  /** What it is about: a file's name, a kind of edit, a stage of a training, a split that is judged, a rule's key. */
  readonly subject: string | null;
  /** 0 to 1; null where it is not known yet. */
  readonly progress: number | null;
  readonly attempts: number;
  readonly error: string | null;
  readonly requestedBy: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/**
 * The newest jobs of all kinds, newest first, read from the tables in which workers find them. `open` leaves only those
 * that wait or run (true) or are over (false).
 */
export function listJobs(
  db: Queryable,
  catalogue: CatalogueId,
  page: { readonly first: number; readonly before: Date | null; readonly open: boolean },
): Promise<readonly ListedJob[]> {
  return execute(db, jobsSql, catalogue, page.before, page.open, page.first);
}

const bounds = `catalogue_id = $1 AND ($2::timestamptz IS NULL OR created_at < $2)
  AND (status IN ('QUEUED', 'RUNNING')) = $3 ORDER BY created_at DESC LIMIT $4`;
const share = (done: string, total: string) =>
  `CASE WHEN ${total} > 0 THEN least(1, ${done}::float8 / ${total}) END AS progress`;

// each kind gives as many as are asked for at most, so that no table is read further than the answer
const jobsSql = statement<ListedJob, [CatalogueId, Date | null, boolean, number]>(
  'job-list',
  `SELECT * FROM (
     (SELECT id::text, CASE WHEN dry_run THEN 'IMPORT_CHECK' ELSE 'IMPORT' END AS kind, status, file_name AS subject,
        ${share('read_bytes', 'total_bytes')}, attempts, error, created_by AS "requestedBy",
        created_at AS "createdAt", started_at AS "startedAt", finished_at AS "finishedAt"
      FROM import_run WHERE ${bounds})
     UNION ALL
     (SELECT id::text, 'ITEM_EDIT', status, edit ->> 'kind', ${share('done', 'total')}, attempts, error, requested_by,
        created_at, NULL, finished_at FROM item_edit WHERE ${bounds})
     UNION ALL
     (SELECT id::text, 'TRAINING', status, stage, ${share('done', 'total')}, attempt, error, requested_by,
        created_at, started_at, finished_at FROM training_run WHERE ${bounds})
     UNION ALL
     (SELECT id::text, 'EVALUATION', status, split, ${share('done', 'total')}, attempt, error, requested_by,
        created_at, started_at, finished_at FROM evaluation_run WHERE ${bounds})
     UNION ALL
     (SELECT id::text, 'POPULATION_DIFF', status, coalesce(rule_key, placement), ${share('done', 'total')}, attempt,
        error, requested_by, created_at, started_at, finished_at FROM population_diff WHERE ${bounds})
   ) AS job ORDER BY "createdAt" DESC, id LIMIT $4`,
);

import { expireUploadedFiles, type JobHandler, type Pool } from '@kindling/storage';
import type { Log } from '../log.js';

/** Removes what has had its time. What people may still want (items, events, run summaries) is not touched. */
export interface ExpireParts {
  readonly pool: Pool;
  readonly log: Log;
}

const uploadsKeptHours = 24;
const rejectsKeptDays = 30;

export function expire({ pool, log }: ExpireParts): JobHandler<Record<string, never>> {
  return async () => {
    const rankings = await pool.query('DELETE FROM ranking WHERE expires_at < now()');
    const uploads = await expireUploadedFiles(pool, uploadsKeptHours);
    const rejects = await pool.query(
      `DELETE FROM import_reject USING import_run WHERE run_id = import_run.id
         AND import_run.finished_at < now() - $1 * interval '1 day'`,
      [rejectsKeptDays],
    );
    const letters = await pool.query(
      `DELETE FROM dead_letter WHERE resolved_at < now() - $1 * interval '1 day'`,
      [rejectsKeptDays],
    );
    log.debug('expired', {
      rankings: rankings.rowCount,
      uploads,
      rejects: rejects.rowCount,
      deadLetters: letters.rowCount,
    });
  };
}

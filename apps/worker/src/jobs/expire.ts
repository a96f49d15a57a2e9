import {
  dropRetiredVectors,
  expireUploadedFiles,
  findRetiredModels,
  type JobHandler,
  type Pool,
} from '@kindling/storage';
import { textSpace, type VectorIndex } from '@kindling/vectors';
import type { Log } from '../log.js';

/** Removes what has had its time. What people may still want (items, events, run summaries) is not touched. */
export interface ExpireParts {
  readonly pool: Pool;
  /** The engine outside of the database, if this worker fills one. */
  readonly index: VectorIndex | null;
  readonly log: Log;
}

const uploadsKeptHours = 24;
const rejectsKeptDays = 30;

export function expire({ pool, index, log }: ExpireParts): JobHandler<Record<string, never>> {
  return async (_, signal) => {
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
    const vectors = await dropRetiredVectors(pool, signal);
    const spaces = index === null ? [] : await dropRetiredSpaces(pool, index);
    log.debug('expired', {
      vectors,
      spaces,
      rankings: rankings.rowCount,
      uploads,
      rejects: rejects.rowCount,
      deadLetters: letters.rowCount,
    });
  };
}

/** Spaces of models that serve nobody any more. A model that comes back gets a new one, filled from the database. */
async function dropRetiredSpaces(pool: Pool, index: VectorIndex): Promise<readonly string[]> {
  const ours = (await index.listSpaces()).filter(({ name, model }) => name === textSpace(model));
  const retired = await findRetiredModels(
    pool,
    ours.map(({ model }) => model),
  );
  for (const model of retired) await index.dropSpace(textSpace(model));
  return retired.map(textSpace);
}

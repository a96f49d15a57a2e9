import type { CatalogueId } from '@kindling/domain';
import { appendAudit } from './audit-store.js';
import { type Pool, transaction } from './database.js';

/** Work that was given up, and why. It stays until somebody retries it or it succeeds after all. */
export interface DeadLetter {
  readonly id: number;
  readonly job: string;
  /** What the work was about: an item's id, an import run's id. */
  readonly subject: string;
  readonly reason: string;
  readonly attempts: number;
  readonly createdAt: Date;
}

/** Newest first, after an id that an earlier page ended with. */
export async function listDeadLetters(
  pool: Pool,
  catalogue: CatalogueId,
  page: { readonly first: number; readonly after: number | null },
): Promise<readonly DeadLetter[]> {
  const result = await pool.query<DeadLetter>({
    name: 'dead-letters',
    text: `SELECT id::float8 AS id, job, subject, reason, attempts, created_at AS "createdAt" FROM dead_letter
           WHERE catalogue_id = $1 AND resolved_at IS NULL AND ($2::bigint IS NULL OR id < $2)
           ORDER BY id DESC LIMIT $3`,
    values: [catalogue, page.after, page.first],
  });
  return result.rows;
}

export async function countDeadLetters(pool: Pool, catalogue: CatalogueId): Promise<number> {
  const result = await pool.query<{ count: number }>({
    name: 'dead-letter-count',
    text: 'SELECT count(*)::int AS count FROM dead_letter WHERE catalogue_id = $1 AND resolved_at IS NULL',
    values: [catalogue],
  });
  return result.rows[0]?.count ?? 0;
}

/** Puts the work back to where workers find it, and closes the letter. False when there is no such open letter. */
export function retryDeadLetter(
  pool: Pool,
  catalogue: CatalogueId,
  id: number,
  actor: string,
): Promise<boolean> {
  return transaction(pool, async (client) => {
    const resolved = await client.query<{ job: string; subject: string }>(
      `UPDATE dead_letter SET resolved_at = now()
       WHERE catalogue_id = $1 AND id = $2 AND resolved_at IS NULL RETURNING job, subject`,
      [catalogue, id],
    );
    const [letter] = resolved.rows;
    if (letter === undefined) return false;
    if (letter.job === 'embed-items') {
      await client.query(
        `UPDATE item SET embed_attempts = 0, embed_error = NULL, embed_after = NULL
         WHERE catalogue_id = $1 AND id = $2`,
        [catalogue, letter.subject],
      );
    } else if (letter.job === 'import-catalogue') {
      await client.query(
        `UPDATE import_run SET status = 'QUEUED', attempts = 0, error = NULL, finished_at = NULL
         WHERE catalogue_id = $1 AND id::text = $2 AND status = 'FAILED' AND file_id IS NOT NULL`,
        [catalogue, letter.subject],
      );
    } else if (letter.job === 'deliver-webhook') {
      await client.query(
        `UPDATE webhook_delivery SET status = 'PENDING', attempts = 0, due_at = now(), finished_at = NULL
         WHERE catalogue_id = $1 AND id::text = $2 AND status = 'FAILED'`,
        [catalogue, letter.subject],
      );
    }
    const { job, subject } = letter;
    await appendAudit(client, {
      catalogue,
      actor,
      action: 'deadLetter.retry',
      target: String(id),
      detail: { job, subject },
    });
    return true;
  });
}

import { KindlingError } from '@kindling/domain';
import { editNextItems, failItemEdit, type JobHandler, type Pool, takeUpItemEdit } from '@kindling/storage';
import type { Failpoint } from '../failpoint.js';
import type { Log } from '../log.js';

/** So many keep the catalogue's other writers waiting for some tens of milliseconds. */
const defaultBatchItems = 500;

/** Works one edit of many items off, a batch a transaction, or goes on where a killed worker stopped. */
export function editItems({
  pool,
  log,
  failpoint,
  batchItems = defaultBatchItems,
}: {
  readonly pool: Pool;
  readonly log: Log;
  readonly failpoint: Failpoint;
  readonly batchItems?: number;
}): JobHandler<{ readonly editId: string }> {
  return async ({ editId }, signal) => {
    let run = await takeUpItemEdit(pool, editId);
    try {
      while (run !== null && !signal.aborted) {
        run = await editNextItems(pool, run, {
          batchItems,
          beforeCommit: () => failpoint('edit.before-commit'),
        });
        failpoint('edit.after-commit');
      }
    } catch (error) {
      if (!(error instanceof KindlingError) || error.code === 'UNAVAILABLE') throw error;
      log.warn('an edit of items failed', { edit: editId, error });
      await failItemEdit(pool, editId, error.message);
    }
  };
}

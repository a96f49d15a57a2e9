import { type CatalogueId, KindlingError } from '@kindling/domain';
import { type Pool, type PoolClient, transaction } from './database.js';

/** The channel on which followers hear that a catalogue has changed; the payload is the catalogue's id. */
export const changeChannel = 'kindling_change';

/** A writer that hangs (frozen process, lost network) loses its transaction, and with it the lock, after this. */
const idleLimitMs = 10_000;
/** Waiting longer than this for the lock is a fault, not patience. */
const lockWaitMs = 20_000;

/**
 * Runs `write` in a transaction that may take change numbers (`nextval('change_sequence')`) for one catalogue.
 *
 * Promise: numbers become visible in their order. Writers of one catalogue take turns (an advisory lock held
 * until commit), so when a follower has read number n, no smaller number of that catalogue can appear any more.
 * The same turn-taking keeps writers of items and vectors free of deadlocks, and makes what `write` reads of
 * items stay true until it commits. Keep it short: every other writer of the catalogue waits.
 *
 * Followers are notified at commit.
 */
export async function inChangeTransaction<Result>(
  pool: Pool,
  catalogue: CatalogueId,
  write: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  try {
    return await transaction(pool, async (client) => {
      await client.query({ name: 'change-limits', text: limitsSql });
      await client.query({ name: 'change-lock', text: lockSql, values: [catalogue] });
      const result = await write(client);
      await client.query({ name: 'change-notify', text: notifySql, values: [changeChannel, catalogue] });
      return result;
    });
  } catch (error) {
    throw lockTimedOut(error) ? busy(catalogue, error) : error;
  }
}

const limitsSql = `SELECT set_config('idle_in_transaction_session_timeout', '${idleLimitMs}', true),
  set_config('lock_timeout', '${lockWaitMs}', true)`;
const lockSql = `SELECT pg_advisory_xact_lock(hashtextextended('kindling change ' || $1::text, 0))`;
const notifySql = `SELECT pg_notify($1, $2)`;

const lockTimedOut = (error: unknown) => error instanceof Error && 'code' in error && error.code === '55P03';

const busy = (catalogue: CatalogueId, cause: unknown) =>
  new KindlingError('UNAVAILABLE', `Catalogue ${catalogue} is busy with other writes: try again.`, {
    retryAfterMs: 5_000,
    cause,
  });

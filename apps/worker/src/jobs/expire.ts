import type { ModelId } from '@kindling/domain';
import {
  dropRetiredVectors,
  expireItemChanges,
  expireReplacedAttributes,
  expireReplacedVectors,
  expireUploadedFiles,
  expireWebhookMessages,
  findRetiredModels,
  findRetiredVectors,
  type JobHandler,
  type Pool,
  pruneModelArtefacts,
  sweepExplorationBudgets,
} from '@kindling/storage';
import { textSpace, type VectorIndex } from '@kindling/vectors';
import type { Log } from '../log.js';

/** Removes what has had its time. What people may still want (items, events, run summaries) is not touched. */
export interface ExpireParts {
  readonly pool: Pool;
  /** The engine outside of the database, if this worker fills one. */
  readonly index: VectorIndex | null;
  readonly log: Log;
  readonly now?: () => number;
}

const uploadsKeptHours = 24;
const rejectsKeptDays = 30;
const webhooksKeptDays = 30;
/** A retired model may be wanted again (a rollback), and readers take a moment to let go of it. */
const retiredKeptMs = 3_600_000;

export function expire({ pool, index, log, now = Date.now }: ExpireParts): JobHandler<Record<string, never>> {
  const ripeVectors = ripening(retiredKeptMs, now);
  const ripeSpaces = ripening(retiredKeptMs, now);
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
    const webhooks = await expireWebhookMessages(pool, webhooksKeptDays);
    const replaced = await expireReplacedVectors(pool);
    const attributes = await expireReplacedAttributes(pool);
    const changes = await expireItemChanges(pool);
    await sweepExplorationBudgets(pool);
    let vectors = 0;
    for (const retired of ripeVectors(await findRetiredVectors(pool))) {
      vectors += await dropRetiredVectors(pool, retired, signal);
    }
    const spaces = index === null ? [] : await dropRetiredSpaces(pool, index, ripeSpaces);
    const artefacts = await pruneModelArtefacts(pool);
    log.debug('expired', {
      artefacts,
      vectors,
      spaces,
      webhooks,
      replaced,
      attributes,
      changes,
      rankings: rankings.rowCount,
      uploads,
      rejects: rejects.rowCount,
      deadLetters: letters.rowCount,
    });
  };
}

/** Spaces of models that serve nobody any more. A model that comes back gets a new one, filled from the database. */
async function dropRetiredSpaces(
  pool: Pool,
  index: VectorIndex,
  ripe: (models: readonly ModelId[]) => readonly ModelId[],
): Promise<readonly string[]> {
  const ours = (await index.listSpaces()).filter(({ name, model }) => name === textSpace(model));
  const retired = await findRetiredModels(
    pool,
    ours.map(({ model }) => model),
  );
  const dropped = ripe(retired).map(textSpace);
  for (const space of dropped) await index.dropSpace(space);
  return dropped;
}

/** Those of the things it is told of that it has been told of for so long. A restart only makes them wait anew. */
function ripening(keptMs: number, now: () => number) {
  let since = new Map<string, number>();
  return <Thing>(things: readonly Thing[]): readonly Thing[] => {
    const before = since;
    since = new Map(
      things.map((thing) => [JSON.stringify(thing), before.get(JSON.stringify(thing)) ?? now()]),
    );
    return things.filter((thing) => now() - (since.get(JSON.stringify(thing)) ?? now()) >= keptMs);
  };
}

import type { ModelId } from '@kindling/domain';
import {
  adoptModel,
  type ChangeListener,
  deliverWebhooksJob,
  editItemsJob,
  embedItemsJob,
  evaluateJob,
  expireJob,
  findCataloguesToEmbed,
  findCataloguesToFollow,
  findDueTrainings,
  findDueWebhooks,
  findExperimentsToRollUp,
  findOpenImportRuns,
  findOpenItemEdits,
  findWaitingEvaluationRuns,
  findWaitingTrainingRuns,
  followIndexJob,
  importCatalogueJob,
  type JobQueue,
  listenForChanges,
  listFollowedCatalogues,
  type Pool,
  rollUpExperimentsJob,
  startTrainingRun,
  trainModelJob,
} from '@kindling/storage';
import type { Log } from './log.js';

/*
 * Finds work by state and wakes the queue for it: when a catalogue changes, and every second in any case. A message
 * that was lost with the queue is therefore only late, and a repeated one finds nothing to do.
 */
export interface SweeperParts {
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly queue: JobQueue;
  /** Null when this worker does not encode: others look for that work. */
  readonly model: ModelId | null;
  /** The engine that is followed outside of the database, if there is one. */
  readonly followedEngine: string | null;
  readonly log: Log;
}

/** A catalogue's items are shared out over so many jobs, for several workers to take. */
export const embedShards = 4;
const sweepMs = 1_000;
/** Notifications come in bursts; between two sweeps is at least this. */
const restMs = 200;
const expireEveryMs = 600_000;
/** An index outside of the database may lose what it had without anything changing here. */
const checkIndexEveryMs = 30_000;
/** How old an experiment's results may be while events come in. */
const rollUpEveryMs = 3_000;
/** Whether a catalogue is to be trained takes a look at all its counts. */
const checkTrainingsEveryMs = 300_000;

export function startSweeper(parts: SweeperParts): { close(): Promise<void> } {
  let sweeping: Promise<void> | null = null;
  let again = false;
  let closed = false;
  let expiredAt = 0;
  let checkedAt = 0;
  let trainingsCheckedAt = 0;

  const sweep = async () => {
    try {
      if (Date.now() - expiredAt > expireEveryMs) {
        expiredAt = Date.now();
        await parts.queue.enqueue(expireJob, {}, { dedupeKey: 'expire' });
      }
      if (Date.now() - trainingsCheckedAt > checkTrainingsEveryMs) {
        trainingsCheckedAt = Date.now();
        await startDueTrainings(parts.pool, new Date());
      }
      await wakeForWork(parts);
      if (Date.now() - checkedAt > checkIndexEveryMs) {
        checkedAt = Date.now();
        await checkIndex(parts);
      }
    } catch (error) {
      parts.log.warn('looking for work failed', { error });
    }
    await new Promise((resolve) => setTimeout(resolve, restMs));
  };
  const request = () => {
    if (closed) return;
    if (sweeping !== null) {
      again = true;
      return;
    }
    sweeping = sweep().finally(() => {
      sweeping = null;
      if (again) {
        again = false;
        request();
      }
    });
  };
  const listener: ChangeListener = listenForChanges(parts.databaseUrl, request, {
    pollMs: sweepMs,
    onError: (error) => parts.log.warn('not notified of changes', { error }),
  });

  return {
    async close() {
      closed = true;
      await listener.close();
      await sweeping;
    },
  };
}

/** One look at everything that may be waiting. */
export async function wakeForWork(parts: Omit<SweeperParts, 'databaseUrl'>): Promise<void> {
  const { pool, queue, model } = parts;
  for (const runId of await findOpenImportRuns(pool)) {
    await queue.enqueue(importCatalogueJob, { runId }, { dedupeKey: runId });
  }
  for (const editId of await findOpenItemEdits(pool)) {
    await queue.enqueue(editItemsJob, { editId }, { dedupeKey: editId });
  }
  for (const runId of await findWaitingTrainingRuns(pool)) {
    await queue.enqueue(trainModelJob, { runId }, { dedupeKey: runId });
  }
  for (const runId of await findWaitingEvaluationRuns(pool)) {
    await queue.enqueue(evaluateJob, { runId }, { dedupeKey: runId });
  }
  for (const experiment of await findExperimentsToRollUp(pool, rollUpEveryMs)) {
    await queue.enqueue(rollUpExperimentsJob, { experiment }, { dedupeKey: String(experiment) });
  }
  for (const endpointId of await findDueWebhooks(pool)) {
    await queue.enqueue(deliverWebhooksJob, { endpointId }, { dedupeKey: endpointId });
  }
  if (model !== null) await adoptModel(pool, model);
  for (const { catalogue, shards } of model === null
    ? []
    : await findCataloguesToEmbed(pool, model, embedShards)) {
    for (const shard of shards) {
      await queue.enqueue(
        embedItemsJob,
        { catalogueId: catalogue, shard, shards: embedShards },
        { dedupeKey: `${catalogue}/${shard}` },
      );
    }
  }
  if (parts.followedEngine === null) return;
  for (const catalogue of await findCataloguesToFollow(pool, parts.followedEngine)) {
    await queue.enqueue(followIndexJob, { catalogueId: catalogue }, { dedupeKey: catalogue });
  }
}

/** Asks for the trainings whose hour has come, or whose events have; several sweepers ask for each once. */
export async function startDueTrainings(pool: Pool, now: Date): Promise<void> {
  for (const { catalogue, trigger } of await findDueTrainings(pool, now)) {
    await startTrainingRun(pool, catalogue, { trigger, actor: 'system' });
  }
}

/** Has every catalogue looked at that was in the followed index: the job fills again what it does not find there. */
export async function checkIndex({ pool, queue, followedEngine }: Omit<SweeperParts, 'databaseUrl'>) {
  if (followedEngine === null) return;
  for (const catalogue of await listFollowedCatalogues(pool, followedEngine)) {
    await queue.enqueue(followIndexJob, { catalogueId: catalogue }, { dedupeKey: catalogue });
  }
}

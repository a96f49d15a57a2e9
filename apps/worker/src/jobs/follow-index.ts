import { type CatalogueId, catalogueId, type ModelId } from '@kindling/domain';
import {
  type JobHandler,
  listServedModels,
  type Pool,
  readPointChanges,
  readWatermark,
  writeWatermark,
} from '@kindling/storage';
import { textSpace, type VectorIndex } from '@kindling/vectors';
import type { Log } from '../log.js';

/*
 * Keeps a vector index outside of the database (Qdrant) up to the change feed. Every model that has vectors is
 * followed into its own space, the serving one and one that is being built, so that a switch finds it filled.
 * Batches are idempotent (the index drops older versions), and the watermark is stored after they are applied.
 */
export interface FollowIndexParts {
  readonly pool: Pool;
  readonly index: VectorIndex;
  readonly log: Log;
}

export function followIndex({ pool, index, log }: FollowIndexParts): JobHandler<{ catalogueId: string }> {
  return async (payload, signal) => {
    const catalogue = catalogueId(payload.catalogueId);
    for (const model of await listServedModels(pool, catalogue)) {
      const applied = await followModel(pool, index, catalogue, model, signal);
      if (applied > 0) log.debug('the index has followed', { catalogue, model: model.id, applied });
    }
  };
}

async function followModel(
  pool: Pool,
  index: VectorIndex,
  catalogue: CatalogueId,
  model: { readonly id: ModelId; readonly dimensions: number },
  signal: AbortSignal,
): Promise<number> {
  const space = textSpace(model.id);
  await index.ensureSpace({ name: space, model: model.id, dimensions: model.dimensions });
  let after = await readWatermark(pool, index.engine, catalogue, model.id);
  // an index that was lost or made anew knows nothing of what was applied once
  if (after > 0 && (await index.freshness(space, catalogue)).points === 0) after = 0;
  let applied = 0;
  for (let more = true; more && !signal.aborted; ) {
    const batch = await readPointChanges(pool, catalogue, model.id, after);
    if (batch.upserts.length > 0) await index.upsert(space, catalogue, batch.upserts);
    // deletions share a call when they share a version; mostly each has its own
    for (const { key, version } of batch.deletes) await index.delete(space, catalogue, [key], version);
    if (batch.upTo > after) await writeWatermark(pool, index.engine, catalogue, model.id, batch.upTo);
    applied += batch.upserts.length + batch.deletes.length;
    after = batch.upTo;
    more = batch.more;
  }
  return applied;
}

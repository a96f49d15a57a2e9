import { type CatalogueId, catalogueId, type ModelId } from '@kindling/domain';
import {
  countVectors,
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
      const applied = await followModel({ pool, index, log }, catalogue, model, signal);
      if (applied > 0) log.debug('the index has followed', { catalogue, model: model.id, applied });
    }
  };
}

async function followModel(
  { pool, index, log }: FollowIndexParts,
  catalogue: CatalogueId,
  model: { readonly id: ModelId; readonly dimensions: number },
  signal: AbortSignal,
): Promise<number> {
  const space = textSpace(model.id);
  await index.ensureSpace({ name: space, model: model.id, dimensions: model.dimensions });
  let after = await readWatermark(pool, index.engine, catalogue, model.id);
  // an index that was lost or made anew knows nothing of what was applied once
  if (after > 0 && (await index.freshness(space, catalogue)).points === 0) after = 0;
  const applied = await applyChanges(pool, index, catalogue, model.id, after, signal);
  if (applied > 0 || signal.aborted) return applied;
  // Nothing was new: then it must hold a point for every vector, unless it came back from an old backup.
  const expected = await countVectors(pool, catalogue, model.id);
  if ((await index.freshness(space, catalogue)).points >= expected) return 0;
  log.warn('the index has lost points and is filled again', { catalogue, model: model.id });
  return applyChanges(pool, index, catalogue, model.id, 0, signal);
}

async function applyChanges(
  pool: Pool,
  index: VectorIndex,
  catalogue: CatalogueId,
  model: ModelId,
  from: number,
  signal: AbortSignal,
): Promise<number> {
  const space = textSpace(model);
  let after = from;
  let applied = 0;
  for (let more = true; more && !signal.aborted; ) {
    const batch = await readPointChanges(pool, catalogue, model, after);
    if (batch.upserts.length > 0) await index.upsert(space, catalogue, batch.upserts);
    // deletions share a call when they share a version; mostly each has its own
    for (const { key, version } of batch.deletes) await index.delete(space, catalogue, [key], version);
    if (batch.upTo > after) await writeWatermark(pool, index.engine, catalogue, model, batch.upTo);
    applied += batch.upserts.length + batch.deletes.length;
    after = batch.upTo;
    more = batch.more;
  }
  return applied;
}

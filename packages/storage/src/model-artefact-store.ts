import { createHash } from 'node:crypto';
import { type CatalogueId, KindlingError } from '@kindling/domain';
import { execute, type Pool, type PoolClient, statement } from './database.js';

/** An artefact lives in pieces, so that no statement carries more than this. */
const chunkBytes = 4 << 20;
/** Versions whose artefacts are kept, beside the one that serves and the one before it. */
export const keptArtefacts = 5;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Of the whole; what `model_version` holds. */
export const artefactChecksum = sha256;

/** Stores the pieces inside the transaction that registers the version: both are there or neither. */
export async function writeModelArtefact(
  client: PoolClient,
  modelId: string,
  bytes: Uint8Array,
): Promise<void> {
  for (let position = 0; position * chunkBytes < bytes.length; position++) {
    const chunk = bytes.subarray(position * chunkBytes, (position + 1) * chunkBytes);
    const data = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    await execute(client, writeSql, modelId, position, sha256(chunk), data);
  }
}

/**
 * The bytes of a version's artefact, fetched piece by piece into one buffer and held against their checksums. Damage is
 * an INTERNAL error that names the piece, a dropped artefact a CONFLICT; an unknown version is NOT_FOUND.
 */
export async function readModelArtefact(
  pool: Pool,
  catalogue: CatalogueId,
  modelId: string,
): Promise<Uint8Array> {
  const [model] = await execute(pool, sizeSql, catalogue, modelId);
  if (!model) throw new KindlingError('NOT_FOUND', `There is no model ${modelId} in this catalogue.`);
  const { number, bytes: size } = model;
  if (model.dropped) {
    throw new KindlingError(
      'CONFLICT',
      `The artefact of model ${number} was deleted to save room: activate a newer version, or train again.`,
    );
  }
  const damaged = (what: string) =>
    new KindlingError(
      'INTERNAL',
      `The artefact of model ${number} is damaged (${what}): activate another version, or train again.`,
    );
  const bytes = new Uint8Array(size);
  let at = 0;
  for (let position = 0; at < size; position++) {
    const [chunk] = await execute(pool, readSql, modelId, position);
    if (!chunk) throw damaged(`piece ${position} is missing`);
    if (at + chunk.data.length > size || sha256(chunk.data) !== chunk.sha256) {
      throw damaged(`piece ${position} differs from its checksum`);
    }
    bytes.set(chunk.data, at);
    at += chunk.data.length;
  }
  if (sha256(bytes) !== model.sha256) throw damaged('the whole differs from its checksum');
  return bytes;
}

/**
 * Deletes artefacts but those of each catalogue's newest versions, of the serving one and of the one that served
 * before it, so that there is always a way back. Returns how many it deleted.
 */
export async function pruneModelArtefacts(pool: Pool, keep = keptArtefacts): Promise<number> {
  return (await execute(pool, pruneSql, keep)).length;
}

const writeSql = statement<never, [string, number, string, Buffer]>(
  'model-chunk-write',
  'INSERT INTO model_chunk (model_id, position, sha256, data) VALUES ($1, $2, $3, $4)',
);
const sizeSql = statement<
  { number: number; bytes: number; sha256: string; dropped: boolean },
  [CatalogueId, string]
>(
  'model-chunk-size',
  `SELECT number, artefact_bytes::float8 AS bytes, artefact_sha256 AS sha256,
     artefact_dropped_at IS NOT NULL AS dropped
   FROM model_version WHERE catalogue_id = $1 AND id = $2::uuid`,
);
const readSql = statement<{ sha256: string; data: Buffer }, [string, number]>(
  'model-chunk-read',
  'SELECT sha256, data FROM model_chunk WHERE model_id = $1::uuid AND position = $2',
);
// The lock on the versions keeps one that is being activated from losing its artefact at that moment.
const pruneSql = statement<{ id: string }, [number]>(
  'model-chunk-prune',
  `WITH old AS (
     SELECT m.id FROM model_version AS m JOIN catalogue AS c ON c.id = m.catalogue_id
     WHERE m.artefact_dropped_at IS NULL AND m.status <> 'ACTIVE'
       AND m.number <= (SELECT max(number) FROM model_version WHERE catalogue_id = c.id) - $1
       AND m.id IS DISTINCT FROM (SELECT previous_model_id FROM model_activation
         WHERE catalogue_id = c.id ORDER BY id DESC LIMIT 1)
     FOR UPDATE OF m SKIP LOCKED),
   dropped AS (DELETE FROM model_chunk USING old WHERE model_id = old.id)
   UPDATE model_version SET artefact_dropped_at = now() FROM old WHERE model_version.id = old.id
   RETURNING model_version.id`,
);

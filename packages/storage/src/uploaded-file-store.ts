import { createHash, randomUUID } from 'node:crypto';
import { type CatalogueId, KindlingError } from '@kindling/domain';
import type { Pool } from './database.js';

/** Uploads live in Postgres, in pieces, so that any worker on any machine can read them. */
export interface UploadedFile {
  readonly id: string;
  readonly catalogue: CatalogueId;
  readonly name: string;
  readonly bytes: number;
}

const pieceBytes = 1 << 20;

/**
 * Stores a stream as it comes: memory holds one piece, and the sender is slowed down to the pace of the database.
 * A stream that breaks off or is larger than allowed leaves nothing behind.
 */
export async function storeUploadedFile(
  pool: Pool,
  catalogue: CatalogueId,
  upload: {
    readonly name: string;
    readonly content: AsyncIterable<Uint8Array>;
    readonly maximumBytes: number;
  },
): Promise<UploadedFile> {
  const id = randomUUID();
  const hash = createHash('sha256');
  let bytes = 0;
  let position = 0;
  await pool.query('INSERT INTO uploaded_file (id, catalogue_id, name) VALUES ($1, $2, $3)', [
    id,
    catalogue,
    upload.name,
  ]);
  try {
    for await (const piece of piecesOf(upload.content)) {
      bytes += piece.length;
      if (bytes > upload.maximumBytes) {
        throw new KindlingError(
          'TOO_LARGE',
          `${upload.name} is larger than ${upload.maximumBytes} bytes: compress it with gzip or split it.`,
        );
      }
      hash.update(piece);
      await pool.query({
        name: 'upload-piece',
        text: 'INSERT INTO uploaded_chunk (file_id, position, data) VALUES ($1, $2, $3)',
        values: [id, position++, piece],
      });
    }
    await pool.query('UPDATE uploaded_file SET bytes = $2, sha256 = $3, complete = true WHERE id = $1', [
      id,
      bytes,
      hash.digest('hex'),
    ]);
  } catch (error) {
    await pool.query('DELETE FROM uploaded_file WHERE id = $1', [id]).catch(() => undefined);
    throw error;
  }
  return { id, catalogue, name: upload.name, bytes };
}

async function* piecesOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of content) {
    for (let start = 0; start < part.length; ) {
      const end = Math.min(part.length, start + pieceBytes - length);
      parts.push(part.subarray(start, end));
      length += end - start;
      start = end;
      if (length === pieceBytes) {
        yield Buffer.concat(parts);
        parts = [];
        length = 0;
      }
    }
  }
  if (length > 0) yield Buffer.concat(parts);
}

/** A complete upload of this catalogue, or null. */
export async function findUploadedFile(
  pool: Pool,
  catalogue: CatalogueId,
  id: string,
): Promise<UploadedFile | null> {
  const result = await pool.query<{ name: string; bytes: number }>({
    name: 'upload-find',
    text: `SELECT name, bytes::float8 AS bytes FROM uploaded_file
           WHERE catalogue_id = $1 AND id = $2 AND complete`,
    values: [catalogue, id],
  });
  const row = result.rows[0];
  return row === undefined ? null : { id, catalogue, ...row };
}

/** The bytes of an upload, piece by piece; the next piece is fetched while one is used. */
export async function* readUploadedFile(pool: Pool, id: string): AsyncGenerator<Buffer> {
  const fetch = async (position: number): Promise<Buffer | undefined> => {
    const result = await pool.query<{ data: Buffer }>({
      name: 'upload-read',
      text: 'SELECT data FROM uploaded_chunk WHERE file_id = $1 AND position = $2',
      values: [id, position],
    });
    return result.rows[0]?.data;
  };
  let next = fetch(0);
  for (let position = 0; ; position++) {
    const piece = await next;
    if (piece === undefined) return;
    next = fetch(position + 1);
    // if the reader stops here, nobody is left to hear of a failure
    next.catch(() => undefined);
    yield piece;
  }
}

/** Uploads that no unfinished import needs, older than the given age. */
export async function expireUploadedFiles(pool: Pool, maximumAgeHours: number): Promise<number> {
  const expired = await pool.query(
    `DELETE FROM uploaded_file WHERE created_at < now() - $1::float8 * interval '1 hour' AND NOT EXISTS (
       SELECT FROM import_run WHERE file_id = uploaded_file.id AND status IN ('QUEUED', 'RUNNING'))`,
    [maximumAgeHours],
  );
  return expired.rowCount ?? 0;
}

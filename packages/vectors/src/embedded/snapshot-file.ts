import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { FilterPayload } from '@kindling/domain';
import type { SnapshotHeader } from './messages.js';
import type { Shard } from './shard.js';
import { ThreadError } from './thread-error.js';

/*
 * One part of a snapshot: what one thread holds of a tenant. A file is a row of blocks, each
 *   u32 length of the body · sha256 of the body · body
 * first the header, then the points in blocks of a chunk, at last the deletions and the number of points, so that a
 * file cut short or with one bit turned is known for what it is. Numbers are little endian.
 */

const prefixBytes = 4 + 32;
const maximumBlockBytes = 256 * 2 ** 20;

const format = 1;

/**
 * Writes a shard while it goes on changing, a chunk at a time. From the last row to the first: a deletion moves the
 * last row forward, so a row is written at its new place, its old one or both, but never missed. What changed since
 * `header.version` may be in or not: whoever loads the snapshot applies the changes after that version again, and
 * versions decide. Answers the number of points written.
 */
export async function writeSnapshot(file: string, about: SnapshotHeader, shard: Shard): Promise<number> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await writeBlock(handle, Buffer.from(JSON.stringify({ format, ...about })));
    let written = 0;
    const { points } = shard;
    for (let end = points.size; end > 0; ) {
      if (shard.dropped)
        throw new ThreadError('CONFLICT', 'The tenant was removed while its snapshot was written');
      const from = Math.max(0, end - points.rowsPerChunk);
      await writeBlock(handle, pointBlock(shard, from, end));
      written += end - from;
      end = Math.min(from, points.size);
    }
    await writeBlock(handle, endBlock(shard, written));
    await handle.sync();
    return written;
  } finally {
    await handle.close();
  }
}

/** Applies every point whose key `wanted` accepts; throws when anything in the file is not as it was written. */
export async function readSnapshot(
  file: string,
  expected: Pick<SnapshotHeader, 'space' | 'tenant' | 'version'>,
  shard: Shard,
  wanted: (key: number) => boolean,
): Promise<void> {
  const handle = await open(file, 'r');
  try {
    const reader = blockReader(handle);
    const about: Readonly<Record<string, unknown>> = JSON.parse((await reader()).toString());
    const must = { format, ...expected, dimensions: shard.points.dimensions };
    for (const [field, value] of Object.entries(must)) {
      if (about[field] !== value) throw new Error(`its ${field} is ${about[field]}, not ${value}`);
    }
    let read = 0;
    for (;;) {
      const body = await reader();
      if (body.readUInt32LE(0) === 0) {
        const total = applyDeletions(body, shard, wanted);
        if (total !== read) throw new Error(`it holds ${read} points of ${total}`);
        return;
      }
      read += applyPoints(body, shard, wanted);
    }
  } finally {
    await handle.close();
  }
}

async function writeBlock(handle: FileHandle, body: Buffer): Promise<void> {
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32LE(body.length);
  createHash('sha256').update(body).digest().copy(prefix, 4);
  await handle.writev([prefix, body]);
}

function blockReader(handle: FileHandle): () => Promise<Buffer> {
  let position = 0;
  const read = async (length: number) => {
    const buffer = Buffer.allocUnsafeSlow(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await handle.read(buffer, filled, length - filled, position);
      if (bytesRead === 0) throw new Error('it ends too early');
      filled += bytesRead;
      position += bytesRead;
    }
    return buffer;
  };
  return async () => {
    const prefix = await read(prefixBytes);
    const length = prefix.readUInt32LE();
    if (length < 4 || length > maximumBlockBytes) throw new Error('a block has an impossible length');
    const body = await read(length);
    if (!createHash('sha256').update(body).digest().equals(prefix.subarray(4))) {
      throw new Error(`its checksum at byte ${position - length} is wrong`);
    }
    return body;
  };
}

/** u32 rows · u32 bytes of payloads · f64 keys · f64 versions · f32 vectors · payloads as a JSON list. */
function pointBlock(shard: Shard, from: number, end: number): Buffer {
  const { points, payloads } = shard;
  const rows = end - from;
  const json = Buffer.from(
    JSON.stringify(Array.from({ length: rows }, (_, at) => payloads.payloadAt(from + at))),
  );
  const vectorBytes = points.dimensions * 4;
  const body = Buffer.allocUnsafeSlow(8 + rows * (16 + vectorBytes) + json.length);
  body.writeUInt32LE(rows, 0);
  body.writeUInt32LE(json.length, 4);
  for (let at = 0; at < rows; at++) {
    body.writeDoubleLE(points.keyAt(from + at), 8 + at * 8);
    body.writeDoubleLE(points.versionAt(from + at), 8 + (rows + at) * 8);
    const vector = points.vectorAt(from + at);
    body.set(new Uint8Array(vector.buffer, vector.byteOffset, vectorBytes), 8 + rows * 16 + at * vectorBytes);
  }
  json.copy(body, 8 + rows * (16 + vectorBytes));
  return body;
}

function applyPoints(body: Buffer, shard: Shard, wanted: (key: number) => boolean): number {
  const { dimensions } = shard.points;
  const rows = body.readUInt32LE(0);
  const jsonBytes = body.readUInt32LE(4);
  const vectorsAt = 8 + rows * 16;
  if (body.length !== vectorsAt + rows * dimensions * 4 + jsonBytes)
    throw new Error('a block has a wrong length');
  const payloads = JSON.parse(body.toString('utf8', body.length - jsonBytes)) as readonly FilterPayload[];
  for (let at = 0; at < rows; at++) {
    const key = body.readDoubleLE(8 + at * 8);
    if (!wanted(key)) continue;
    const vector = new Float32Array(
      body.buffer,
      body.byteOffset + vectorsAt + at * dimensions * 4,
      dimensions,
    );
    shard.upsert(key, body.readDoubleLE(8 + (rows + at) * 8), vector, payloads[at] ?? {});
  }
  return rows;
}

/** u32 0 · u32 points in the file · f64 keys and versions of deletions, in pairs. */
function endBlock(shard: Shard, points: number): Buffer {
  const body = Buffer.alloc(8 + shard.deletions.size * 16);
  body.writeUInt32LE(points, 4);
  let at = 8;
  for (const [key, version] of shard.deletions) {
    body.writeDoubleLE(key, at);
    body.writeDoubleLE(version, at + 8);
    at += 16;
  }
  return body;
}

function applyDeletions(body: Buffer, shard: Shard, wanted: (key: number) => boolean): number {
  for (let at = 8; at < body.length; at += 16) {
    const key = body.readDoubleLE(at);
    if (wanted(key)) shard.delete(key, body.readDoubleLE(at + 8));
  }
  return body.readUInt32LE(4);
}

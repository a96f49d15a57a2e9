import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogueTemplates, type Item } from '@kindling/domain';
import { createEncoder } from '@kindling/encoder';
import { contentHash, renderItemText } from '@kindling/encoder/text';

/**
 * float32[dimensions] an item, as the product encodes it: its template, its cleaning, its model. Kept in a file named
 * by model and texts, so that a second run waits for nothing; a damaged file is written anew.
 */
export async function encodeItems(
  items: readonly Item[],
  cacheFolder: string,
  { onProgress, signal }: { onProgress: (done: number) => void; signal: AbortSignal },
): Promise<readonly Float32Array[]> {
  const texts = items.map((item) => renderItemText(item, catalogueTemplates.shop.textTemplate));
  const encoder = await createEncoder();
  try {
    const { id, dimensions } = encoder.model;
    const file = join(cacheFolder, `${contentHash([id, ...texts].join('\0'))}.f32`);
    const cached = readCached(file, items.length * dimensions);
    if (cached) return items.map((_, index) => cached.slice(index * dimensions, (index + 1) * dimensions));
    const vectors = await encoder.encode(texts, 'passage', {
      signal,
      onProgress: ({ texts }) => onProgress(texts),
    });
    const all = new Float32Array(items.length * dimensions);
    vectors.forEach((vector, index) => {
      all.set(vector, index * dimensions);
    });
    mkdirSync(cacheFolder, { recursive: true });
    writeFileSync(`${file}.part`, Buffer.from(all.buffer));
    renameSync(`${file}.part`, file);
    return vectors;
  } finally {
    await encoder.close();
  }
}

function readCached(file: string, length: number): Float32Array | null {
  try {
    const bytes = readFileSync(file);
    if (bytes.byteLength !== length * 4) return null;
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  } catch {
    return null;
  }
}

import { join } from 'node:path';
import { createEmbeddedIndex, type VectorIndex } from '@kindling/vectors';
import type { ApiConfig } from '../env.js';
import type { Log } from '../log.js';

export interface OpenIndex {
  readonly index: VectorIndex;
  /** The embedded index is filled by this process; a Qdrant server is filled by the worker. */
  readonly followsVectors: boolean;
  /** Writes what an embedded index knows to disk, so that the next start need not read all of it from Postgres. */
  save(): Promise<void>;
}

export async function openIndex({ qdrant, dataDir }: ApiConfig, log: Log): Promise<OpenIndex> {
  if (qdrant) {
    const { createQdrantIndex } = await import('@kindling/vectors/qdrant');
    const index = createQdrantIndex({ url: qdrant.url, ...(qdrant.apiKey && { apiKey: qdrant.apiKey }) });
    return { index, followsVectors: false, save: async () => {} };
  }
  const embedded = await createEmbeddedIndex({
    directory: join(dataDir, 'index'),
    log: (level, message, fields) => log[level](message, fields),
  });
  return { index: embedded, followsVectors: true, save: () => embedded.saveSnapshots() };
}

import { type CatalogueId, catalogueId, modelId } from '@kindling/domain';
import { type Encoder, EncodingError } from '@kindling/encoder';
import {
  createCatalogue,
  createImportRun,
  createPool,
  findImportRun,
  type ImportRun,
  type Pool,
  registerModel,
  storeUploadedFile,
} from '@kindling/storage';
import { createTestDatabase } from '@kindling/storage/embedded-postgres';
import { jsonLog } from './log.js';

export const silentLog = jsonLog('error', () => {});
export const noFailpoint = () => {};

/** An encoder with the real interface whose vector is made of a text's letters; it refuses what it is told to. */
export function letterEncoder(
  name = 'letters',
  refuse: (text: string) => 'refuse' | 'nan' | 'zero' | 'crash' | null = () => null,
) {
  const encoded: string[] = [];
  const encoder: Encoder = {
    model: {
      id: modelId(`${name}@1`),
      name,
      revision: '1',
      dimensions: 4,
      pooling: 'mean',
      maximumTokens: 256,
      licence: null,
    },
    device: { kind: 'cpu', note: 'a test encoder of letters' },
    encode: async (texts) => {
      if (texts.some((text) => refuse(text) === 'crash')) throw new Error('The encoder has crashed.');
      const refused = texts.findIndex((text) => refuse(text) === 'refuse');
      if (refused >= 0) throw new EncodingError(refused, 'The text cannot be tokenised.');
      encoded.push(...texts);
      return texts.map((text) => {
        if (refuse(text) === 'nan') return new Float32Array([Number.NaN, 0, 0, 0]);
        if (refuse(text) === 'zero') return new Float32Array(4);
        const letters = [0, 1, 2, 3].map((part) => text.charCodeAt(part % text.length));
        return new Float32Array(letters.map((letter) => letter / Math.hypot(...letters)));
      });
    },
    close: async () => {},
  };
  return { encoder, encoded };
}

export interface WorkerFixture {
  readonly pool: Pool;
  readonly databaseUrl: string;
  catalogue(id: string): Promise<CatalogueId>;
  startImport(
    catalogue: CatalogueId,
    content: string | Uint8Array,
    wanted?: Partial<ImportRun>,
  ): Promise<string>;
  importRun(catalogue: CatalogueId, id: string): Promise<ImportRun>;
  close(): Promise<void>;
}

export async function openWorkerFixture(): Promise<WorkerFixture> {
  const database = await createTestDatabase();
  const pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'worker-test' });
  return {
    pool,
    databaseUrl: database.databaseUrl,
    async catalogue(id) {
      await createCatalogue(pool, { id, name: id, scenario: 'streaming', textTemplate: '{title}\n{tags}' });
      await registerModel(pool, letterEncoder().encoder.model);
      return catalogueId(id);
    },
    async startImport(catalogue, content, wanted = {}) {
      const bytes = Buffer.from(content);
      const pieces = async function* () {
        yield bytes;
      };
      const file = await storeUploadedFile(pool, catalogue, {
        name: wanted.fileName ?? 'items.csv',
        content: pieces(),
        maximumBytes: 1 << 30,
      });
      const run = await createImportRun(pool, {
        catalogue,
        fileId: file.id,
        fileName: file.name,
        format: 'AUTO',
        mapping: wanted.mapping ?? [],
        dryRun: wanted.dryRun ?? false,
        totalBytes: file.bytes,
        createdBy: null,
      });
      return run.id;
    },
    async importRun(catalogue, id) {
      const run = await findImportRun(pool, catalogue, id);
      if (run === null) throw new Error(`no run ${id}`);
      return run;
    },
    async close() {
      await pool.end();
      await database.drop();
    },
  };
}

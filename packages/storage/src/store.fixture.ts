import { createHash } from 'node:crypto';
import { type CatalogueId, catalogueId, type Item, itemSchema, modelId } from '@kindling/domain';
import { createPool, type Pool } from './database.js';
import { createTestDatabase } from './embedded-postgres/index.js';
import { registerModel } from './encoder-model-store.js';
import type { ItemWrite } from './item-store.js';

/** A migrated database with one catalogue and one model of 4 dimensions, dropped with `close`. */
export interface StoreFixture {
  readonly pool: Pool;
  readonly databaseUrl: string;
  readonly catalogue: CatalogueId;
  close(): Promise<void>;
}

export const testModel = {
  id: modelId('test@1'),
  name: 'test',
  revision: '1',
  dimensions: 4,
  pooling: 'mean',
  licence: null,
};

export async function openStores(): Promise<StoreFixture> {
  const database = await createTestDatabase();
  const pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'store-test' });
  const catalogue = await addCatalogue(pool, 'shop');
  await registerModel(pool, testModel);
  return {
    pool,
    databaseUrl: database.databaseUrl,
    catalogue,
    async close() {
      await pool.end();
      await database.drop();
    },
  };
}

export async function addCatalogue(pool: Pool, id: string): Promise<CatalogueId> {
  await pool.query(
    `INSERT INTO catalogue (id, name, scenario, text_template) VALUES ($1, $1, 'shop', '{title}')`,
    [id],
  );
  return catalogueId(id);
}

/** The content hash of the fixture's items is that of their title. */
export const hashOf = (title: string) => createHash('sha256').update(title).digest('hex');

export function itemWrite(id: string, fields: Partial<Record<keyof Item, unknown>> = {}): ItemWrite {
  const item = itemSchema.parse({ id, title: `Title of ${id}`, ...fields });
  return { item, contentHash: hashOf(item.title) };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CatalogueId, catalogueId, type Item, itemSchema, modelId } from '@kindling/domain';
import type { Encoder } from '@kindling/encoder';
import {
  createCatalogue,
  createKey,
  createPool,
  findItemNumbers,
  type Pool,
  registerModel,
  upsertItems,
  writeVectors,
} from '@kindling/storage';
import { createTestDatabase } from '@kindling/storage/embedded-postgres';
import { readEnv } from './env.js';
import { jsonLog } from './log.js';
import { type ApiOverrides, type RunningApi, startApi } from './start.js';

/** An encoder that any test can predict: texts are near when they share words. 64 dimensions, real interface. */
export const wordEncoder: Encoder = {
  model: {
    id: modelId('words@1'),
    name: 'words',
    revision: '1',
    dimensions: 64,
    pooling: 'mean',
    maximumTokens: 256,
    licence: null,
  },
  device: { kind: 'cpu', note: 'a test encoder of shared words' },
  encode: async (texts) => texts.map(wordVector),
  close: async () => {},
};

export function wordVector(text: string): Float32Array {
  const vector = new Float32Array(64);
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? ['nothing']) {
    let hash = 7;
    for (const letter of word) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
    vector[hash % 64] = (vector[hash % 64] ?? 0) + 1;
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

export interface Tenant {
  readonly id: CatalogueId;
  readonly publicKey: string;
  readonly secretKey: string;
}

export interface ApiFixture {
  readonly api: RunningApi;
  readonly pool: Pool;
  readonly databaseUrl: string;
  readonly shop: Tenant;
  /** Another catalogue, that nobody of the first may see. */
  readonly other: Tenant;
  /** Asks as GraphQL over HTTP; the whole answer. */
  ask(key: string | null, query: string, variables?: object, options?: AskOptions): Promise<Answer>;
  /** Stores items with their vectors, and waits until this API serves them. */
  store(tenant: Tenant, ...items: readonly Partial<Record<keyof Item, unknown>>[]): Promise<void>;
  close(): Promise<void>;
}
export interface AskOptions {
  readonly path?: string;
  readonly headers?: Record<string, string>;
}
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
  readonly data: any;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: string[];
    readonly extensions: Record<string, unknown>;
  }[];
}

export async function openApi(
  variables: Record<string, string> = {},
  overrides: ApiOverrides = { encoder: wordEncoder },
): Promise<ApiFixture> {
  const database = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'kindling-api-'));
  const pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'api-test' });
  await registerModel(pool, wordEncoder.model);
  const shop = await makeTenant(pool, 'shop');
  const other = await makeTenant(pool, 'other');
  await registerModel(pool, wordEncoder.model);
  const config = readEnv({
    DATABASE_URL: database.databaseUrl,
    DATA_DIR: dataDir,
    API_PORT: '0',
    ...variables,
  });
  const api = await startApi(
    config,
    jsonLog('error', () => {}),
    overrides,
  );
  return {
    api,
    pool,
    databaseUrl: database.databaseUrl,
    shop,
    other,
    ask: (key, query, given = {}, options = {}) => ask(api.url, key, query, given, options),
    store: (tenant, ...items) => store(api, pool, tenant, items),
    close: async () => {
      await api.close();
      await pool.end();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function makeTenant(pool: Pool, id: string): Promise<Tenant> {
  await createCatalogue(pool, { id, name: `The ${id}`, scenario: 'streaming' });
  // Most tests ask twice and want the same list.
  await pool.query(
    `UPDATE strategy SET config = jsonb_set(config, '{exploration,impressionsPerDay}', '0') WHERE catalogue_id = $1`,
    [id],
  );
  const publicKey = await createKey(pool, { catalogue: id, kind: 'public', name: 'site' });
  const secretKey = await createKey(pool, { catalogue: id, kind: 'secret', name: 'server' });
  return { id: catalogueId(id), publicKey: publicKey.secret, secretKey: secretKey.secret };
}

export async function ask(
  url: string,
  key: string | null,
  query: string,
  variables: object = {},
  { path = '/graphql', headers = {} }: AskOptions = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as { data?: unknown; errors?: Answer['errors'] };
  return { status: response.status, headers: response.headers, data: body.data, errors: body.errors ?? [] };
}

async function store(
  api: RunningApi,
  pool: Pool,
  { id: catalogue }: Tenant,
  rows: readonly Partial<Record<keyof Item, unknown>>[],
): Promise<void> {
  const items = rows.map((row) => itemSchema.parse({ title: `Title of ${row.id}`, ...row }));
  const textOf = (item: Item) => [item.title, item.description ?? '', ...item.categories].join(' ');
  await upsertItems(
    pool,
    catalogue,
    items.map((item) => ({ item, contentHash: textOf(item) })),
  );
  const numbers = await findItemNumbers(
    pool,
    catalogue,
    items.map((item) => item.id),
  );
  await writeVectors(
    pool,
    catalogue,
    wordEncoder.model,
    items.flatMap((item) => {
      const number = numbers.get(item.id);
      return number === undefined
        ? []
        : [{ number, contentHash: textOf(item), vector: wordVector(textOf(item)) }];
    }),
  );
  const runtime = await api.services.runtimes.get(catalogue);
  await runtime.refresh();
  await runtime.refresh();
}

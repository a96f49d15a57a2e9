import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiFixture, ask, openApi, wordEncoder } from '../api.fixture.js';
import { readEnv } from '../env.js';
import { jsonLog } from '../log.js';
import { startApi } from '../start.js';
import { openIndex } from './open-index.js';

let fixture: ApiFixture;
const dataDir = mkdtempSync(join(tmpdir(), 'kindling-snapshot-'));
beforeAll(async () => {
  fixture = await openApi();
});
afterAll(async () => {
  await fixture.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const log = jsonLog('error', () => {});

/** An API process on the folder, and how many vectors it was given from Postgres. */
async function start() {
  const config = readEnv({ DATABASE_URL: fixture.databaseUrl, DATA_DIR: dataDir, API_PORT: '0' });
  const opened = await openIndex(config, log);
  let read = 0;
  const upsert = opened.index.upsert.bind(opened.index);
  opened.index.upsert = (space, tenant, points) => {
    read += points.length;
    return upsert(space, tenant, points);
  };
  const api = await startApi(config, log, { encoder: wordEncoder, index: opened });
  const nearest = async (interest: string) => {
    const query = `{ recommendations(subject: { interests: ["${interest}"] }, first: 1) { nodes { id } degraded { part } } }`;
    const { data } = await ask(api.url, fixture.shop.publicKey, query);
    expect(data.recommendations.degraded).toEqual([]);
    return data.recommendations.nodes[0]?.id;
  };
  return { api, nearest, read: () => read };
}

test('a restarted API reads from Postgres only the vectors that its snapshot lacks', async () => {
  const words = ['moon', 'river', 'garden', 'engine', 'violin'];
  await fixture.store(fixture.shop, ...words.map((word) => ({ id: word, title: `A ${word} at night` })));
  const first = await start();
  expect(await first.nearest('garden')).toBe('garden');
  expect(first.read()).toBe(words.length);
  await first.api.close();

  await fixture.store(fixture.shop, { id: 'castle', title: 'A castle at night' });
  const second = await start();
  expect(await second.nearest('violin')).toBe('violin');
  expect(await second.nearest('castle')).toBe('castle');
  expect(second.read()).toBe(1);
  await second.api.close();

  const third = await start();
  expect(await third.nearest('castle')).toBe('castle');
  expect(third.read()).toBe(0);
  await third.api.close();
});

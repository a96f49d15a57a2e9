import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPool, type Pool } from '@kindling/storage';
import { afterAll, expect, test } from 'vitest';
import { isAlive, Stack, until } from '../stack/stack.js';

let stack: Stack | undefined;
let pool: Pool | undefined;
afterAll(async () => {
  await pool?.end();
  await stack?.stopAndForget();
});

const films = 3_201;

/** The launcher's own Postgres, asked directly: progress as the tables have it. */
function openDatabase(dataDir: string): Pool {
  const folder = join(dataDir, 'postgres');
  const password = readFileSync(join(folder, 'password'), 'utf8').trim();
  const port = readFileSync(join(folder, 'port'), 'utf8').trim();
  const databaseUrl = `postgresql://kindling:${password}@127.0.0.1:${port}/kindling`;
  return createPool({ databaseUrl, applicationName: 'fault-test', maxConnections: 2 });
}

test('the worker is killed three times while it encodes: all 3,201 films are encoded, none twice', async () => {
  stack = await Stack.launch({ flags: ['--no-console'] });
  await stack.waitFor('starting', 'ready');
  const database = openDatabase(stack.dataDir);
  pool = database;
  const encoded = async () => {
    const { rows } = await database.query<{ encoded: number }>(
      'SELECT count(*)::int AS encoded FROM item_vector',
    );
    return rows[0]?.encoded ?? 0;
  };
  const killed = new Set<number>();
  for (const threshold of [1, 1_000, 2_000]) {
    await until(async () => (await encoded()) >= threshold);
    const running = stack;
    const worker = running.pid('worker');
    killed.add(worker);
    process.kill(worker, 'SIGKILL');
    await until(() => running.pid('worker') !== worker && isAlive(running.pid('worker')));
    expect(await encoded()).toBeLessThan(films);
  }
  expect(killed.size).toBe(3);
  await stack.waitFor('ready');
  const { rows } = await database.query(
    `SELECT count(*)::int AS vectors, count(DISTINCT item_number)::int AS items,
            (SELECT count(*)::int FROM item WHERE embedded_hash = content_hash) AS encoded,
            (SELECT count(*)::int FROM dead_letter) AS given_up
     FROM item_vector`,
  );
  expect(rows[0]).toEqual({ vectors: films, items: films, encoded: films, given_up: 0 });
  const seen = new Set<string>();
  let after: string | null = null;
  do {
    const page: { recommendations: Page } = await stack.query(
      `query ($after: String) { recommendations(subject: { interests: ["film"] }, first: 100, after: $after) {
         nodes { id } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    for (const { id } of page.recommendations.nodes) {
      expect(seen.has(id)).toBe(false);
      seen.add(id);
    }
    after = page.recommendations.pageInfo.hasNextPage ? page.recommendations.pageInfo.endCursor : null;
  } while (after !== null);
  expect(seen.size).toBeGreaterThanOrEqual(100);
}, 600_000);

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

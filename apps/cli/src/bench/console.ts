import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { catalogueId } from '@kindling/domain';
import { createMember, createPool } from '@kindling/storage';
import { startTemporaryPostgres } from '@kindling/storage/embedded-postgres';
import { CliError } from '../cli-error.js';
import { useConsole } from './console-steps.js';
import { startBenchProcess } from './serve-process.js';
import { fillServeWorld } from './serve-world.js';

const items = 100_000;
const member = { email: 'bench@kindling.local', password: 'a password of the bench' };
const server = fileURLToPath(
  new URL('../../../console/.next/standalone/apps/console/server.js', import.meta.url),
);
const browser = process.env['KINDLING_CHROMIUM'] ?? '/usr/bin/chromium';

/**
 * What people wait for in the console on a catalogue of 100,000 items: the table, the rule editor's preview and the map,
 * driven by keyboard and mouse in a real browser, on the whole API and a real database.
 */
export async function benchConsole(): Promise<object> {
  if (!existsSync(server))
    throw new CliError('The console is not built: run "npx turbo run build --filter=@kindling/console".');
  if (!existsSync(browser))
    throw new CliError(
      `There is no browser at ${browser}: apt-get install chromium, or set KINDLING_CHROMIUM.`,
    );
  const folder = await mkdtemp(join(tmpdir(), 'kindling-bench-'));
  const postgres = await startTemporaryPostgres({ durable: false });
  const pool = createPool({
    databaseUrl: postgres.databaseUrl,
    applicationName: 'kindling-bench',
    statementTimeoutMs: 0,
  });
  const stops: (() => Promise<unknown>)[] = [
    () => rm(folder, { recursive: true, force: true }),
    () => postgres.stop(),
    () => pool.end(),
  ];
  try {
    const world = await fillServeWorld(pool, { items, visitors: 200 });
    const memberships = [{ catalogue: catalogueId('bench'), role: 'admin' as const }];
    await createMember(pool, { ...member, name: 'Bench', memberships });
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const api = await startBenchProcess('whole', '', {
      DATABASE_URL: postgres.databaseUrl,
      DATA_DIR: folder,
      API_PORT: '0',
      API_POINTS_PER_SECOND: '1000000000',
      CONSOLE_URL: url,
    });
    stops.push(() => api.stop());
    stops.push(await startConsole(port, `http://127.0.0.1:${api.port}`));
    const steps = await useConsole({ url, browser, ...member });
    return {
      items,
      fillSeconds: Number(world.fillSeconds.toFixed(1)),
      // above the number of processors, people wait for other work of the machine, too
      loadAverage: Number((loadavg()[0] ?? 0).toFixed(1)),
      processors: availableParallelism(),
      steps,
      targets: { inpMs: 200 },
    };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function startConsole(port: number, apiUrl: string): Promise<() => Promise<unknown>> {
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [server], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      NODE_ENV: 'production',
      HOSTNAME: '127.0.0.1',
      PORT: String(port),
      KINDLING_API_URL: apiUrl,
      CONSOLE_URL: url,
    },
  });
  const exited = once(child, 'exit');
  const isUp = () =>
    fetch(`${url}/api/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isUp())) {
    if (child.exitCode !== null) throw new Error(`the console ended with ${child.exitCode}`);
    await delay(100);
  }
  return () => {
    child.kill('SIGKILL');
    return exited;
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

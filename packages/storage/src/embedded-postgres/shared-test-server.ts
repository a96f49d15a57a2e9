import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { sharedServerSocket, stopWithParent } from './test-database.js';

/**
 * The process behind `createTestDatabase`. Every test process keeps a connection to this socket, and a
 * connection ends with its process, however that ends. A while after the last one Postgres is stopped.
 */
const idleMs = 15_000;

await main(sharedServerSocket());

async function main(socketPath: string): Promise<void> {
  // bound before Postgres starts: of several that start at once all but one find out at once
  const server = await listen(socketPath);
  if (server === null) return;
  const folder = mkdtempSync(join(tmpdir(), 'kindling-test-server-'));
  stopWithParent(folder);
  const starting = startEmbeddedPostgres({ folder, durable: false, maxConnections: 500 });
  const idle = new Promise<void>((resolve) => serve(server, starting, resolve));
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  try {
    const postgres = await starting;
    await Promise.race([idle, interrupted, postgres.exited()]);
    server.close();
    await postgres.stop();
  } finally {
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  }
}

/** Tells every client the address, and calls `onIdle` when there has been none for a while. */
function serve(server: Server, starting: Promise<{ databaseUrl: string }>, onIdle: () => void): void {
  const clients = new Set<Socket>();
  let idleTimer = setTimeout(onIdle, 2 * idleMs);
  server.on('connection', (socket) => {
    clearTimeout(idleTimer);
    clients.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => {});
    socket.on('close', () => {
      clients.delete(socket);
      if (clients.size > 0) return;
      clearTimeout(idleTimer);
      idleTimer = setTimeout(onIdle, idleMs);
    });
    starting.then(
      ({ databaseUrl }) => socket.write(`${databaseUrl.replace(/[^/]+$/, 'postgres')}\n`),
      () => socket.destroy(),
    );
  });
}

/** Null when another process serves already. The socket file of one that was killed is taken over. */
async function listen(path: string): Promise<Server | null> {
  const server = await bind(path);
  if (server !== null) return server;
  if (await isServed(path)) return null;
  rmSync(path, { force: true });
  return bind(path);
}

function bind(path: string): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(path, () => resolve(server));
  });
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

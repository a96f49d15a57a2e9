import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Refusal } from './refusal.mjs';

const neededMegabytes = 500;

/** The data folder exists, can be written, and has room. */
export function checkFolder(dataDir) {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const probe = join(dataDir, `.probe-${process.pid}`);
    writeFileSync(probe, 'x'.repeat(4_096));
    rmSync(probe);
  } catch (error) {
    if (error.code === 'ENOSPC') throw error;
    throw new Refusal(
      `the folder ${dataDir} cannot be written (${error.code}). Change its owner, or choose another with --data-dir.`,
    );
  }
  const { bavail, bsize } = statfsSync(dataDir);
  const megabytes = Math.floor((bavail * bsize) / 1e6);
  if (megabytes < neededMegabytes) {
    throw new Refusal(
      `only ${megabytes} MB are free in ${dataDir}, and ${neededMegabytes} MB are needed. Free some, or choose another --data-dir.`,
    );
  }
}

export async function checkPort(port, what) {
  const code = await listenError(port);
  if (code === 'EADDRINUSE') {
    throw new Refusal(
      `port ${port} for the ${what} is taken by another program. Choose another with --port.`,
    );
  }
  if (code !== null)
    throw new Refusal(`port ${port} for the ${what} cannot be used (${code}). Choose another with --port.`);
}

function listenError(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error.code));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(null)));
  });
}

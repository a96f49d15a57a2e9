import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@kindling/storage';
import { startEmbeddedPostgres } from '@kindling/storage/embedded-postgres';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Holds the cluster that folders are copied from, once there is one. */
    clusterFolder: string;
  }
}

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'kindling-cluster-'));
  project.provide('clusterFolder', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}

/**
 * A folder for an installation in which Postgres has its cluster and every migration already. Making them takes
 * most of a first start, which the demo goes through; tests of what comes later begin here.
 */
export async function readyFolder(): Promise<string> {
  const cluster = join(inject('clusterFolder'), 'postgres');
  if (!existsSync(cluster)) await makeCluster(cluster);
  const folder = mkdtempSync(join(tmpdir(), 'kindling-e2e-'));
  // with its modes and its owner, who is another one where the tests run as root
  execFileSync('cp', ['-a', cluster, join(folder, 'postgres')]);
  return folder;
}

/** Stopped before it has its name: only what rests can be copied. */
async function makeCluster(cluster: string): Promise<void> {
  const unfinished = `${cluster}.unfinished`;
  const postgres = await startEmbeddedPostgres({ folder: unfinished });
  await migrate({ databaseUrl: postgres.databaseUrl });
  await postgres.stop();
  // each copy takes a port of its own
  rmSync(join(unfinished, 'port'), { force: true });
  renameSync(unfinished, cluster);
}

import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess, identityOf, isRunning } from './process-identity.mjs';
import { Refusal } from './refusal.mjs';

/** In this order: whoever takes requests goes first. Postgres is stopped, or taken over, by its own launcher. */
const stopOrder = ['api', 'worker', 'console'];

/**
 * Claims a data folder: one launcher at a time. What runs is written down (process number and start time), so
 * that after a SIGKILL of the launcher the next one finds its orphans, and ends them, and nobody else.
 */
export async function claimFolder(dataDir, onOrphan) {
  const file = join(dataDir, 'running.json');
  const record = { launcher: identityOf(process.pid), children: {} };
  for (;;) {
    if (createOnce(file, record)) break;
    const other = read(file);
    if (other?.launcher && isRunning(other.launcher)) {
      throw new Refusal(
        `it is running already on ${dataDir} (process ${other.launcher.pid}): its addresses and keys are in ` +
          `${join(dataDir, 'local.json')}. Stop it first, or choose another --data-dir.`,
      );
    }
    for (const name of stopOrder) {
      const orphan = other?.children?.[name];
      if (!orphan || !isRunning(orphan)) continue;
      onOrphan(name, orphan.pid);
      await endProcess(orphan);
    }
    rmSync(file, { force: true });
  }
  return {
    setChild(name, pid) {
      const identity = identityOf(pid);
      if (identity === null) delete record.children[name];
      else record.children[name] = identity;
      replace(file, record);
    },
    release() {
      rmSync(file, { force: true });
    },
  };
}

function createOnce(file, record) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(record));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function replace(file, record) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(record));
  renameSync(draft, file);
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KindlingError } from '@kindling/domain';

/** What a running Postgres wrote about itself into its data folder. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/**
 * Reads `postmaster.pid`. Null when there is none, or when it is stale: its process is gone, or its number now
 * belongs to a program that does not run on this data folder and must not be touched.
 */
export function readPostmaster(dataFolder: string): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(pidFile(dataFolder), 'utf8').split('\n');
  } catch {
    return null;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !runsOn(pid, dataFolder)) return null;
  return { pid, port: Number(lines[3]) || 0 };
}

export function removeStalePidFile(dataFolder: string): void {
  if (readPostmaster(dataFolder) === null) rmSync(pidFile(dataFolder), { force: true });
}

/**
 * Stops Postgres: SIGINT ends sessions and writes a checkpoint; SIGQUIT, for one that hangs, leaves recovery to
 * the next start, which loses nothing either.
 */
export async function stopPostmaster(pid: number, dataFolder: string, patienceMs = 20_000): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!runsOn(pid, dataFolder)) return;
    signalProcess(pid, signal);
    const deadline = Date.now() + (signal === 'SIGINT' ? patienceMs : 3_000);
    while (Date.now() < deadline) {
      if (!runsOn(pid, dataFolder)) return;
      await delay(25);
    }
  }
  throw new KindlingError('INTERNAL', `Postgres (process ${pid}) in ${dataFolder} does not stop.`);
}

const pidFile = (dataFolder: string) => join(dataFolder, 'postmaster.pid');

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it ended by itself
  }
}

/** Process numbers are used again, so a number alone proves nothing: its command line must name our folder. */
function runsOn(pid: number, dataFolder: string): boolean {
  return commandLine(pid).includes(dataFolder);
}

function commandLine(pid: number): string[] {
  try {
    // a zombie's command line is empty
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    if (process.platform === 'linux') return [];
    const { stdout } = spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
    return (stdout ?? '').trim().split(/\s+/);
  }
}

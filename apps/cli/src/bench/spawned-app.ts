import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The API or the worker as its own process, as it runs in production, with what it cost. */
export interface SpawnedApp {
  readonly pid: number;
  /** CPU time so far; null where the system does not tell. */
  cpuSeconds(): number | null;
  /** The most memory that it has held. */
  peakBytes(): number | null;
  stop(): Promise<void>;
}

export async function spawnApp(
  app: 'api' | 'worker',
  environment: Readonly<Record<string, string>>,
): Promise<SpawnedApp> {
  const fromSource = import.meta.url.endsWith('.ts');
  const entry = `../../../${app}/${fromSource ? 'src/main.ts' : 'dist/main.js'}`;
  const child = spawn(
    process.execPath,
    [
      ...(fromSource ? ['--import', 'tsx', '--conditions=source'] : []),
      fileURLToPath(new URL(entry, import.meta.url)),
    ],
    {
      // where its tsconfig.json is, for a run from the sources
      cwd: fileURLToPath(new URL(`../../../${app}/`, import.meta.url)),
      env: { NODE_ENV: 'production', LOG_LEVEL: 'warn', ...environment },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  await ready(child, app);
  const pid = child.pid ?? 0;
  return {
    pid,
    cpuSeconds: () => cpuSecondsOf(pid),
    peakBytes: () => peakBytesOf(pid),
    async stop() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function ready(child: ChildProcess, app: string): Promise<void> {
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`The ${app} ended with ${code} before it was ready.`);
  });
  await Promise.race([once(child, 'message'), failed]);
  failed.catch(() => undefined);
}

/** Ticks of user and system time, the 14th and 15th field; Linux counts 100 a second. */
function cpuSecondsOf(pid: number): number | null {
  const fields = statFields(pid);
  return fields === null ? null : (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Of the children that a process has and had (those that ended stand in its 16th and 17th field). */
export function cpuSecondsBelow(parent: number): number | null {
  const own = statFields(parent);
  if (own === null) return null;
  const ended = (Number(own[13]) + Number(own[14])) / 100;
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && statFields(pid)?.[1] === String(parent))
    .reduce((sum, pid) => sum + (cpuSecondsOf(pid) ?? 0), ended);
}

/** From the third field (the state) on. */
function statFields(pid: number): readonly string[] | null {
  return (
    proc(pid, 'stat')
      ?.replace(/^.*\) /, '')
      .split(' ') ?? null
  );
}

function peakBytesOf(pid: number): number | null {
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(proc(pid, 'status') ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1_024;
}

function proc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}

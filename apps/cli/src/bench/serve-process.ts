import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A server under measurement, in a process of its own: its CPU time is its own. */
export interface ServeProcess {
  readonly port: number;
  cpuSeconds(): Promise<number>;
  ask<Answer>(message: object): Promise<Answer>;
  stop(): Promise<void>;
}

/** The API's bench process: see apps/api/src/bench-process.ts. Built code where it was built, the sources otherwise. */
export function startBenchProcess(
  mode: 'floor' | 'endpoint' | 'whole',
  argument: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServeProcess> {
  const built = fileURLToPath(new URL('../../../api/dist/bench-process.js', import.meta.url));
  const source = fileURLToPath(new URL('../../../api/src/bench-process.ts', import.meta.url));
  const fromSource = import.meta.url.endsWith('.ts') || !existsSync(built);
  return startProcess(
    [...(fromSource ? ['--conditions=source', '--import', 'tsx', source] : [built]), mode, argument],
    environment,
    // where tsx finds the tsconfig that allows decorators
    fileURLToPath(new URL('../../../api', import.meta.url)),
  );
}

export async function startProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  workingDirectory?: string,
): Promise<ServeProcess> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    ...(workingDirectory !== undefined && { cwd: workingDirectory }),
    env: { NODE_ENV: 'production', ...environment },
  });
  const { port } = await next<{ port: number }>(child, () => {});
  const ask = <Answer>(message: object) => next<Answer>(child, () => child.send(message));
  return {
    port,
    ask,
    cpuSeconds: async () => (await ask<{ cpuSeconds: number }>({ cpu: true })).cpuSeconds,
    stop: async () => {
      if (child.exitCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function next<Answer>(child: ChildProcess, begin: () => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`a bench process ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (answer) => {
      child.off('exit', ended);
      resolve(answer as Answer);
    });
    begin();
  });
}

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** `local.json`, as `npm start` writes it for tools on the same machine. */
export interface LocalFile {
  readonly graphql: string;
  readonly admin: string;
  readonly console: string | null;
  readonly publicKey: string;
  readonly secretKey: string;
  readonly consoleEmail: string;
  readonly consolePassword: string;
  readonly catalogue: string;
  readonly status: 'starting' | 'ready' | 'stopped';
  readonly pids?: Readonly<Record<string, number>>;
}

export interface StackOptions {
  readonly flags?: readonly string[];
  /** An earlier stack's folder, to start on its data. */
  readonly dataDir?: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
}

/** A whole installation: real processes on ports of their own, with data in a temporary folder. */
export class Stack {
  private output = '';
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  private constructor(
    readonly process: ChildProcess,
    readonly dataDir: string,
    readonly port: number,
  ) {
    process.stdout?.on('data', (chunk) => {
      this.output += chunk;
    });
    process.stderr?.on('data', (chunk) => {
      this.output += chunk;
    });
    this.exited = new Promise((resolve) => {
      process.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  static async launch(options: StackOptions = {}): Promise<Stack> {
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'kindling-e2e-'));
    const port = options.port ?? (await freePortPair());
    const [file = '', ...args] = options.command ?? [process.execPath, 'infra/local/start.mjs'];
    const child = spawn(
      file,
      [...args, '--port', String(port), '--data-dir', dataDir, ...(options.flags ?? [])],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
        // a group of its own, so that a test can signal all of it as a terminal does
        detached: true,
        env: {
          ...process.env,
          // the launcher then ends with its parent: a killed test run leaves nothing behind
          npm_lifecycle_event: 'start',
          ...options.env,
        },
      },
    );
    return new Stack(child, dataDir, port);
  }

  /** Launches, and waits until everything serves and the demo, if any, is complete. */
  static async start(options: StackOptions = {}): Promise<Stack> {
    const stack = await Stack.launch(options);
    await stack.waitFor('ready');
    return stack;
  }

  get text(): string {
    return this.output;
  }

  get local(): LocalFile {
    return JSON.parse(readFileSync(join(this.dataDir, 'local.json'), 'utf8'));
  }

  pid(name: string): number {
    const pid = this.local.pids?.[name];
    if (pid === undefined) throw new Error(`There is no process "${name}" in local.json.`);
    return pid;
  }

  /** Waits for a status that this start wrote (not an earlier one); fails with the output when it ends instead. */
  async waitFor(...statuses: readonly LocalFile['status'][]): Promise<void> {
    for (;;) {
      if (this.process.exitCode !== null || this.process.signalCode !== null) {
        throw new Error(`The installation ended before it was ready:\n${this.output}`);
      }
      const local = this.tryLocal();
      if (local?.pids?.launcher !== undefined && statuses.includes(local.status) && this.isOurs(local))
        return;
      await delay(50);
    }
  }

  async stop(): Promise<void> {
    // the launcher itself, which is not our child when npm or a test stood between
    const launcher = this.tryLocal()?.pids?.launcher;
    if (launcher !== undefined && isAlive(launcher)) process.kill(launcher, 'SIGTERM');
    else if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill('SIGTERM');
    await this.exited;
  }

  forget(): void {
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  async stopAndForget(): Promise<void> {
    await this.stop();
    this.forget();
  }

  /** A GraphQL call as anyone would make it; errors of the answer are thrown. */
  query<Data>(query: string, variables: object = {}): Promise<Data> {
    return graphql(this.local.graphql, this.local.publicKey, query, variables);
  }

  admin<Data>(query: string, variables: object = {}): Promise<Data> {
    return graphql(this.local.admin, this.local.secretKey, query, variables);
  }

  async upload(name: string, body: string | Uint8Array<ArrayBuffer>): Promise<string> {
    const url = this.local.admin.replace(/graphql$/, `files?name=${encodeURIComponent(name)}`);
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.local.secretKey}`,
        'content-type': 'application/octet-stream',
      },
      body,
    });
    if (!response.ok) throw new Error(`Upload answered ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { fileId: string }).fileId;
  }

  private isOurs(local: LocalFile): boolean {
    // under npm our child is npm, not the launcher itself
    return (
      this.output !== '' && local.graphql.includes(`:${this.port}/`) && isAlive(local.pids?.launcher ?? 0)
    );
  }

  private tryLocal(): LocalFile | null {
    try {
      return this.local;
    } catch {
      return null;
    }
  }
}

export async function graphql<Data>(
  url: string,
  key: string,
  query: string,
  variables: object,
): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const answer = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (answer.errors !== undefined || answer.data === undefined) {
    throw new Error(`${response.status}: ${JSON.stringify(answer.errors)}`);
  }
  return answer.data;
}

/** Whether a process runs; one that ended and was not yet waited for (a zombie) does not. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

/** Polls until a condition holds; the test's own time limit ends it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(25);
}

/** Two neighbouring ports: the API's and the console's. */
export async function freePortPair(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

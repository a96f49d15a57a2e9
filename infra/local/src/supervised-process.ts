import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface ProcessSpec {
  readonly name: 'api' | 'worker' | 'console';
  readonly script: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
  /** Polled until it answers; without it the process says `{ready: true}` over IPC. */
  readonly readyUrl?: string;
}

export interface ProcessEvents {
  /** Called for every process, also for those that replace one that ended. */
  started(name: string, pid: number): void;
  restarting(name: string, ending: string, afterMs: number): void;
}

const readyTimeoutMs = 120_000;
const stopTimeoutMs = 20_000;
/** Waits before the first, second, … restart of a process that does not stay up for `steadyMs`. */
const backoffMs = [0, 250, 500, 1_000, 2_000, 5_000] as const;
const steadyMs = 20_000;
const maxLogBytes = 20_000_000;
/** A process that ends this often before it was ever ready will not get ready by itself. */
const startAttempts = 3;

/**
 * A process that is up as long as we are: it is restarted whenever it ends, at once the first time and later with
 * growing pauses. It runs in a process group of its own, so that Ctrl-C reaches it in our order.
 */
export class SupervisedProcess {
  private child: ChildProcess | null = null;
  private stopping = false;
  private wasReady = false;
  private quickEnds = 0;
  private logStart = 0;

  constructor(
    private readonly spec: ProcessSpec,
    private readonly events: ProcessEvents,
  ) {}

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  /** Resolves when it serves; rejects, with its own last words, when it cannot. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () =>
          reject(
            new Error(
              `the ${this.spec.name} was not ready after ${readyTimeoutMs / 1_000} s: see ${this.spec.logFile}`,
            ),
          ),
        readyTimeoutMs,
      );
      const settle = (action: () => void) => () => {
        clearTimeout(timer);
        action();
      };
      this.spawn(
        settle(() => {
          this.wasReady = true;
          resolve();
        }),
        settle(() => reject(new Error(`the ${this.spec.name} did not start: ${this.lastWords()}`))),
      );
    });
  }

  /** SIGTERM, and SIGKILL for one that does not listen. */
  async stop(): Promise<void> {
    this.stopping = true;
    const child = this.child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const late = Symbol('late');
    if ((await Promise.race([exited, delay(stopTimeoutMs, late, { ref: false })])) === late) {
      child.kill('SIGKILL');
      await exited;
    }
  }

  private spawn(onReady: () => void, onHopeless: () => void): void {
    const log = this.openLog();
    const child = spawn(process.execPath, ['--enable-source-maps', this.spec.script], {
      cwd: this.spec.cwd,
      env: this.spec.env,
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    });
    closeSync(log);
    this.child = child;
    const startedAt = Date.now();
    if (child.pid !== undefined) this.events.started(this.spec.name, child.pid);
    child.on('error', () => {});
    child.on('message', (message) => {
      if (typeof message === 'object' && message !== null && 'ready' in message) onReady();
    });
    if (this.spec.readyUrl !== undefined) void this.pollUntilReady(child, this.spec.readyUrl, onReady);
    child.once('exit', (code, signal) => {
      if (this.stopping) return;
      this.quickEnds = Date.now() - startedAt > steadyMs ? 0 : this.quickEnds + 1;
      if (!this.wasReady && this.quickEnds >= startAttempts) {
        onHopeless();
        return;
      }
      const afterMs = backoffMs[Math.min(Math.max(this.quickEnds - 1, 0), backoffMs.length - 1)] ?? 0;
      this.events.restarting(this.spec.name, signal ?? `exit code ${code}`, afterMs);
      setTimeout(() => {
        if (!this.stopping) this.spawn(onReady, onHopeless);
      }, afterMs);
    });
  }

  private async pollUntilReady(child: ChildProcess, url: string, onReady: () => void): Promise<void> {
    while (child.exitCode === null && child.signalCode === null && !this.stopping) {
      try {
        const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) });
        if (response.status < 500) {
          onReady();
          return;
        }
      } catch {
        // not listening yet
      }
      await delay(100);
    }
  }

  private openLog(): number {
    const { logFile } = this.spec;
    mkdirSync(dirname(logFile), { recursive: true });
    if (existsSync(logFile) && statSync(logFile).size > maxLogBytes) renameSync(logFile, `${logFile}.1`);
    this.logStart = existsSync(logFile) ? statSync(logFile).size : 0;
    return openSync(logFile, 'a', 0o600);
  }

  /** Of what the last process wrote: a line that names an error, rather than the end of its stack. */
  private lastWords(): string {
    const text = readFileSync(this.spec.logFile).subarray(this.logStart).toString('utf8');
    const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line));
    const words = lines.filter((line) => /error|not usable|missing|cannot/i.test(line)).slice(0, 3);
    const shown = (words.length > 0 ? words : lines.slice(-3)).join(' ').slice(0, 600);
    return `${shown || 'it wrote nothing'} (all of it: ${this.spec.logFile})`;
  }
}

import { getPriority, setPriority } from 'node:os';
import { KindlingError } from '@kindling/domain';

/** Below everything that serves or encodes on the same machine. */
const lowPriority = 10;
const progressEveryMs = 200;

/** How work failed, for the worker that started it. Code null: a fault that nobody expected. */
export interface FailedWork {
  readonly kind: 'failed';
  readonly code: KindlingError['code'] | null;
  readonly message: string;
  readonly stack?: string;
}

export type Say = (message: object) => Promise<void>;

/** The other end of `startWorkProcess`: hears its task once, does it at low priority, says how it ended, and is gone. */
export function serveParent(work: (task: unknown, say: Say) => Promise<void>): void {
  const say: Say = (message) =>
    new Promise((resolve) => {
      if (process.send === undefined) resolve();
      else process.send(message, () => resolve());
    });
  // without the worker that watches over it, it would work for nobody
  process.on('disconnect', () => process.exit(0));
  process.once('message', (task) => {
    setPriority(Math.max(getPriority(), lowPriority));
    work(task, say)
      .catch((error: unknown) => say(failureOf(error)))
      .finally(() => process.exit(0));
  });
}

const failureOf = (error: unknown): FailedWork => ({
  kind: 'failed',
  code: error instanceof KindlingError ? error.code : null,
  message: error instanceof Error ? error.message : String(error),
  ...(error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}),
});

/** Passes on what is new, and of the same only now and then. */
export function throttled<Progress>(
  tell: (progress: Progress) => void,
  sameAs: (a: Progress, b: Progress) => boolean,
): (progress: Progress) => void {
  let told: Progress | null = null;
  let toldAt = 0;
  return (progress) => {
    const now = Date.now();
    if (told !== null && sameAs(told, progress) && now - toldAt < progressEveryMs) return;
    told = progress;
    toldAt = now;
    tell(progress);
  };
}

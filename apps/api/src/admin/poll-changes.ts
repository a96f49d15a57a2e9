import { setTimeout as delay } from 'node:timers/promises';

const fastMs = 500;
const idleMs = 2_000;

/**
 * A live view on state that is kept in tables: reads it at most twice a second, less often while nothing happens or
 * when reading takes long, and yields what has changed. Ends after a value for which `isLast` is true, or when the
 * caller is gone.
 */
export async function* pollChanges<Value>(
  read: () => Promise<Value>,
  signal: AbortSignal,
  isLast: (value: Value) => boolean,
): AsyncGenerator<Value> {
  let before = '';
  let quiet = 0;
  while (!signal.aborted) {
    const begun = performance.now();
    const value = await read();
    const now = JSON.stringify(value);
    quiet = now === before ? quiet + 1 : 0;
    if (now !== before) yield value;
    before = now;
    if (isLast(value)) return;
    const pauseMs = Math.max(quiet > 20 ? idleMs : fastMs, (performance.now() - begun) * 5);
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

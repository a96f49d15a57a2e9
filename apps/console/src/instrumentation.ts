import { readEnv } from '@/env';

/** Next calls this once before it serves: a wrong environment stops the start, with every problem named. */
export function register(): void {
  readEnv();
}

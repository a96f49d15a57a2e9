import type { Pool } from '@kindling/storage';
import type { Authenticator } from './authentication.js';
import type { Log } from './log.js';
import type { RateLimits } from './rate-limits.js';

/** What resolvers work with; wired by hand in start.ts. */
export interface Services {
  readonly log: Log;
  readonly pool: Pool;
  readonly authenticator: Authenticator;
  readonly rateLimits: RateLimits;
}

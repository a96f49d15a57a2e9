import { KindlingError } from '@kindling/domain';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Principal } from './principal.js';

/**
 * Points a second by key or member, and tries of a password by address and email. Counted in the memory of
 * this process: n processes allow n times as much.
 */
export class RateLimits {
  private readonly points: RateLimiterMemory;
  private readonly triesOfEmail = new RateLimiterMemory({ points: 10, duration: 300 });
  /** Many people may sit behind one address. */
  private readonly triesOfAddress = new RateLimiterMemory({ points: 100, duration: 300 });

  constructor(private readonly pointsPerSecond: number) {
    this.points = new RateLimiterMemory({ points: pointsPerSecond * 2, duration: 2 });
  }

  async spend(principal: Principal, cost: number): Promise<void> {
    if (principal.kind === 'nobody' || cost <= 0) return;
    if (cost > this.pointsPerSecond * 2) {
      throw new KindlingError(
        'TOO_LARGE',
        `The request costs ${cost} points, more than a key may ever spend at once`,
      );
    }
    const key = principal.kind === 'key' ? principal.keyId : principal.memberId;
    await this.points.consume(key, cost).catch(tooMany(`more than ${this.pointsPerSecond} points a second`));
  }

  /**
   * Counted before the password is looked at, so that guessing costs the guesser. `who` is what is guessed at: an
   * email, or an invitation.
   */
  async trySignIn(address: string, who: string): Promise<void> {
    const refuse = tooMany('more than 10 tries to sign in within 5 minutes');
    await this.triesOfAddress.consume(address).catch(refuse);
    await this.triesOfEmail.consume(who).catch(refuse);
  }

  /** After the right password: tries before it were a person's own mistakes. */
  async forgiveSignIn(email: string): Promise<void> {
    await this.triesOfEmail.delete(email);
  }
}

const tooMany = (what: string) => (error: unknown) => {
  if (!(error instanceof RateLimiterRes)) throw error;
  throw new KindlingError('RATE_LIMITED', `Too many requests: ${what}; wait as Retry-After says`, {
    retryAfterMs: error.msBeforeNext,
  });
};

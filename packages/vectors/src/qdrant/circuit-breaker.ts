/**
 * Keeps a dead server from costing every request its full timeout. Closed, it lets all calls through; after
 * `failuresToOpen` failures in a row it opens and refuses calls for `openMs`; then, half-open, it lets one
 * probe through: its success closes the breaker, its failure opens it again.
 */
export class CircuitBreaker {
  private failures = 0;
  private openUntilMs = 0;
  private probing = false;

  constructor(
    private readonly options: {
      readonly failuresToOpen: number;
      readonly openMs: number;
      /** A monotonic clock: a step of the wall clock must not keep the breaker open for hours. */
      readonly nowMs: () => number;
    },
  ) {}

  /** 0 when a call may go out now (and the caller must report how it went), else how long to stay away. */
  admit(): number {
    if (this.failures < this.options.failuresToOpen) return 0;
    const waitMs = this.openUntilMs - this.options.nowMs();
    if (waitMs > 0) return waitMs;
    if (this.probing) return this.options.openMs;
    this.probing = true;
    return 0;
  }

  succeeded(): void {
    this.failures = 0;
    this.probing = false;
  }

  failed(): void {
    this.failures++;
    this.probing = false;
    if (this.failures >= this.options.failuresToOpen) {
      this.openUntilMs = this.options.nowMs() + this.options.openMs;
    }
  }
}

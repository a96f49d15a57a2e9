/** Why a call failed: `code` is for programs, the message says what is wrong and what to do. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  constructor(
    /** The API's code (BAD_INPUT, NOT_FOUND, RATE_LIMITED …), or NETWORK when nothing came back. */
    readonly code: string,
    message: string,
    readonly details: {
      readonly field?: string | undefined;
      readonly status?: number | undefined;
      readonly retryAfterMs?: number | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
  }

  /** Whether the same call may succeed later. */
  get isTemporary(): boolean {
    return ['NETWORK', 'RATE_LIMITED', 'UNAVAILABLE', 'INTERNAL'].includes(this.code);
  }
}

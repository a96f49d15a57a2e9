/**
 * Why a call to the API did not give data. `code` is the API's own, or one of ours for what never reached it;
 * `message` is the API's sentence. `requestId` finds the request in the server's log.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  constructor(
    readonly code: string,
    message: string,
    readonly details: {
      readonly requestId?: string | undefined;
      readonly field?: string | undefined;
      /** All that is wrong with an input, by field; `field` names the first. */
      readonly problems?: readonly FieldProblem[] | undefined;
      /** Of a CONFLICT: what somebody else made of it meanwhile. */
      readonly current?: Readonly<Record<string, unknown>> | undefined;
      readonly retryAfterMs?: number | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
  }

  get isSignedOut(): boolean {
    return this.code === 'UNAUTHENTICATED';
  }

  /** Whether the same request may succeed a little later, without anyone changing anything. */
  get isTransient(): boolean {
    return ['UNAVAILABLE', 'RATE_LIMITED', 'OFFLINE', 'TIMEOUT'].includes(this.code);
  }
}

export interface FieldProblem {
  /** As a path with dots, such as `input.arguments.weight`. */
  readonly field: string;
  readonly message: string;
}

export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Failure('UNEXPECTED', message, { cause: error });
}

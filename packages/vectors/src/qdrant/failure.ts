import { type ErrorCode, KindlingError } from '@kindling/domain';
import { QdrantClientResourceExhaustedError, QdrantClientTimeoutError } from '@qdrant/js-client-rest';
import { DeadlinePassed } from './deadline.js';

/** What a failed attempt means: the error for the caller, and what the retry loop and the breaker need to know. */
export interface Failure {
  readonly error: KindlingError;
  /** The same request may succeed if sent again. */
  readonly transient: boolean;
  /** The server is up and refused this one request: no reason to open the breaker. */
  readonly serverAnswered: boolean;
}

const overloadedRetryAfterMs = 1_000;

export function unavailable(
  what: string,
  origin: string,
  reason: string,
  cause: unknown,
  retryAfterMs?: number,
): KindlingError {
  return new KindlingError('UNAVAILABLE', `Qdrant at ${origin} could not ${what}: ${reason}.`, {
    cause,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

export function readFailure(cause: unknown, what: string, origin: string): Failure {
  if (cause instanceof KindlingError) return { error: cause, transient: false, serverAnswered: true };
  if (cause instanceof DeadlinePassed || cause instanceof QdrantClientTimeoutError) {
    return unreachable(unavailable(what, origin, cause.message, cause), false);
  }
  // The client's retry_after is the first character of the header only, so it is not passed on.
  if (cause instanceof QdrantClientResourceExhaustedError || /^Invalid retryAfter/.test(messageOf(cause))) {
    return overloaded(unavailable(what, origin, 'it is overloaded', cause, overloadedRetryAfterMs));
  }
  const answer = readAnswer(cause);
  if (answer === null) {
    return unreachable(unavailable(what, origin, connectionProblem(cause), cause), true);
  }
  const { status, text } = answer;
  if (status === 429) {
    return overloaded(unavailable(what, origin, 'it is overloaded', cause, overloadedRetryAfterMs));
  }
  if (status >= 500) {
    return unreachable(unavailable(what, origin, `it answered ${status} (${text})`, cause), true);
  }
  if (status === 401 || status === 403) {
    const reason = `it refused the key (${status}). Check QDRANT_API_KEY`;
    return refusal(unavailable(what, origin, reason, cause));
  }
  return refusal(
    new KindlingError(
      codeOf(status, text),
      `Qdrant at ${origin} could not ${what}: it answered ${status} (${text}).`,
      { cause },
    ),
  );
}

const unreachable = (error: KindlingError, transient: boolean): Failure => ({
  error,
  transient,
  serverAnswered: false,
});
const overloaded = (error: KindlingError): Failure => ({ error, transient: true, serverAnswered: true });
const refusal = (error: KindlingError): Failure => ({ error, transient: false, serverAnswered: true });

function codeOf(status: number, text: string): ErrorCode {
  if (status === 404) return 'NOT_FOUND';
  if (status === 409) return 'CONFLICT';
  if (status === 413) return 'TOO_LARGE';
  // A vector of another length is the caller's mistake; any other refused request is ours.
  return /dimension/i.test(text) ? 'BAD_INPUT' : 'INTERNAL';
}

/** The client's ApiError, by its shape: its class lives in a package that is not ours to import. */
function readAnswer(cause: unknown): { status: number; text: string } | null {
  if (!(cause instanceof Error) || !('status' in cause) || typeof cause.status !== 'number') return null;
  const data: unknown = 'data' in cause ? cause.data : null;
  return { status: cause.status, text: errorText(data) ?? (cause.message || 'no reason given') };
}

function errorText(data: unknown): string | null {
  if (typeof data !== 'object' || data === null || !('status' in data)) return null;
  const { status } = data;
  if (typeof status !== 'object' || status === null || !('error' in status)) return null;
  return typeof status.error === 'string' ? status.error.slice(0, 500) : null;
}

function connectionProblem(cause: unknown): string {
  const inner = cause instanceof Error ? cause.cause : undefined;
  if (inner instanceof Error) {
    const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.name;
    return `the connection failed (${code})`;
  }
  if (/uninitialized|JSON|Unexpected Response/i.test(messageOf(cause))) {
    return 'the answer is not one of Qdrant';
  }
  return `the connection failed (${messageOf(cause)})`;
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

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

/** The address and the server's own words go into the cause: the message may reach callers. */
export function unavailable(
  what: string,
  reason: string,
  details: { readonly cause?: unknown; readonly retryAfterMs?: number } = {},
): KindlingError {
  return new KindlingError('UNAVAILABLE', `Qdrant could not ${what}: ${reason}.`, details);
}

export function readFailure(thrown: unknown, what: string, origin: string): Failure {
  if (thrown instanceof KindlingError) return refused(thrown);
  const answer = readAnswer(thrown);
  const cause = new Error(`${origin}: ${answer ? `${answer.status} ${answer.text}` : messageOf(thrown)}`, {
    cause: thrown,
  });
  if (thrown instanceof DeadlinePassed || thrown instanceof QdrantClientTimeoutError) {
    return unreachable(unavailable(what, thrown.message, { cause }), false);
  }
  // The client's own retry_after is only the first character of the header, so it is not passed on.
  const exhausted =
    thrown instanceof QdrantClientResourceExhaustedError || /^Invalid retryAfter/.test(messageOf(thrown));
  if (exhausted || answer?.status === 429) {
    const error = unavailable(what, 'it is overloaded', { cause, retryAfterMs: overloadedRetryAfterMs });
    return { error, transient: true, serverAnswered: true };
  }
  if (answer === null) return unreachable(unavailable(what, connectionProblem(thrown), { cause }), true);
  const { status, text } = answer;
  if (status >= 500) return unreachable(unavailable(what, `it answered ${status}`, { cause }), true);
  if (status === 401 || status === 403) {
    return refused(unavailable(what, `it refused the key (${status}). Check QDRANT_API_KEY`, { cause }));
  }
  const code = codeOf(status, text);
  return refused(
    new KindlingError(code, `Qdrant could not ${what}: ${reasonOf(code, status, text)}.`, { cause }),
  );
}

const unreachable = (error: KindlingError, transient: boolean): Failure => ({
  error,
  transient,
  serverAnswered: false,
});
const refused = (error: KindlingError): Failure => ({ error, transient: false, serverAnswered: true });

function codeOf(status: number, text: string): ErrorCode {
  if (status === 404) return 'NOT_FOUND';
  if (status === 409) return 'CONFLICT';
  if (status === 413) return 'TOO_LARGE';
  // A vector of another length is the caller's mistake; any other refused request is ours.
  return /dimension/i.test(text) ? 'BAD_INPUT' : 'INTERNAL';
}

function reasonOf(code: ErrorCode, status: number, text: string): string {
  if (code === 'NOT_FOUND') return 'there is no such space or alias';
  return code === 'BAD_INPUT' ? text : `it answered ${status}`;
}

/** The client's ApiError, by its shape: its class lives in a package that is not ours to import. */
function readAnswer(thrown: unknown): { status: number; text: string } | null {
  if (!(thrown instanceof Error) || !('status' in thrown) || typeof thrown.status !== 'number') return null;
  const data: unknown = 'data' in thrown ? thrown.data : null;
  return { status: thrown.status, text: errorText(data) ?? (thrown.message || 'no reason given') };
}

function errorText(data: unknown): string | null {
  if (typeof data !== 'object' || data === null || !('status' in data)) return null;
  const { status } = data;
  if (typeof status !== 'object' || status === null || !('error' in status)) return null;
  return typeof status.error === 'string' ? status.error.slice(0, 500) : null;
}

function connectionProblem(thrown: unknown): string {
  const inner = thrown instanceof Error ? thrown.cause : undefined;
  if (inner instanceof Error) {
    const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.name;
    return `the connection failed (${code})`;
  }
  // What is left is an answer that the client could not read.
  return 'the answer is not one of Qdrant';
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

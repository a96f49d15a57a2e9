import { type ErrorCode, KindlingError } from '@kindling/domain';
import { GraphQLError } from 'graphql';
import type { Log } from './log.js';

/** The HTTP status of an answer whose error has this code; the others are data of a 200. */
export const httpStatus: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  TOO_LARGE: 413,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
};

/**
 * What a caller is told. An expected failure passes with code, message and field; a fault becomes INTERNAL with
 * the id under which the log tells the rest.
 */
export function publicError(error: unknown, requestId: string, log: Log): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof KindlingError && error.code !== 'INTERNAL') return expected(error);
  log.error('request failed', { requestId, error });
  return internalError(requestId);
}

export const internalError = (requestId: string) =>
  new GraphQLError(`The server failed to answer; its log tells why under the request id ${requestId}`, {
    extensions: { code: 'INTERNAL', requestId },
  });

function expected(error: KindlingError): GraphQLError {
  const status = httpStatus[error.code];
  const { field, retryAfterMs, problems, current } = error.details;
  return new GraphQLError(error.message, {
    extensions: {
      code: error.code,
      ...(field ? { field } : {}),
      ...(problems ? { problems } : {}),
      ...(current ? { current } : {}),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(status ? { http: { status, headers: retryAfterHeaders(retryAfterMs) } } : {}),
    },
  });
}

/** Retry-After counts whole seconds. */
export const retryAfterHeaders = (retryAfterMs: number | undefined) =>
  new Map<string, string>(
    retryAfterMs === undefined ? [] : [['retry-after', String(Math.max(1, Math.ceil(retryAfterMs / 1_000)))]],
  );

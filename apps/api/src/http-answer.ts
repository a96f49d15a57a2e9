import type { ExecutionResult } from 'graphql';
import type { RequestContext } from './context.js';
import type { Log } from './log.js';
import { internalError } from './public-error.js';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  readonly body: string;
}

/** An execution result as an HTTP answer: the same statuses, codes and masking as through Apollo. */
export function answerOf(result: ExecutionResult, context: RequestContext, log: Log): HttpAnswer {
  if (!result.errors) return { status: 200, headers: context.responseHeaders, body: JSON.stringify(result) };
  let status = 200;
  const headers = new Map(context.responseHeaders);
  const errors = result.errors.map((error) => {
    const { http, ...extensions } = error.extensions as {
      http?: { status?: number; headers?: Map<string, string> };
    };
    status = Math.max(status, http?.status ?? 200);
    for (const [name, value] of http?.headers ?? []) headers.set(name, value);
    if ('code' in extensions) return { ...error.toJSON(), extensions };
    log.error('execution failed', { requestId: context.requestId, error });
    return { ...internalError(context.requestId).toJSON(), ...(error.path ? { path: error.path } : {}) };
  });
  return { status, headers, body: JSON.stringify({ errors, data: result.data }) };
}

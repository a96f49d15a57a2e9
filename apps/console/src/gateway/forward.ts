import type { Env } from '@/env';
import { checkOrigin } from './origin';
import { isAllowed } from './routes';

const requestHeaders = [
  'accept',
  'accept-language',
  'apollo-require-preflight',
  'content-length',
  'content-type',
  'cookie',
  'user-agent',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-kindling-catalogue',
  'x-request-id',
];
const responseHeaders = ['content-disposition', 'content-type', 'location', 'retry-after', 'x-request-id'];

/**
 * Passes one request to the API and its answer back, both as streams: an upload of a gigabyte or an endless
 * event stream takes no more memory here than a small query. Runs for every call the console makes.
 */
export async function forward(request: Request, path: string, env: Env): Promise<Response> {
  const requestId = request.headers.get('x-request-id') ?? crypto.randomUUID();
  if (!isAllowed(request.method, path)) {
    return failure(404, 'NOT_FOUND', `There is no ${request.method} /api/${path}.`, requestId);
  }
  if (request.method !== 'GET') {
    const verdict = checkOrigin(request.headers, env.consoleOrigin);
    if (!verdict.ok) return failure(403, 'FORBIDDEN', verdict.why, requestId);
  }

  const headers = pick(request.headers, requestHeaders);
  headers.set('x-request-id', requestId);
  let answer: Response;
  try {
    answer = await fetch(`${env.apiUrl}/${path}${new URL(request.url).search}`, {
      method: request.method,
      headers,
      body: request.body,
      signal: request.signal,
      redirect: 'manual',
      cache: 'no-store',
      // Node sends a streamed body only when told that it will not read the answer first.
      ...(request.body === null ? {} : { duplex: 'half' }),
    } as RequestInit);
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 });
    console.log(
      JSON.stringify({
        time: new Date().toISOString(),
        level: 'warn',
        message: 'api unreachable',
        path,
        requestId,
        cause: String(error),
      }),
    );
    return failure(
      502,
      'UNAVAILABLE',
      'The API does not answer. Check that it is running, then try again.',
      requestId,
    );
  }

  const passed = pick(answer.headers, responseHeaders);
  for (const cookie of answer.headers.getSetCookie()) passed.append('set-cookie', cookie);
  if (!passed.has('x-request-id')) passed.set('x-request-id', requestId);
  // no-transform keeps compression, and with it buffering, away from event streams.
  passed.set('cache-control', 'no-store, no-transform');
  passed.set('x-accel-buffering', 'no');
  return new Response(answer.body, { status: answer.status, headers: passed });
}

function pick(from: Headers, names: readonly string[]): Headers {
  const picked = new Headers();
  for (const name of names) {
    const value = from.get(name);
    if (value !== null) picked.set(name, value);
  }
  return picked;
}

/** In the shape of a GraphQL answer, so that the browser has one way to read failures. */
function failure(status: number, code: string, message: string, requestId: string): Response {
  return Response.json(
    { errors: [{ message, extensions: { code } }] },
    { status, headers: { 'x-request-id': requestId, 'cache-control': 'no-store' } },
  );
}

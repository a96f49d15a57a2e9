import { setTimeout as pause } from 'node:timers/promises';
import { KindlingError } from '@kindling/domain';

export interface JsonClient {
  /** The parsed answer, or null when the server has no such address. */
  get(path: string, signal: AbortSignal): Promise<unknown>;
  post(path: string, body: unknown, signal: AbortSignal): Promise<unknown>;
}

export interface JsonClientOptions {
  readonly apiKey?: string | undefined;
  readonly timeoutMs: number;
  readonly retries: number;
}

const firstWaitMs = 200;
const longestWaitMs = 30_000;

/** JSON over HTTP with a timeout a try; busy (429) and broken (5xx, no answer) servers are asked again. */
export function openJsonClient(url: string, options: JsonClientOptions): JsonClient {
  const headers = {
    'content-type': 'application/json',
    ...(options.apiKey ? { authorization: `Bearer ${options.apiKey}` } : {}),
  };
  const attempt = async (path: string, body: unknown, signal: AbortSignal): Promise<Outcome> => {
    const timeout = AbortSignal.timeout(options.timeoutMs);
    try {
      const response = await fetch(url + path, {
        method: body === undefined ? 'GET' : 'POST',
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.any([timeout, signal]),
      });
      if (response.ok) return { kind: 'answer', value: await response.json() };
      const text = (await response.text()).slice(0, 300);
      if (response.status === 404 || response.status === 405) return { kind: 'absent', text };
      if (response.status === 429 || response.status >= 500) {
        const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'));
        return { kind: 'busy', reason: `answers ${response.status}: ${text}`, retryAfterMs };
      }
      const hint = response.status === 401 || response.status === 403 ? ' Check EMBEDDING_API_KEY.' : '';
      throw new KindlingError('UNAVAILABLE', `${url}${path} answers ${response.status}: ${text}${hint}`);
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof KindlingError) throw cause;
      const reason = timeout.aborted ? `gave no answer in ${options.timeoutMs} ms` : describe(cause);
      return { kind: 'busy', reason, retryAfterMs: null };
    }
  };
  const ask = async (path: string, body: unknown, signal: AbortSignal): Promise<unknown> => {
    for (let retry = 0; ; retry++) {
      const outcome = await attempt(path, body, signal);
      if (outcome.kind === 'answer') return outcome.value;
      if (outcome.kind === 'absent') {
        if (body === undefined) return null;
        throw new KindlingError(
          'UNAVAILABLE',
          `${url}${path} does not exist there: ${outcome.text}. Check EMBEDDING_URL.`,
        );
      }
      if (retry >= options.retries) {
        throw new KindlingError(
          'UNAVAILABLE',
          `The embedding server ${url}${path} ${outcome.reason} (tried ${retry + 1} times).`,
          outcome.retryAfterMs === null ? {} : { retryAfterMs: outcome.retryAfterMs },
        );
      }
      const backoff = firstWaitMs * 2 ** retry;
      await pause(Math.min(outcome.retryAfterMs ?? backoff, longestWaitMs), undefined, { signal }).catch(() =>
        signal.throwIfAborted(),
      );
    }
  };
  return {
    get: (path, signal) => ask(path, undefined, signal),
    post: (path, body, signal) => ask(path, body, signal),
  };
}

type Outcome =
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'absent'; readonly text: string }
  | { readonly kind: 'busy'; readonly reason: string; readonly retryAfterMs: number | null };

/** Seconds or a date, as HTTP allows. */
function parseRetryAfter(header: string | null): number | null {
  if (header === null) return null;
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? `${cause.message} (${cause.cause.message})` : cause.message;
}

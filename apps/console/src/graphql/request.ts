import type { TypedDocumentString } from '@/generated/graphql';
import { Failure, type FieldProblem } from './failure';

export const endpoint = '/api/admin/graphql';
export const catalogueStorageKey = 'kindling-catalogue';
const timeoutMs = 30_000;

interface GraphQLAnswer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: {
      readonly code?: string;
      readonly field?: string;
      readonly problems?: readonly FieldProblem[];
      readonly current?: Readonly<Record<string, unknown>>;
      readonly requestId?: string;
      readonly retryAfterMs?: number;
    };
  }[];
}

/** Headers of every call: the lock against foreign pages (see gateway/origin), and which catalogue is meant. */
export function callHeaders(): Record<string, string> {
  const catalogue = globalThis.localStorage?.getItem(catalogueStorageKey);
  return {
    'apollo-require-preflight': 'console',
    'accept-language': document.documentElement.lang,
    ...(catalogue ? { 'x-kindling-catalogue': catalogue } : {}),
  };
}

/** Sends one operation. Gives its data, or throws a Failure that a person can act on. */
export async function request<Result, Variables>(
  operation: TypedDocumentString<Result, Variables>,
  ...[variables, signal]: Variables extends Record<string, never>
    ? [variables?: undefined, signal?: AbortSignal]
    : [variables: Variables, signal?: AbortSignal]
): Promise<Result> {
  let response: Response;
  try {
    response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...callHeaders() },
      body: JSON.stringify({ query: operation.toString(), variables }),
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
      credentials: 'same-origin',
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    const timedOut = cause instanceof DOMException && cause.name === 'TimeoutError';
    throw new Failure(timedOut ? 'TIMEOUT' : 'OFFLINE', timedOut ? 'No answer in time.' : 'No connection.', {
      cause,
    });
  }
  return read<Result>(response);
}

async function read<Result>(response: Response): Promise<Result> {
  const requestId = response.headers.get('x-request-id') ?? undefined;
  let answer: GraphQLAnswer<Result>;
  try {
    answer = (await response.json()) as GraphQLAnswer<Result>;
  } catch (cause) {
    throw new Failure('UNAVAILABLE', `The answer (${response.status}) is not JSON.`, { requestId, cause });
  }
  const error = answer.errors?.[0];
  if (error !== undefined) {
    const { code, field, problems, current, retryAfterMs } = error.extensions ?? {};
    throw new Failure(code ?? 'UNEXPECTED', error.message, {
      requestId: error.extensions?.requestId ?? requestId,
      field,
      problems,
      current,
      retryAfterMs,
    });
  }
  if (!response.ok || answer.data === undefined || answer.data === null) {
    throw new Failure('UNEXPECTED', `The API answered ${response.status} without data.`, { requestId });
  }
  return answer.data;
}

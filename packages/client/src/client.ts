import { documentIds } from './manifest.js';
import { type OperationName, operationTexts } from './operations.js';
import { RequestError } from './request-error.js';
import type { OperationResults, OperationVariables } from './types.js';

export interface ClientOptions {
  /** Of the API's public endpoint: https://…/graphql. */
  readonly url: string;
  /** pk_… in a browser, sk_… on a server. */
  readonly key: string;
  /** Of the reasons; default: what the browser prefers. */
  readonly locale?: string;
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Lets the request outlive the page; bodies up to 64 KB. */
  readonly keepalive?: boolean;
}

/** One method an operation, in browsers and on Node. */
export type KindlingClient = {
  readonly [Name in OperationName]: (
    variables: OperationVariables[Name],
    options?: CallOptions,
  ) => Promise<OperationResults[Name]>;
};

/** Sends registered operations by their hash. To a server that does not know one, its text is sent from then on. */
export function createClient(options: ClientOptions): KindlingClient {
  const unknown = new Set<OperationName>();
  const call =
    <Name extends OperationName>(name: Name) =>
    async (
      variables: OperationVariables[Name],
      callOptions: CallOptions = {},
    ): Promise<OperationResults[Name]> => {
      try {
        return await send(options, name, variables, callOptions, unknown.has(name));
      } catch (error) {
        const isUnregistered = error instanceof RequestError && error.details.field === unregisteredField;
        if (!isUnregistered || unknown.has(name)) throw error;
        unknown.add(name);
        return send(options, name, variables, callOptions, true);
      }
    };
  return {
    recommendations: call('recommendations'),
    similarItems: call('similarItems'),
    search: call('search'),
    item: call('item'),
    trackEvents: call('trackEvents'),
    mergeProfiles: call('mergeProfiles'),
  };
}

/** How the API names what is wrong when no operation has this hash. */
const unregisteredField = 'extensions.persistedQuery.sha256Hash';

async function send<Name extends OperationName>(
  options: ClientOptions,
  name: Name,
  variables: OperationVariables[Name],
  { signal, keepalive }: CallOptions,
  asText: boolean,
): Promise<OperationResults[Name]> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 10_000);
  let response: Response;
  let body: GraphQLBody;
  try {
    response = await (options.fetch ?? fetch)(options.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${options.key}`,
        ...(options.locale && { 'accept-language': options.locale }),
      },
      body: JSON.stringify({
        ...(asText ? { query: operationTexts[name] } : { documentId: documentIds[name] }),
        variables,
      }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(keepalive && { keepalive }),
    });
    body = (await response.json()) as GraphQLBody;
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new RequestError('NETWORK', `${options.url} does not answer`, { cause });
  }
  const [error] = body.errors ?? [];
  if (error) throw failure(error, response);
  return (body.data as Record<Name, OperationResults[Name]>)[name];
}

interface GraphQLBody {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFailure[];
}
interface GraphQLFailure {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly field?: string; readonly retryAfterMs?: number };
}

function failure({ message, extensions = {} }: GraphQLFailure, response: Response): RequestError {
  const header = Number(response.headers.get('retry-after') ?? Number.NaN) * 1_000;
  return new RequestError(extensions.code ?? 'INTERNAL', message, {
    field: extensions.field,
    status: response.status,
    retryAfterMs: extensions.retryAfterMs ?? (Number.isFinite(header) ? header : undefined),
  });
}

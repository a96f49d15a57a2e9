import { createHash } from 'node:crypto';
import { KindlingError } from '@kindling/domain';
import { type GraphQLSchema, Kind, parse, validate } from 'graphql';
import { CompiledOperation } from './compiled-query.js';
import type { RequestContext } from './context.js';
import { answerOf, type HttpAnswer } from './http-answer.js';
import type { Log } from './log.js';

interface PersistedOperation {
  readonly compiled: CompiledOperation;
  readonly isMutation: boolean;
}

/**
 * The registered operations (packages/client's manifest): parsed, validated and compiled once at start, asked
 * for by the SHA-256 of their text, and answered without Apollo: the fast path of a site in production.
 *
 * POST {documentId | extensions.persistedQuery.sha256Hash, variables}, or GET with the same as parameters.
 */
export class PersistedOperations {
  private readonly byHash = new Map<string, PersistedOperation>();

  constructor(
    schema: GraphQLSchema,
    operations: readonly string[],
    private readonly log: Log,
  ) {
    for (const text of operations) {
      const document = parse(text);
      const problems = validate(schema, document);
      if (problems[0])
        throw new Error(`A registered operation does not fit the schema: ${problems[0].message}`);
      const compiled = CompiledOperation.compile(schema, document, null);
      if (!(compiled instanceof CompiledOperation))
        throw new Error(`A registered operation does not compile: ${text}`);
      const isMutation = document.definitions.some(
        (definition) => definition.kind === Kind.OPERATION_DEFINITION && definition.operation === 'mutation',
      );
      this.byHash.set(createHash('sha256').update(text).digest('hex'), { compiled, isMutation });
    }
  }

  /** Null when the request does not ask for a registered operation, but brings its own. */
  async answer(
    method: string,
    search: string,
    body: unknown,
    context: RequestContext,
  ): Promise<HttpAnswer | null> {
    const request = method === 'GET' ? fromSearch(search) : fromBody(body);
    if (!request) return null;
    const operation = this.byHash.get(request.hash);
    if (!operation) {
      throw new KindlingError('NOT_FOUND', 'No operation is registered under this hash', {
        field: 'extensions.persistedQuery.sha256Hash',
      });
    }
    if (operation.isMutation && method !== 'POST') {
      throw new KindlingError('BAD_INPUT', 'A mutation is sent by POST', { field: 'method' });
    }
    const result = await operation.compiled.run(request.variables, context);
    return answerOf(result, context, this.log);
  }
}

interface PersistedRequest {
  readonly hash: string;
  readonly variables: Record<string, unknown>;
}

function fromBody(body: unknown): PersistedRequest | null {
  const { documentId, extensions, variables, query } = (body ?? {}) as Record<string, unknown>;
  const hash = documentId ?? hashOf(extensions);
  if (typeof hash !== 'string' || typeof query === 'string') return null;
  return { hash: hash.replace(/^sha256:/, ''), variables: recordOf(variables) };
}

function fromSearch(search: string): PersistedRequest | null {
  const parameters = new URLSearchParams(search);
  const hash = parameters.get('documentId') ?? hashOf(json(parameters.get('extensions'), 'extensions'));
  if (typeof hash !== 'string' || parameters.has('query')) return null;
  return {
    hash: hash.replace(/^sha256:/, ''),
    variables: recordOf(json(parameters.get('variables'), 'variables')),
  };
}

function hashOf(extensions: unknown): unknown {
  const persisted = (extensions as { persistedQuery?: { sha256Hash?: unknown } } | null | undefined)
    ?.persistedQuery;
  return persisted?.sha256Hash;
}

function json(text: string | null, field: string): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new KindlingError('BAD_INPUT', `The parameter ${field} is not JSON`, { field });
  }
}

function recordOf(variables: unknown): Record<string, unknown> {
  if (variables === undefined || variables === null) return {};
  if (typeof variables !== 'object' || Array.isArray(variables)) {
    throw new KindlingError('BAD_INPUT', 'The variables are not a JSON object', { field: 'variables' });
  }
  return variables as Record<string, unknown>;
}

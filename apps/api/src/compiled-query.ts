import { type DocumentNode, type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { RequestContext } from './context.js';
import { badVariables } from './http-answer.js';

/**
 * Operations compiled to JavaScript by graphql-jit, half of the cost of interpreting them. Bounded: compiled
 * code of operations that nobody sends any more is let go.
 */
export class CompiledQueries {
  private readonly compiled = new LRUCache<string, CompiledQuery>({ max: 500 });

  constructor(private readonly schema: GraphQLSchema) {}

  async execute(
    hash: string,
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Record<string, unknown> | null | undefined,
    context: RequestContext,
  ): Promise<ExecutionResult> {
    const key = `${hash}\n${operationName ?? ''}`;
    let compiled = this.compiled.get(key);
    if (!compiled) {
      const result = compileQuery(this.schema, document, operationName ?? '');
      if (!isCompiledQuery(result)) return result;
      compiled = result;
      this.compiled.set(key, compiled);
    }
    const result: ExecutionResult = await compiled.query(undefined, context, variables ?? {});
    if (result.errors && result.data === undefined) {
      return { errors: result.errors.map((error) => refused(badVariables(error))) };
    }
    return result;
  }
}

/** Apollo takes the status of the answer from here. */
const refused = (error: GraphQLError) =>
  new GraphQLError(error.message, {
    extensions: { ...error.extensions, http: { status: 400, headers: new Map() } },
  });

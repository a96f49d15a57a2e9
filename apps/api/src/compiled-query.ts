import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  isEnumType,
  isIntrospectionType,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { RequestContext } from './context.js';
import { InputDefaults } from './input-defaults.js';

/**
 * One operation, compiled to JavaScript by graphql-jit: half of the cost of interpreting it. Unfit variables are
 * answered by errors with the code BAD_INPUT and no data, before any resolver ran.
 */
export class CompiledOperation {
  private constructor(
    private readonly compiled: CompiledQuery,
    private readonly defaults: InputDefaults,
  ) {}

  /** Or the errors for which it cannot be compiled. */
  static compile(
    schema: GraphQLSchema,
    document: DocumentNode,
    operationName: string | null | undefined,
  ): CompiledOperation | ExecutionResult {
    const compiled = compileQuery(schema, document, operationName ?? '', {
      // Resolvers are typed: what they return for a built-in scalar is what the schema says, and so for an enum whose
      // values are its names. To check each of a list's hundreds of leaves again costs as much as all else here.
      disableLeafSerialization: enumsAreTheirNames(schema),
      disablingCapturingStackErrors: true,
    });
    if (!isCompiledQuery(compiled)) return compiled;
    return new CompiledOperation(compiled, new InputDefaults(schema, document, operationName));
  }

  async run(variables: Record<string, unknown>, context: RequestContext): Promise<ExecutionResult> {
    const filled = this.defaults.fill(variables);
    const result: ExecutionResult = await this.compiled.query(undefined, context, filled);
    if (!result.errors || result.data !== undefined) return result;
    return { errors: result.errors.map(badVariable) };
  }
}

/** Compiled operations, by the hash of their text. Bounded: what nobody sends any more is let go. */
export class CompiledQueries {
  private readonly compiled = new LRUCache<string, CompiledOperation>({ max: 500 });

  constructor(private readonly schema: GraphQLSchema) {}

  async execute(
    hash: string,
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Record<string, unknown> | null | undefined,
    context: RequestContext,
  ): Promise<ExecutionResult> {
    const key = `${hash}\n${operationName ?? ''}`;
    let operation = this.compiled.get(key);
    if (!operation) {
      const compiled = CompiledOperation.compile(this.schema, document, operationName);
      if (!(compiled instanceof CompiledOperation)) return compiled;
      operation = compiled;
      this.compiled.set(key, operation);
    }
    return operation.run(variables ?? {}, context);
  }
}

const enumsAreTheirNames = (schema: GraphQLSchema) =>
  Object.values(schema.getTypeMap()).every(
    (type) =>
      isIntrospectionType(type) ||
      !isEnumType(type) ||
      type.getValues().every(({ name, value }) => name === value),
  );

const badVariable = (error: GraphQLError) =>
  new GraphQLError(error.message, {
    extensions: { code: 'BAD_INPUT', field: 'variables', http: { status: 400, headers: new Map() } },
  });

import { ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloArmor } from '@escape.tech/graphql-armor';
import type { GraphQLFormattedError, GraphQLSchema, ValidationRule } from 'graphql';
import { CompiledQueries } from './compiled-query.js';
import type { RequestContext } from './context.js';
import type { Log } from './log.js';
import { internalError } from './public-error.js';

/** Static limits of an operation, checked before it runs. */
export const documentLimits = {
  tokens: 2_000,
  depth: 12,
  aliases: 15,
  directives: 20,
  /** graphql-armor's measure: fields times a factor per level. */
  cost: 20_000,
} as const;

export const documentRules = (): ValidationRule[] =>
  new ApolloArmor({
    // The lexer of graphql-js counts tokens itself (parseOptions): armor's token limit answers 500.
    maxTokens: { enabled: false },
    blockFieldSuggestion: { enabled: false },
    maxDepth: { enabled: true, n: documentLimits.depth },
    maxAliases: { enabled: true, n: documentLimits.aliases },
    maxDirectives: { enabled: true, n: documentLimits.directives },
    costLimit: { enabled: true, maxCost: documentLimits.cost },
  }).protect().validationRules;

export interface GraphQLHttpRequest {
  readonly method: string;
  readonly headers: HeaderMap;
  readonly search: string;
  readonly body: unknown;
}

/** One schema behind Apollo Server: parse and validate once an operation, run it compiled. */
export class GraphQLEndpoint {
  private readonly server: ApolloServer<RequestContext>;

  constructor(
    readonly schema: GraphQLSchema,
    options: { readonly production: boolean; readonly log: Log },
  ) {
    const compiled = new CompiledQueries(schema);
    this.server = new ApolloServer<RequestContext>({
      // Apollo's documented way to another executor: a gateway of one schema.
      gateway: {
        onSchemaLoadOrUpdate: (callback) => {
          callback({ apiSchema: schema, coreSupergraphSdl: '' });
          return () => {};
        },
        load: async () => ({
          executor: (request) =>
            compiled.execute(
              request.queryHash,
              request.document,
              request.operationName,
              request.request.variables,
              request.context as RequestContext,
            ),
        }),
        stop: async () => {},
      },
      plugins: [ApolloServerPluginCacheControlDisabled()],
      validationRules: documentRules(),
      parseOptions: { maxTokens: documentLimits.tokens },
      introspection: !options.production,
      hideSchemaDetailsFromClientErrors: options.production,
      includeStacktraceInErrorResponses: false,
      allowBatchedHttpRequests: false,
      // A request with an Authorization header is never "simple", so a browser asks for leave first.
      csrfPrevention: {
        requestHeaders: ['authorization', 'apollo-require-preflight', 'x-apollo-operation-name'],
      },
      // Registered operations are looked up in server.ts; nobody may register one by sending it.
      persistedQueries: false,
      stopOnTerminationSignals: false,
      logger: {
        debug() {},
        info() {},
        warn: (m) => options.log.warn(String(m)),
        error: (m) => options.log.error(String(m)),
      },
      formatError: (formatted, error) => maskFault(formatted, error, options.log),
    });
  }

  start(): Promise<void> {
    return this.server.start();
  }

  execute(request: GraphQLHttpRequest, context: RequestContext): Promise<HTTPGraphQLResponse> {
    return this.server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: request,
      context: async () => context,
    });
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

/** What the guard did not translate: a fault of a serializer or of the executor itself. */
function maskFault(formatted: GraphQLFormattedError, error: unknown, log: Log): GraphQLFormattedError {
  const code = formatted.extensions?.code;
  if (code === 'INTERNAL_SERVER_ERROR') {
    const requestId = crypto.randomUUID();
    log.error('execution failed', { requestId, error });
    const masked = internalError(requestId).toJSON();
    return formatted.path ? { ...masked, path: formatted.path } : masked;
  }
  return formatted;
}

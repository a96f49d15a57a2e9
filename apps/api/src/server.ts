import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { HeaderMap } from '@apollo/server';
import { KindlingError } from '@kindling/domain';
import { localeOf } from '@kindling/recommender';
import { GraphQLError, type GraphQLSchema, specifiedRules, validate } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';
import { type Authenticator, sessionToken } from './authentication.js';
import { BodyDeadline, type BodyLimits } from './body-deadline.js';
import { RequestContext, type RequestFacts } from './context.js';
import { documentRules, GraphQLEndpoint } from './graphql-endpoint.js';
import type { HttpRoute } from './http-route.js';
import type { Log } from './log.js';
import { PersistedOperations } from './persisted-operations.js';
import { hasRole, type Principal, roleOf } from './principal.js';
import { publicError } from './public-error.js';
import { refuseForeignPage } from './refuse-foreign-page.js';
import { readJsonBody } from './request-body.js';
import type { Services } from './services.js';

export interface ApiServerOptions {
  readonly services: Services;
  readonly authenticator: Authenticator;
  readonly publicSchema: GraphQLSchema;
  readonly adminSchema: GraphQLSchema;
  /** Registered operations of the public schema, as text. */
  readonly operations: readonly string[];
  readonly routes: readonly HttpRoute[];
  /** Null when requests can be served; otherwise why not. */
  readonly notReady: () => Promise<string | null>;
  readonly production: boolean;
  readonly maximumInFlight: number;
  readonly bodyLimits: BodyLimits;
  readonly persistedOnly: boolean;
  /** Whose pages may use a console session, besides this server's own. */
  readonly consoleUrl: string | null;
  readonly log: Log;
}

const streamCheckMs = 2_000;

/**
 * The doors: /graphql (pk_ or sk_), /admin/graphql and /admin/graphql/stream (sk_ or console session), the
 * plain routes, /health. Every request is bounded in size and number, and carries an id into the log.
 */
export class ApiServer {
  private readonly http: Server;
  private readonly publicEndpoint: GraphQLEndpoint;
  private readonly adminEndpoint: GraphQLEndpoint;
  private readonly persisted: PersistedOperations;
  private readonly stream: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  private readonly streamContexts = new WeakMap<IncomingMessage, RequestContext>();
  private readonly openStreams = new Set<ServerResponse>();
  private inFlight = 0;
  private closing = false;

  constructor(private readonly options: ApiServerOptions) {
    const { publicSchema, adminSchema, production, log } = options;
    this.publicEndpoint = new GraphQLEndpoint(publicSchema, { production, log });
    this.adminEndpoint = new GraphQLEndpoint(adminSchema, { production, log });
    this.persisted = new PersistedOperations(publicSchema, options.operations, log);
    this.stream = createHandler<never>({
      schema: adminSchema,
      validate: (schema, document) => validate(schema, document, [...specifiedRules, ...documentRules()]),
      context: (request) => this.streamContexts.get(request.raw) as never,
    });
    // No requestTimeout: see BodyDeadline.
    const timeouts = { keepAliveTimeout: 65_000, headersTimeout: 66_000, requestTimeout: 0 };
    this.http = createServer(timeouts, (request, response) => {
      void this.serve(request, response);
    });
  }

  async listen(port: number, host: string): Promise<number> {
    await this.publicEndpoint.start();
    await this.adminEndpoint.start();
    await new Promise<void>((resolve, reject) => {
      this.http.once('error', reject);
      this.http.listen(port, host, () => {
        this.http.off('error', reject);
        resolve();
      });
    });
    const address = this.http.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  /** Stops accepting, lets what runs finish (at most `graceMs`), ends streams. */
  async close(graceMs = 10_000): Promise<void> {
    this.closing = true;
    for (const response of this.openStreams) response.end();
    const deadline = setTimeout(() => this.http.closeAllConnections(), graceMs);
    await new Promise<void>((resolve) => {
      this.http.close(() => resolve());
      this.http.closeIdleConnections();
    });
    clearTimeout(deadline);
    await this.publicEndpoint.stop();
    await this.adminEndpoint.stop();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = requestIdOf(request);
    if (this.closing) response.setHeader('connection', 'close');
    const body = new BodyDeadline(request, this.options.bodyLimits, (error) => {
      // The client may never end its side: the connection goes as soon as the answer is out.
      if (response.headersSent) return void request.destroy();
      response.once('finish', () => request.destroy());
      this.fail(response, error, requestId);
    });
    const mark = (request.url ?? '/').indexOf('?');
    const path = mark < 0 ? (request.url ?? '/') : (request.url ?? '/').slice(0, mark);
    if (path.startsWith('/health/')) {
      await this.health(path, response, requestId);
      return body.answered();
    }
    if (this.inFlight >= this.options.maximumInFlight) {
      const busy = new KindlingError(
        'UNAVAILABLE',
        'The server is at its limit of concurrent requests: try again',
        {
          retryAfterMs: 1_000,
        },
      );
      return this.fail(response, busy, requestId);
    }
    this.inFlight += 1;
    try {
      const search = mark < 0 ? '' : (request.url ?? '').slice(mark);
      await this.route(path, search, request, response, requestId, body);
    } catch (error) {
      this.fail(response, error, requestId);
    } finally {
      this.inFlight -= 1;
      body.answered();
    }
  }

  private async route(
    path: string,
    search: string,
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    body: BodyDeadline,
  ): Promise<void> {
    const { authenticator } = this.options;
    if (path === '/graphql') {
      allowOrigins(request, response);
      if (request.method === 'OPTIONS') return void response.writeHead(204).end();
      const principal = await authenticator.keyPrincipal(request.headers);
      return this.graphql(
        this.publicEndpoint,
        request,
        response,
        search,
        this.context(principal, requestId, request, response),
      );
    }
    if (!path.startsWith('/admin/')) throw new KindlingError('NOT_FOUND', `There is nothing at ${path}`);
    refuseForeignPage(request.method, request.headers, this.options.consoleUrl);
    const principal = await authenticator.adminPrincipal(request.headers);
    // Streams and plain routes write their own heads.
    response.setHeader('x-request-id', requestId);
    response.setHeader('x-content-type-options', 'nosniff');
    const context = this.context(principal, requestId, request, response);
    if (path === '/admin/graphql')
      return this.graphql(this.adminEndpoint, request, response, search, context);
    if (path === '/admin/graphql/stream') return this.subscribe(request, response, context);
    const route = this.options.routes.find((one) => one.method === request.method && one.path.test(path));
    if (!route) throw new KindlingError('NOT_FOUND', `There is nothing at ${request.method} ${path}`);
    if (route.role !== 'anyone') {
      if (principal.kind === 'nobody')
        throw new KindlingError('UNAUTHENTICATED', `${path} needs a secret key or a signed-in member`);
      if (!hasRole(principal, route.role))
        throw new KindlingError('FORBIDDEN', `${path} needs the role ${route.role}`);
    }
    if (route.isUpload) body.allowUpload();
    const groups = route.path.exec(path)?.slice(1) ?? [];
    await route.handle({ request, response, context, groups, query: new URLSearchParams(search) });
  }

  private context(
    principal: Principal,
    requestId: string,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    return new RequestContext(this.options.services, principal, requestId, new HttpFacts(request, response));
  }

  private async graphql(
    endpoint: GraphQLEndpoint,
    request: IncomingMessage,
    response: ServerResponse,
    search: string,
    context: RequestContext,
  ): Promise<void> {
    const body = request.method === 'POST' ? await readJsonBody(request) : undefined;
    if (endpoint === this.publicEndpoint) {
      const answer = await this.persisted.answer(request.method ?? 'GET', search, body, context);
      if (answer) return send(response, context.requestId, answer.status, answer.headers, answer.body);
      if (
        this.options.persistedOnly &&
        context.principal.kind === 'key' &&
        context.principal.keyKind === 'public'
      ) {
        throw new KindlingError(
          'FORBIDDEN',
          'Public keys may send only registered operations here: send documentId',
        );
      }
    }
    const answer = await endpoint.execute(
      { method: request.method ?? 'GET', headers: relevantHeaders(request), search, body },
      context,
    );
    if (answer.body.kind !== 'complete') throw new Error('incremental delivery is not switched on');
    for (const [name, value] of context.responseHeaders) answer.headers.set(name, value);
    send(response, context.requestId, answer.status ?? 200, answer.headers, answer.body.string);
  }

  private async subscribe(request: IncomingMessage, response: ServerResponse, context: RequestContext) {
    if (context.principal.kind === 'nobody') {
      throw new KindlingError('UNAUTHENTICATED', 'Subscriptions need a secret key or a signed-in member');
    }
    this.streamContexts.set(request, context);
    this.openStreams.add(response);
    // A stream lasts for minutes and must not use up the places of short requests.
    this.inFlight -= 1;
    const watch = setInterval(
      () => void this.endIfRevoked(request, response, context.principal),
      streamCheckMs,
    );
    response.once('close', () => clearInterval(watch));
    try {
      await this.stream(request, response);
    } finally {
      this.inFlight += 1;
      response.once('close', () => this.openStreams.delete(response));
      if (response.closed) this.openStreams.delete(response);
    }
  }

  /** A stream must not outlive the session, the key or the role that it was opened with. */
  private async endIfRevoked(request: IncomingMessage, response: ServerResponse, opened: Principal) {
    const now = await this.options.authenticator.adminPrincipal(request.headers).catch((error: unknown) => {
      // a database that is away for a moment is no reason to end it
      if (error instanceof KindlingError) return null;
      return opened;
    });
    if (now === null || roleOf(now) !== roleOf(opened)) response.end();
  }

  private async health(path: string, response: ServerResponse, requestId: string): Promise<void> {
    const why = this.closing
      ? 'shutting down'
      : path === '/health/live'
        ? null
        : await this.options.notReady();
    if (path !== '/health/live' && path !== '/health/ready')
      return send(response, requestId, 404, [], '{"status":"unknown"}');
    send(
      response,
      requestId,
      why === null ? 200 : 503,
      [['cache-control', 'no-store']],
      JSON.stringify(why === null ? { status: 'ok' } : { status: 'unavailable', reason: why }),
    );
  }

  /** A failure before any operation ran, in the shape of a GraphQL answer. */
  private fail(response: ServerResponse, error: unknown, requestId: string): void {
    const told = publicError(error, requestId, this.options.log);
    const http = told.extensions.http as { status?: number; headers?: Map<string, string> } | undefined;
    const status =
      http?.status ??
      (told.extensions.code === 'INTERNAL' ? 500 : told.extensions.code === 'NOT_FOUND' ? 404 : 400);
    const { http: _http, ...extensions } = told.extensions;
    const body = JSON.stringify({ errors: [new GraphQLError(told.message, { extensions })] });
    if (response.headersSent) return void response.destroy();
    // The rest of a body that was not read would be taken for the next request.
    response.setHeader('connection', 'close');
    send(response, requestId, status, http?.headers ?? [], body);
  }
}

/** Head and body in one write: with the length known, and all headers handed over at once. */
function send(
  response: ServerResponse,
  requestId: string,
  status: number,
  headers: Iterable<readonly [string, string]>,
  body: string,
) {
  const head: Record<string, string | number> = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
  };
  for (const [name, value] of headers) if (name !== 'content-length') head[name] = value;
  response.writeHead(status, head).end(body);
}

/** Browsers of any origin may ask; whether they get an answer is for the key to say. No cookies are involved. */
function allowOrigins(request: IncomingMessage, response: ServerResponse) {
  if (request.headers.origin === undefined) return;
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-expose-headers', 'retry-after, x-request-id');
  if (request.method !== 'OPTIONS') return;
  response.setHeader('access-control-allow-methods', 'GET, POST');
  response.setHeader(
    'access-control-allow-headers',
    'authorization, content-type, apollo-require-preflight, x-request-id',
  );
  response.setHeader('access-control-max-age', '86400');
}

/** Each worked out when somebody asks: most requests need one or two of them. */
class HttpFacts implements RequestFacts {
  private controller: AbortController | null = null;

  constructor(
    private readonly message: IncomingMessage,
    private readonly response: ServerResponse,
  ) {}

  get locale() {
    return localeOf(this.message.headers['accept-language']);
  }
  get address() {
    return addressOf(this.message);
  }
  get origin() {
    return this.message.headers.origin ?? null;
  }
  get secure() {
    return this.message.headers['x-forwarded-proto'] === 'https';
  }
  get sessionToken() {
    return sessionToken(this.message.headers);
  }
  get userAgent() {
    return this.message.headers['user-agent'] ?? null;
  }
  get signal() {
    if (this.controller) return this.controller.signal;
    const controller = new AbortController();
    this.controller = controller;
    this.response.once('close', () => {
      if (!this.response.writableFinished) controller.abort();
    });
    if (this.response.closed && !this.response.writableFinished) controller.abort();
    return controller.signal;
  }
}

/** Of the person. The console passes it on; from anybody but a process of this machine the header means nothing. */
function addressOf(request: IncomingMessage): string {
  const peer = request.socket.remoteAddress ?? 'unknown';
  const forwarded = request.headers['x-forwarded-for'];
  if (typeof forwarded !== 'string' || !/^(::1|(::ffff:)?127\.)/.test(peer)) return peer;
  return forwarded.split(',').at(-1)?.trim() || peer;
}

const requestIdOf = (request: IncomingMessage) => {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : crypto.randomUUID();
};

function relevantHeaders(request: IncomingMessage): HeaderMap {
  const headers = new HeaderMap();
  for (const name of [
    'content-type',
    'accept',
    'authorization',
    'apollo-require-preflight',
    'x-apollo-operation-name',
  ]) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  return headers;
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestContext } from './context.js';
import type { Role } from './principal.js';

/**
 * A plain HTTP route beside GraphQL, for what GraphQL is bad at: uploads and downloads. It runs after
 * authentication; a KindlingError that it throws is answered as JSON with the matching status.
 */
export interface HttpRoute {
  readonly method: 'GET' | 'POST';
  /** Of the path, without the query string. */
  readonly path: RegExp;
  /** "anyone": it tells for itself who is there. */
  readonly role: Role | 'anyone';
  /** Its body may take as long as it wants, as long as something comes. */
  readonly isUpload?: true;
  handle(exchange: HttpExchange): Promise<void>;
}

export interface HttpExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: RequestContext;
  /** The groups of `path`. */
  readonly groups: readonly string[];
  readonly query: URLSearchParams;
}

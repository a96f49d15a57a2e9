import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Schemas } from '@qdrant/js-client-rest';
import { type Operation, readClientSchema } from './client-schema.fixture.js';
import { StubCollection } from './stub-collection.fixture.js';
import { isRejection, reject } from './stub-rejection.fixture.js';

/**
 * A STUB of a Qdrant server: no Qdrant code runs in it. It holds points in memory and answers by brute force, with the
 * semantics that the golden answers of the real engine record (golden/), and it checks every request and
 * every answer of its own against the types of Qdrant's client. What it has not got answers 501.
 */
export interface QdrantStub {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** Requests and responses that the client's types do not admit. A test with any has failed. */
  readonly violations: readonly string[];
  /** From now on version reads find nothing, as for a writer that read before another one wrote. */
  blindReads(blind: boolean): void;
  /** The next `times` requests, or all from now on, are refused with this status. */
  refuseWith(status: number, times?: number): void;
  close(): Promise<void>;
}
export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly operation: Operation | null;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
  /** What the stub answered under `result` (when blind: would have answered); undefined when it refused. */
  readonly result: unknown;
}

const schema = readClientSchema();

export async function startQdrantStub(options: { readonly version?: string } = {}): Promise<QdrantStub> {
  const state = new StubState(options.version ?? '1.19.0');
  const requests: RecordedRequest[] = [];
  const violations: string[] = [];
  let blind = false;
  let refusal = { status: 0, times: 0 };

  const server = createServer(async (request, response) => {
    const method = request.method ?? 'GET';
    const url = request.url ?? '/';
    const body = await readJson(request);
    const operation = schema.operationOf(method, url);
    const record = { method, url, operation, headers: request.headers, body, result: undefined as unknown };
    requests.push(record);
    if (refusal.times-- > 0) return send(response, refusal.status, error('refused by the test'));
    const problems = schema.checkRequest(method, url, body) ?? ['is not an operation of Qdrant'];
    if (!operation || problems.length > 0) {
      violations.push(...problems.map((problem) => `${method} ${url}: ${problem}`));
      return send(response, 400, error(problems.join('; ')));
    }
    try {
      const unseen = blind && operation.path.endsWith('/points/scroll');
      record.result = state.handle(operation, body);
      const result = unseen ? { points: [] } : record.result;
      const answer = operation.path === '/' ? result : { result, status: 'ok', time: 0 };
      violations.push(
        ...schema
          .checkResponse(method, url, answer)
          .map((problem) => `answer to ${method} ${url}: ${problem}`),
      );
      send(response, 200, answer);
    } catch (cause) {
      if (isRejection(cause)) send(response, cause.status, error(cause.message));
      else {
        violations.push(`${method} ${url}: the stub failed: ${String(cause)}`);
        send(response, 500, error(String(cause)));
      }
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    violations,
    blindReads(on) {
      blind = on;
    },
    refuseWith(status, times = Infinity) {
      refusal = { status, times };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class StubState {
  private readonly collections = new Map<string, StubCollection>();
  private readonly aliases = new Map<string, string>();

  constructor(private readonly version: string) {}

  handle({ method, path, parameters }: Operation, body: unknown): unknown {
    const name = parameters.collection_name ?? '';
    switch (`${method} ${path}`) {
      case 'get /':
        return { title: 'qdrant - vector search engine (stub)', version: this.version };
      case 'get /collections':
        return { collections: [...this.collections.keys()].map((one) => ({ name: one })) };
      case 'get /aliases':
        return {
          aliases: [...this.aliases].map(([alias_name, collection_name]) => ({
            alias_name,
            collection_name,
          })),
        };
      case 'post /collections/aliases':
        return this.updateAliases(body as Schemas['ChangeAliasesOperation']);
      case 'put /collections/{collection_name}':
        if (this.collections.has(name)) reject(409, `Collection \`${name}\` already exists!`);
        this.collections.set(name, new StubCollection(body as Schemas['CreateCollection']));
        return true;
      case 'delete /collections/{collection_name}':
        for (const [alias, target] of this.aliases) if (target === name) this.aliases.delete(alias);
        return this.collections.delete(name);
      default:
        return this.handlePoints(`${method} ${path}`, this.find(name), body);
    }
  }

  private handlePoints(route: string, collection: StubCollection, body: unknown): unknown {
    const under = '/collections/{collection_name}';
    switch (route) {
      case `get ${under}`:
        return collection.info();
      case `put ${under}/index`:
        return collection.createIndex(body as Schemas['CreateFieldIndex']);
      case `put ${under}/points`:
        return collection.upsert(body as Schemas['PointsList']);
      case `post ${under}/points/delete`:
        return collection.delete(body as Schemas['FilterSelector']);
      case `post ${under}/points/scroll`:
        return collection.scroll(body as Schemas['ScrollRequest']);
      case `post ${under}/points/count`:
        return collection.count(body as Schemas['CountRequest']);
      case `post ${under}/points/query`:
        return { points: collection.query(body as Schemas['QueryRequest']) };
      case `post ${under}/points/query/batch`:
        return (body as Schemas['QueryRequestBatch']).searches.map((one) => ({
          points: collection.query(one),
        }));
      case `post ${under}/points/query/groups`:
        return { groups: collection.queryGroups(body as Schemas['QueryGroupsRequest']) };
      default:
        return reject(501, `the stub has no ${route}`);
    }
  }

  private find(name: string): StubCollection {
    const found = this.collections.get(this.aliases.get(name) ?? name);
    return found ?? reject(404, `Not found: Collection \`${name}\` doesn't exist!`);
  }

  private updateAliases({ actions }: Schemas['ChangeAliasesOperation']): boolean {
    for (const action of actions) {
      if ('delete_alias' in action) this.aliases.delete(action.delete_alias.alias_name);
      else if ('create_alias' in action) {
        const { alias_name, collection_name } = action.create_alias;
        if (!this.collections.has(collection_name))
          reject(404, `Collection \`${collection_name}\` doesn't exist!`);
        if (this.collections.has(alias_name)) reject(409, `Collection \`${alias_name}\` already exists!`);
        this.aliases.set(alias_name, collection_name);
      } else reject(501, 'the stub cannot rename an alias');
    }
    return true;
  }
}

const error = (message: string) => ({ status: { error: message }, time: 0 });

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  return text === '' ? undefined : JSON.parse(text);
}

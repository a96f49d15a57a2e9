import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CatalogueId, catalogueId, type ItemFilter, itemNumber, modelId } from '@kindling/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VectorIndex, VectorPoint } from '../port.js';
import { createQdrantIndex } from './qdrant-index.js';
import { type QdrantStub, startQdrantStub } from './qdrant-stub.fixture.js';

/**
 * That no request can reach another tenant's points is a property of the requests themselves, so they are read on the
 * wire: a proxy between our engine and the server looks at every one of them.
 */
const mine = catalogueId('mine');
const theirs = catalogueId('theirs');
const space = { name: 'tenancy', model: modelId('m'), dimensions: 3 };
const [one, two] = [itemNumber(1), itemNumber(2)];
const vector = Float32Array.of(1, 0, 0);
const scope = { space: space.name, tenant: mine, limit: 5 };
const item = (key: typeof one): VectorPoint => ({
  key,
  version: 1,
  vector,
  payload: { tags: ['a'], tenant: 'x' },
});

/** Filters that try to talk their way out of the tenant. */
const filters: readonly (ItemFilter | undefined)[] = [
  undefined,
  { any: [] },
  { all: [] },
  { not: { any: [] } },
  { not: { field: 'tenant', in: ['mine'] } },
  { any: [{ field: 'tenant', in: ['theirs'] }, { not: { field: 'tags', in: ['a'] } }] },
  { field: 'tenant"] || true || ["', in: ['theirs'] },
];

const calls: readonly (readonly [string, (index: VectorIndex, filter: ItemFilter) => Promise<unknown>])[] = [
  ['nearest', (index, filter) => index.nearest({ ...scope, vector, filter })],
  [
    'nearest, diversified',
    (index, filter) =>
      index.nearest({ ...scope, vector, filter, exclude: [two], diversity: { lambda: 0.5, candidates: 9 } }),
  ],
  ['nearestBatch', (index, filter) => index.nearestBatch({ ...scope, vectors: [vector, vector], filter })],
  [
    'recommend',
    (index, filter) =>
      index.recommend({ ...scope, positive: [one, vector], negative: [two], strategy: 'sumScores', filter }),
  ],
  [
    'nearestGroups',
    (index, filter) => index.nearestGroups({ ...scope, vector, filter, groupBy: 'tags', groupSize: 2 }),
  ],
  [
    'fuse',
    (index, filter) =>
      index.fuse({
        ...scope,
        filter,
        method: 'reciprocalRank',
        prefetch: [
          { vector, limit: 3 },
          { vector, limit: 3, filter },
        ],
      }),
  ],
  ['fetch', (index) => index.fetch(space.name, mine, [one, two])],
  ['freshness', (index) => index.freshness(space.name, mine)],
  ['upsert', (index) => index.upsert(space.name, mine, [item(one), item(two)])],
  ['delete', (index) => index.delete(space.name, mine, [one, two], 9)],
  ['deleteTenant', (index) => index.deleteTenant(space.name, mine)],
];

describe('seen by a proxy in front of a stub of Qdrant', () => {
  let stub: QdrantStub;
  let proxy: InspectingProxy;
  let index: VectorIndex;
  beforeAll(async () => {
    stub = await startQdrantStub();
    proxy = await startInspectingProxy(stub.url);
    index = createQdrantIndex({ url: proxy.url, timeoutMs: 20_000 });
    await index.ensureSpace(space);
    await index.upsert(space.name, theirs, [item(one), item(two)]);
  });
  afterAll(async () => {
    await proxy.close();
    await stub.close();
  });

  it.each(calls)('every request of %s is confined to the tenant, whatever the filter', async (_, call) => {
    const from = proxy.requests.length;
    for (const filter of filters) await call(index, filter as ItemFilter);
    const seen = proxy.requests.slice(from).filter(({ url }) => url.includes('/points'));
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.flatMap((request) => escapes(request, mine))).toEqual([]);
  });

  it('leaves the other tenant’s points as they were', async () => {
    expect(await index.freshness(space.name, theirs)).toEqual({ version: 1, points: 2 });
    expect(await index.nearest({ ...scope, tenant: theirs, vector })).toHaveLength(2);
    expect(stub.violations).toEqual([]);
  });

  it('would notice a request that is not confined', () => {
    const condition = { key: 'tenant', match: { value: 'mine' } };
    const query = (body: object) =>
      escapes({ method: 'POST', url: '/collections/c/points/query', body }, mine);
    expect(query({ filter: { must: [condition] } })).toEqual([]);
    expect(query({})).not.toEqual([]);
    expect(query({ filter: { should: [condition] } })).not.toEqual([]);
    expect(query({ filter: { must: [{ key: 'tenant', match: { value: 'theirs' } }] } })).not.toEqual([]);
    expect(query({ filter: { must: [condition] }, prefetch: [{ filter: {} }] })).not.toEqual([]);
    expect(escapes({ method: 'POST', url: '/collections/c/points', body: { ids: ['x'] } }, mine)).not.toEqual(
      [],
    );
    const points = [{ id: 'x', payload: { tenant: 'theirs' } }];
    expect(
      escapes(
        {
          method: 'PUT',
          url: '/collections/c/points',
          body: { points, update_filter: { must: [condition] } },
        },
        mine,
      ),
    ).not.toEqual([]);
  });
});

interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

/** Where a request reaches beyond the tenant: empty when it cannot. */
function escapes({ method, url, body }: SeenRequest, tenant: CatalogueId): readonly string[] {
  const live = JSON.stringify({ key: 'tenant', match: { value: tenant } });
  const stored = `{"should":[${live},${JSON.stringify({ key: 'removedFrom', match: { value: tenant } })}]}`;
  const problems: string[] = [];
  const confined = (where: string, filter: unknown, allowed: readonly string[]) => {
    const must = (filter as { must?: readonly unknown[] } | undefined)?.must ?? [];
    if (!must.some((condition) => allowed.includes(JSON.stringify(condition)))) {
      problems.push(`${method} ${url}: ${where} is not confined to ${tenant}: ${JSON.stringify(filter)}`);
    }
  };
  type Search = { filter?: unknown; prefetch?: readonly Search[] };
  const searched = (where: string, search: Search) => {
    confined(where, search.filter, [live]);
    search.prefetch?.forEach((part, at) => {
      searched(`${where}, prefetch ${at}`, part);
    });
  };
  const path = new URL(url, 'http://proxy').pathname.replace(/^.*\/points/, '');
  const content = body as Search & {
    searches?: readonly Search[];
    update_filter?: unknown;
    points?: readonly Stored[];
  };
  type Stored = { payload: { tenant?: string; removedFrom?: string } };
  if (path.startsWith('/query/batch'))
    for (const search of content.searches ?? []) searched('a search', search);
  else if (path.startsWith('/query')) searched('the search', content);
  else if (path === '/scroll' || path === '/count' || path === '/delete') {
    confined('the filter', content.filter, [live, stored]);
  } else if (path === '' && method === 'PUT') {
    confined('the condition of the write', content.update_filter, [live, stored]);
    for (const { payload } of content.points ?? []) {
      if ((payload.tenant ?? payload.removedFrom) !== tenant)
        problems.push(`a point of ${JSON.stringify(payload)}`);
    }
  } else problems.push(`${method} ${url} takes no filter of ours`);
  return problems;
}

interface InspectingProxy {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  close(): Promise<void>;
}

async function startInspectingProxy(target: string): Promise<InspectingProxy> {
  const requests: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const { method = 'GET', url = '/' } = request;
    requests.push({ method, url, body: text === '' ? undefined : JSON.parse(text) });
    const answer = await fetch(`${target}${url}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(text === '' ? {} : { body: text }),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

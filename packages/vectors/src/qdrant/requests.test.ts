import { catalogueId, type ItemFilter, itemNumber, modelId } from '@kindling/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CollectionNames } from './collection-name.js';
import { translateFilter } from './filter.js';
import { fieldPath, pointIds } from './point.js';
import { createQdrantIndex } from './qdrant-index.js';
import { type QdrantStub, startQdrantStub } from './qdrant-stub.fixture.js';

const tenant = catalogueId('shop');
const space = { name: 'requests', model: modelId('m'), dimensions: 3 };
const vector = Float32Array.of(1, 0, 0);
const scope = { space: space.name, tenant, limit: 2 };

describe('what reaches a stub of Qdrant', () => {
  let stub: QdrantStub;
  beforeEach(async () => {
    stub = await startQdrantStub();
  });
  afterEach(() => stub.close());
  const paths = () => stub.requests.map(({ method, url }) => `${method} ${url.split('?')[0]}`);

  it('makes a space with a tenant index, int8 vectors that are rescored, and a graph inside each tenant', async () => {
    const index = createQdrantIndex({ url: stub.url, timeoutMs: 10_000 });
    await index.ensureSpace(space);
    const bodies = stub.requests.filter(({ method }) => method === 'PUT').map(({ body }) => body);
    expect(bodies[0]).toMatchObject({
      vectors: { size: 3, distance: 'Dot' },
      quantization_config: { scalar: { type: 'int8' } },
      hnsw_config: { m: 0, payload_m: 16 },
      metadata: { kindling: space },
    });
    expect(bodies[1]).toEqual({ field_name: 'tenant', field_schema: { type: 'keyword', is_tenant: true } });
    await index.nearest({ ...scope, vector });
    expect(stub.requests.at(-1)?.body).toMatchObject({ params: { quantization: { rescore: true } } });
  });

  it('makes what is there already no second time', async () => {
    const index = createQdrantIndex({ url: stub.url, timeoutMs: 10_000 });
    await index.ensureSpace(space);
    const before = paths().filter((path) => path.startsWith('PUT')).length;
    await index.ensureSpace(space);
    expect(paths().filter((path) => path.startsWith('PUT'))).toHaveLength(before);
  });

  it('switches an alias in one request', async () => {
    const index = createQdrantIndex({ url: stub.url, timeoutMs: 10_000 });
    await index.ensureSpace(space);
    await index.ensureSpace({ ...space, name: 'next' });
    await index.switchAlias('current', space.name);
    await index.switchAlias('current', 'next');
    const switches = stub.requests.filter(({ url }) => url.startsWith('/collections/aliases'));
    expect(switches.map(({ body }) => (body as { actions: unknown[] }).actions.length)).toEqual([1, 2]);
    expect(await index.resolveAlias('current')).toBe('next');
  });

  it('indexes an attribute when a filter first names it, once, and never more than 64 fields', async () => {
    const index = createQdrantIndex({ url: stub.url, timeoutMs: 10_000 });
    await index.ensureSpace(space);
    const indexed = () => stub.requests.filter(({ url }) => url.includes('/index')).map(({ body }) => body);
    const builtIn = indexed().length;
    const filter: ItemFilter = { not: { field: 'attributes.colour', in: ['red'] } };
    for (let turn = 0; turn < 3; turn++) await index.nearest({ ...scope, vector, filter });
    expect(indexed().slice(builtIn)).toEqual([
      { field_name: fieldPath('attributes.colour'), field_schema: 'keyword' },
    ]);
    for (let at = 0; at < 100; at++) {
      await index.nearest({
        ...scope,
        vector,
        filter: { field: `attributes.made-up-${at}`, range: { gt: 1 } },
      });
    }
    expect(indexed()).toHaveLength(64);
  });

  it('does not write to a server that would ignore the condition of a write', async () => {
    const old = await startQdrantStub({ version: '1.15.5' });
    const index = createQdrantIndex({ url: old.url, timeoutMs: 10_000 });
    for (const write of [
      () => index.ensureSpace(space),
      () => index.delete(space.name, tenant, [itemNumber(1)], 1),
    ]) {
      await expect(write()).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        message: expect.stringContaining('1.15.5'),
      });
    }
    expect(old.requests.every(({ method }) => method === 'GET')).toBe(true);
    await old.close();
  });

  it('keeps points with ties across the limit in order of key, however many there are', async () => {
    const index = createQdrantIndex({ url: stub.url, timeoutMs: 10_000 });
    await index.ensureSpace(space);
    const points = Array.from({ length: 70 }, (_, at) => ({
      key: itemNumber(1 + ((at * 37) % 70)),
      version: 1,
      vector,
      payload: {},
    }));
    await index.upsert(space.name, tenant, points);
    expect((await index.nearest({ ...scope, limit: 3, vector })).map((hit) => hit.key)).toEqual([1, 2, 3]);
  });

  it('a path in the address is kept', async () => {
    const index = createQdrantIndex({ url: `${stub.url}/behind/proxy/`, timeoutMs: 10_000 });
    await expect(index.resolveAlias('x')).rejects.toThrow();
    expect(paths()).toEqual(['GET /behind/proxy/aliases']);
  });
});

describe('names and ids', () => {
  it('of spaces survive the way to Qdrant and back, and nobody else’s are read as ours', () => {
    const names = new CollectionNames('kindling-');
    for (const name of ['text-a', 'text-org/model@v1:mean', 'Ünï 电影', 'a_b', '.', 'x'.repeat(200)]) {
      expect(names.of(name)).toMatch(/^[A-Za-z0-9._-]+$/);
      expect(names.read(names.of(name))).toBe(name);
    }
    for (const other of ['other', 'kindling-', 'kindling-a_zz', 'kindling-a_ff'])
      expect(names.read(other)).toBeNull();
    for (const bad of ['', 'x'.repeat(300)]) expect(() => names.of(bad)).toThrow(/characters/);
  });

  it('of points name the key, ascend with it, and differ between tenants', () => {
    const ids = pointIds(tenant);
    const keys = [0, 1, 255, 2 ** 32 - 1, 2 ** 32, 2 ** 52 + 1, Number.MAX_SAFE_INTEGER].map(itemNumber);
    expect(keys.map((key) => ids.keyOf(ids.idOf(key)))).toEqual(keys);
    expect([...keys].map(ids.idOf).sort()).toEqual(keys.map(ids.idOf));
    for (const key of keys)
      expect(ids.idOf(key)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(() => ids.keyOf(pointIds(catalogueId('other')).idOf(itemNumber(1)))).toThrow(/not of this tenant/);
  });

  it('of fields are paths that Qdrant can read, and no two fields share one', () => {
    const fields = ['a.b', 'a_b', 'a_2eb', 'a"b', 'a\\b', '', '_', 'attributes.语言', 'a[0]', '__proto__'];
    const paths = fields.map(fieldPath);
    expect(new Set(paths).size).toBe(fields.length);
    for (const path of paths) expect(path).toMatch(/^item\.[A-Za-z0-9_]+$/);
  });

  it.each(['localhost:6333', 'ftp://x', ''])('the address %j is refused with an example', (url) => {
    expect(() => createQdrantIndex({ url })).toThrow(/http:\/\/localhost:6333/);
  });
});

describe('a filter', () => {
  it('nested deeper than Qdrant reads is UNSUPPORTED', () => {
    let deep: ItemFilter = { field: 'tags', in: ['a'] };
    for (let level = 0; level < 40; level++) deep = { not: deep };
    expect(() => translateFilter(deep)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
  });

  it('with bounds that are not finite means what it says', () => {
    const range = (bounds: object) => translateFilter({ field: 'price', range: bounds });
    const key = fieldPath('price');
    expect(range({ gte: Infinity })).toBe(false);
    expect(range({ lt: -Infinity, gt: 1 })).toBe(false);
    expect(range({ gt: NaN })).toBe(false);
    expect(range({ lte: Infinity, gt: 1 })).toEqual({ key, range: { gt: 1 } });
    expect(range({})).toEqual({ key, range: { gte: -Number.MAX_VALUE } });
  });
});

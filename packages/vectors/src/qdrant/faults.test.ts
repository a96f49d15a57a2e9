import { catalogueId, itemNumber, modelId } from '@kindling/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VectorIndex } from '../port.js';
import { type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.fixture.js';
import { createQdrantIndex, type QdrantOptions } from './qdrant-index.js';
import { type QdrantStub, startQdrantStub } from './qdrant-stub.fixture.js';

/* Faults between our engine and a stub of Qdrant: what is tested is our side of the connection. */

const space = { name: 'faults', model: modelId('m'), dimensions: 3 };
const tenant = catalogueId('shop');
const vector = Float32Array.of(1, 0, 0);
const scope = { space: space.name, tenant, limit: 5 };
const [one] = [itemNumber(1)];
const timeoutMs = 300;
/** A crowded machine is late, but not by this much. */
const slackMs = 1_500;

const everyCall: readonly (readonly [string, (index: VectorIndex) => Promise<unknown>])[] = [
  ['ensureSpace', (index) => index.ensureSpace({ ...space, name: 'other' })],
  ['dropSpace', (index) => index.dropSpace('other')],
  ['listSpaces', (index) => index.listSpaces()],
  ['switchAlias', (index) => index.switchAlias('current', space.name)],
  ['resolveAlias', (index) => index.resolveAlias('current')],
  ['upsert', (index) => index.upsert(space.name, tenant, [{ key: one, version: 2, vector, payload: {} }])],
  ['delete', (index) => index.delete(space.name, tenant, [one], 3)],
  ['deleteTenant', (index) => index.deleteTenant(space.name, tenant)],
  ['fetch', (index) => index.fetch(space.name, tenant, [one])],
  ['nearest', (index) => index.nearest({ ...scope, vector, filter: { field: 'attributes.a', in: ['b'] } })],
  ['nearestBatch', (index) => index.nearestBatch({ ...scope, vectors: [vector, vector] })],
  ['recommend', (index) => index.recommend({ ...scope, positive: [one], strategy: 'bestScore' })],
  ['nearestGroups', (index) => index.nearestGroups({ ...scope, vector, groupBy: 'tags', groupSize: 1 })],
  ['fuse', (index) => index.fuse({ ...scope, method: 'reciprocalRank', prefetch: [{ vector, limit: 3 }] })],
  ['freshness', (index) => index.freshness(space.name, tenant)],
];

describe('with a stub of Qdrant behind a faulty network', () => {
  let stub: QdrantStub;
  let proxy: FaultProxy;
  let index: VectorIndex;
  const connect = (options: Partial<QdrantOptions> = {}) =>
    createQdrantIndex({ url: proxy.url, timeoutMs, writeTimeoutMs: timeoutMs, ...options });
  const never = { failuresToOpen: Infinity, openMs: 0 };

  beforeEach(async () => {
    stub = await startQdrantStub();
    proxy = await startFaultProxy(stub.url);
    index = connect({ timeoutMs: 10_000, writeTimeoutMs: 10_000 });
    await index.ensureSpace(space);
    await index.upsert(space.name, tenant, [{ key: one, version: 1, vector, payload: {} }]);
  });
  afterEach(async () => {
    await proxy.close();
    await stub.close();
  });

  const faults: readonly (readonly [string, Fault])[] = [
    ['resets every connection', { kind: 'reset' }],
    ['swallows every request', { kind: 'blackhole' }],
    ['is slower than the timeout', { kind: 'latency', ms: 5_000 }],
    ['goes silent in the middle of an answer', { kind: 'cut', bytes: 90, ending: 'silence' }],
    ['breaks answers off', { kind: 'cut', bytes: 90, ending: 'reset' }],
    ['garbles answers', { kind: 'corrupt' }],
  ];
  it.each(faults)(
    'that %s, every call of the port ends as UNAVAILABLE within its timeout',
    async (_, fault) => {
      proxy.inject(fault);
      await Promise.all(
        everyCall.map(async ([name, call]) => {
          const start = performance.now();
          await expect(call(connect({ breaker: never })), name).rejects.toMatchObject({
            code: 'UNAVAILABLE',
            message: expect.stringMatching(/^Qdrant could not .+: .+\.$/),
          });
          expect(performance.now() - start, name).toBeLessThan(timeoutMs + slackMs);
        }),
      );
    },
  );

  it('a server that is not there is UNAVAILABLE at once, not after the timeout', async () => {
    const nowhere = createQdrantIndex({ url: 'http://127.0.0.1:9', timeoutMs: 20_000 });
    const start = performance.now();
    await expect(nowhere.nearest({ ...scope, vector })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('an error tells callers nothing of the address, and operators all of it, in its cause', async () => {
    proxy.inject({ kind: 'reset' });
    const error: unknown = await index.nearest({ ...scope, vector }).catch((reason: unknown) => reason);
    if (!(error instanceof Error)) throw new Error('nearest did not fail');
    expect(error.message).not.toContain('127.0.0.1');
    expect(String(error.cause)).toContain(proxy.url);
  });

  it('one broken connection is not noticed: the request is sent again', async () => {
    proxy.inject({ kind: 'reset' }, 1);
    expect(await index.nearest({ ...scope, vector })).toEqual([{ key: 1, score: 1 }]);
    proxy.inject({ kind: 'cut', bytes: 50, ending: 'reset' }, 1);
    expect(await index.freshness(space.name, tenant)).toEqual({ version: 1, points: 1 });
  });

  it('latency below the timeout is only latency', async () => {
    const patient = connect({ timeoutMs: 10_000 });
    proxy.inject({ kind: 'latency', ms: 50 });
    expect(await patient.nearest({ ...scope, vector })).toHaveLength(1);
  });

  it('a write whose answer got lost is repeated without harm', async () => {
    proxy.inject({ kind: 'cut', bytes: 10, ending: 'reset' }, 1);
    const counts = await index.upsert(space.name, tenant, [{ key: one, version: 5, vector, payload: {} }]);
    expect(counts).toEqual({ applied: 1, stale: 0 });
    expect(await index.freshness(space.name, tenant)).toEqual({ version: 5, points: 1 });
  });

  describe('the server itself', () => {
    it('that answers 503 now and then is asked again', async () => {
      stub.refuseWith(503, 2);
      expect(await index.nearest({ ...scope, vector })).toHaveLength(1);
    });

    it.each([500, 502, 503])('that keeps answering %i is UNAVAILABLE', async (status) => {
      stub.refuseWith(status);
      await expect(index.nearest({ ...scope, vector })).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining(String(status)),
      });
    });

    it('that is overloaded is UNAVAILABLE with a time to come back, and is not cut off', async () => {
      const hasty = connect({ timeoutMs: 10_000, breaker: { failuresToOpen: 1, openMs: 60_000 } });
      stub.refuseWith(429, 3);
      const refused = await hasty.nearest({ ...scope, vector }).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'UNAVAILABLE', details: { retryAfterMs: 1_000 } });
      expect(await hasty.nearest({ ...scope, vector })).toHaveLength(1);
    });

    it('that refuses the key says which setting to look at, and never the key', async () => {
      const locked = connect({ apiKey: 'not-to-be-told' });
      stub.refuseWith(401);
      const refused = await locked.nearest({ ...scope, vector }).catch((error: unknown) => error);
      expect(refused).toMatchObject({ message: expect.stringContaining('QDRANT_API_KEY') });
      expect(String(refused)).not.toContain('not-to-be-told');
      expect(stub.requests.at(-1)?.headers['api-key']).toBe('not-to-be-told');
    });
  });

  describe('the circuit breaker', () => {
    it('spares each request the timeout while the server is dead, and finds out when it is back', async () => {
      const openMs = 400;
      const guarded = connect({ breaker: { failuresToOpen: 2, openMs } });
      proxy.inject({ kind: 'blackhole' });
      for (let call = 0; call < 2; call++) {
        await expect(guarded.nearest({ ...scope, vector })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      }
      const before = proxy.connections;
      const start = performance.now();
      for (let call = 0; call < 50; call++) {
        await expect(guarded.nearest({ ...scope, vector })).rejects.toMatchObject({
          code: 'UNAVAILABLE',
          details: { retryAfterMs: expect.any(Number) },
        });
      }
      expect(performance.now() - start).toBeLessThan(openMs);
      expect(proxy.connections).toBe(before);
      proxy.inject({ kind: 'none' });
      await expect
        .poll(() => guarded.nearest({ ...scope, vector }).catch(() => []), { timeout: 10_000 })
        .toHaveLength(1);
    });

    it('stays closed for requests that the server refuses', async () => {
      const guarded = connect({ breaker: { failuresToOpen: 1, openMs: 60_000 } });
      for (let call = 0; call < 3; call++) {
        await expect(guarded.nearest({ ...scope, space: 'nowhere', vector })).rejects.toMatchObject({
          code: 'NOT_FOUND',
        });
      }
      expect(await guarded.nearest({ ...scope, vector })).toHaveLength(1);
    });
  });

  it('after close, calls end as UNAVAILABLE and nothing is sent', async () => {
    await index.close();
    const before = stub.requests.length;
    await expect(index.nearest({ ...scope, vector })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(stub.requests).toHaveLength(before);
  });
});

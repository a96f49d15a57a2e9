import { createClient, documentIds, EventTracker } from '@kindling/client';
import { createKey } from '@kindling/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi } from './api.fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi({ API_PERSISTED_ONLY: 'true', API_POINTS_PER_SECOND: '100' });
  await api.store(
    api.shop,
    { id: 'moon', title: 'robots on the moon' },
    { id: 'love', title: 'love in paris' },
  );
});
afterAll(() => api.close());

const client = () => createClient({ url: `${api.api.url}/graphql`, key: api.shop.publicKey });
const get = (parameters: Record<string, string>) =>
  fetch(`${api.api.url}/graphql?${new URLSearchParams(parameters)}`, {
    headers: { authorization: `Bearer ${api.shop.publicKey}` },
  });

describe('a registered operation', () => {
  it('is answered by its hash, whole, to the client that teams install', async () => {
    const list = await client().recommendations({ subject: { interests: ['robots'] }, first: 1 });
    expect(list.edges[0]).toMatchObject({ rank: 1, node: { id: 'moon' }, propensity: 1 });
    expect(list.pageInfo.hasNextPage).toBe(true);
    const next = await client().recommendations({
      subject: { interests: ['robots'] },
      first: 1,
      after: list.pageInfo.endCursor,
    });
    expect(next.edges[0]?.rank).toBe(2);
    expect((await client().search({ query: 'love' })).edges[0]?.node.id).toBe('love');
    expect(await client().item({ id: 'nowhere' })).toBeNull();
  });

  it('stores events once, however often the tracker sends them', async () => {
    const tracker = new EventTracker({ client: client() });
    tracker.track({ id: 'tracked', type: 'VIEW', profileId: 'ann', itemId: 'moon' });
    tracker.track({ id: 'tracked', type: 'VIEW', profileId: 'ann', itemId: 'moon' });
    await tracker.flush();
    const rows = await api.pool.query(`SELECT count(*)::int AS events FROM event WHERE id = 'tracked'`);
    expect(rows.rows).toEqual([{ events: 1 }]);
  });

  it('may be asked for by GET, as a query only', async () => {
    const extensions = JSON.stringify({ persistedQuery: { version: 1, sha256Hash: documentIds.item } });
    const answer = await get({ extensions, variables: '{"id":"moon"}' });
    expect(await answer.json()).toMatchObject({ data: { item: { id: 'moon' } } });
    const mutation = await get({ documentId: documentIds.trackEvents, variables: '{"events":[]}' });
    expect(mutation.status).toBe(400);
  });

  it('answers unfit variables, expected failures and its limits as any other operation does', async () => {
    await expect(client().item({} as never)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      details: { status: 400 },
    });
    await expect(client().recommendations({ subject: {} })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      details: { field: 'subject' },
    });
    const { secret } = await createKey(api.pool, { catalogue: 'shop', kind: 'public', name: 'greedy' });
    const greedy = createClient({ url: `${api.api.url}/graphql`, key: secret });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 250 }, () => greedy.recommendations({ subject: { profileId: 'x' }, first: 100 })),
    );
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(refused?.reason).toMatchObject({ code: 'RATE_LIMITED', details: { status: 429 } });
    expect(refused?.reason.details.retryAfterMs).toBeGreaterThan(0);
  });
});

describe('with API_PERSISTED_ONLY', () => {
  it('a public key may send nothing else, and a secret key may', async () => {
    const query = '{ item(id: "moon") { id } }';
    expect((await api.ask(api.shop.publicKey, query)).status).toBe(403);
    expect((await api.ask(api.shop.secretKey, query)).data.item.id).toBe('moon');
  });

  it('an unknown hash is NOT_FOUND, and sending the text with it registers nothing', async () => {
    const unknown = await get({ documentId: 'f'.repeat(64) });
    expect(unknown.status).toBe(404);
    await expect(
      createClient({ url: `${api.api.url}/graphql`, key: api.shop.secretKey }).item({ id: 'moon' }),
    ).resolves.toMatchObject({ id: 'moon' });
  });
});

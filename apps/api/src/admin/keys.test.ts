import { createKey } from '@kindling/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi } from '../api.fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const admin = { path: '/admin/graphql' };
const anyList = '{ recommendations(subject: { interests: ["x"] }) { nodes { id } } }';

describe('a key', () => {
  it('that is rotated goes on for a day beside the new one, which may do the same and lasts no longer', async () => {
    const rotate = (id: string) =>
      api.ask(
        api.shop.secretKey,
        `mutation { rotateKey(id: "${id}") { secret key { id name kind scopes origins expiresAt } } }`,
        {},
        admin,
      );
    const expiryOf = async (id: string) => {
      const { data } = await api.ask(api.shop.secretKey, '{ keys { id expiresAt } }', {}, admin);
      const key = (data.keys as { id: string; expiresAt: string | null }[]).find((one) => one.id === id);
      return key?.expiresAt == null ? null : Date.parse(key.expiresAt);
    };
    const hourMs = 3_600_000;
    const old = await createKey(api.pool, {
      catalogue: 'shop',
      kind: 'public',
      name: 'website',
      scopes: ['recommend'],
    });
    const { secret, key } = (await rotate(old.key.id)).data.rotateKey;
    expect(key).toMatchObject({ name: 'website', kind: 'PUBLIC', scopes: ['recommend'], expiresAt: null });
    expect(secret).not.toBe(old.secret);
    for (const one of [secret, old.secret]) expect((await api.ask(one, anyList)).status).toBe(200);
    const endsInMs = ((await expiryOf(old.key.id)) ?? 0) - Date.now();
    expect(endsInMs).toBeGreaterThan(23 * hourMs);
    expect(endsInMs).toBeLessThanOrEqual(24 * hourMs);

    const soon = new Date(Date.now() + hourMs);
    const short = await createKey(api.pool, {
      catalogue: 'shop',
      kind: 'public',
      name: 'short',
      expiresAt: soon,
    });
    const next = (await rotate(short.key.id)).data.rotateKey.key;
    expect(Date.parse(next.expiresAt)).toBe(soon.getTime());
    expect(await expiryOf(short.key.id)).toBe(soon.getTime());

    await api.ask(api.shop.secretKey, `mutation { revokeKey(id: "${key.id}") { id } }`, {}, admin);
    expect((await rotate(key.id)).errors[0]?.extensions['code']).toBe('NOT_FOUND');
  });
});

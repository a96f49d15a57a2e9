import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiFixture, openApi } from '../api.fixture.js';

let fixture: ApiFixture;
beforeAll(async () => {
  fixture = await openApi();
});
afterAll(() => fixture.close());

const upsert = `mutation ($profiles: [ProfileInput!]!) { upsertProfiles(profiles: $profiles) {
  created updated unchanged rejected { index field code message } results { index id outcome } } }`;
const admin = (key: string, query: string, variables: object = {}) =>
  fixture.ask(key, query, variables, { path: '/admin/graphql' });

test('profiles are stored row by row, audited, and only in the catalogue of the key', async () => {
  const { shop, other } = fixture;
  const profiles = [
    { id: 'ann', attributes: { country: 'DE' }, consent: { personalisation: true } },
    { id: '', attributes: {} },
    { id: 'bob', consent: { personalisation: 'perhaps' } },
    { id: 'cid' },
  ];
  const { data, errors } = await admin(shop.secretKey, upsert, { profiles });
  expect(errors).toEqual([]);
  expect(data.upsertProfiles).toMatchObject({
    created: 2,
    rejected: [
      { index: 1, field: 'id' },
      { index: 2, field: 'consent', message: 'has a value that is not true or false' },
    ],
  });
  expect(data.upsertProfiles.results.map((row: { outcome: string }) => row.outcome)).toEqual([
    'CREATED',
    'REJECTED',
    'REJECTED',
    'CREATED',
  ]);
  const again = await admin(shop.secretKey, upsert, { profiles: [{ id: 'ann', attributes: null }] });
  expect(again.data.upsertProfiles).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
  const exported = 'mutation { exportProfile(id: "ann") }';
  expect((await admin(shop.secretKey, exported)).data.exportProfile).toMatchObject({
    attributes: { country: 'DE' },
    consent: { personalisation: true },
  });
  expect((await admin(other.secretKey, exported)).errors[0]?.extensions.code).toBe('NOT_FOUND');
  const { rows } = await fixture.pool.query(`SELECT detail FROM audit_entry WHERE action = 'profile.upsert'`);
  expect(rows).toEqual([{ detail: { created: 2, updated: 0 } }]);
});

test('profiles are for secret keys, and 1,000 a call', async () => {
  const one = { profiles: [{ id: 'eve' }] };
  const refused = await admin(fixture.shop.publicKey, upsert, one);
  expect(refused.errors[0]?.extensions.code).toMatch(/FORBIDDEN|UNAUTHENTICATED/);
  const profiles = Array.from({ length: 1_001 }, (_, index) => ({ id: `p${index}` }));
  const { errors } = await admin(fixture.shop.secretKey, upsert, { profiles });
  expect(errors[0]?.message).toMatch(/at most 1000 a call/);
});

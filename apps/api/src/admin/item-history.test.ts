import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi, type Tenant } from '../api.fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  await api.store(api.shop, { id: 'lamp', title: 'desk lamp', price: 10, attributes: { colour: null } });
  await api.store(api.other, { id: 'foreign', title: 'of the other catalogue' });
});
afterAll(() => api.close());

const admin = (tenant: Tenant, query: string, variables: object = {}) =>
  api.ask(tenant.secretKey, query, variables, { path: '/admin/graphql' });
const itemOf = async (tenant: Tenant, id: string) =>
  (await admin(tenant, 'query ($id: ID!) { item(id: $id) { title price attributes revision } }', { id })).data
    .item;
const save = (tenant: Tenant, input: object, expectedRevision: string | null) =>
  admin(
    tenant,
    `mutation ($input: ItemInput!, $expectedRevision: String) {
       saveItem(input: $input, expectedRevision: $expectedRevision) { id title price attributes revision encoding } }`,
    { input, expectedRevision },
  );
const history = (tenant: Tenant, id: string, page = '') =>
  admin(
    tenant,
    `query ($id: ID!) { itemHistory(id: $id ${page}) {
       nodes { id kind actor fields { field before after } importRun { fileName } editId }
       pageInfo { hasNextPage endCursor } origin { actor } } }`,
    { id },
  );

describe('saving one item', () => {
  it('goes on from the revision that was seen, and answers the item with its next one', async () => {
    const { revision } = await itemOf(api.shop, 'lamp');
    const saved = await save(
      api.shop,
      { id: 'lamp', title: 'reading lamp', price: 12, attributes: { colour: null } },
      revision,
    );
    expect(saved.errors).toEqual([]);
    expect(saved.data.saveItem).toMatchObject({
      title: 'reading lamp',
      attributes: { colour: null },
      encoding: 'WAITING',
    });
    expect(saved.data.saveItem.revision).not.toBe(revision);
    const stale = await save(api.shop, { id: 'lamp', title: 'mine' }, revision);
    expect(stale.errors[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      current: { item: { title: 'reading lamp', price: 12 }, revision: saved.data.saveItem.revision },
    });
    expect((await itemOf(api.shop, 'lamp')).title).toBe('reading lamp');
  });

  it('names every field that is wrong, and stores nothing', async () => {
    const { revision } = await itemOf(api.shop, 'lamp');
    const input = {
      id: 'lamp',
      title: ' ',
      price: -1,
      currency: 'euro',
      url: 'nowhere',
      publishedAt: '2026-12-01T00:00:00Z',
      expiresAt: '2026-11-01T00:00:00Z',
    };
    const refused = await save(api.shop, input, revision);
    const problems = refused.errors[0]?.extensions.problems as readonly { field: string }[];
    expect(problems.map(({ field }) => field).sort()).toEqual([
      'input.currency',
      'input.expiresAt',
      'input.price',
      'input.title',
      'input.url',
    ]);
    expect((await itemOf(api.shop, 'lamp')).revision).toBe(revision);
  });

  it('touches no item of another catalogue, whatever its id and revision', async () => {
    const foreign = await itemOf(api.other, 'foreign');
    const answer = await save(api.shop, { id: 'foreign', title: 'taken' }, foreign.revision);
    expect(answer.errors[0]?.extensions.code).toBe('NOT_FOUND');
    await save(api.shop, { id: 'foreign', title: 'a namesake' }, null);
    expect(await itemOf(api.other, 'foreign')).toEqual(foreign);
    expect((await history(api.other, 'foreign')).data.itemHistory.nodes).toEqual([]);
  });
});

describe('the history of an item', () => {
  it('tells who changed what, a page at a time, the newest first', async () => {
    const { revision } = await itemOf(api.shop, 'lamp');
    await save(
      api.shop,
      { id: 'lamp', title: 'reading lamp', price: 15, attributes: { colour: null } },
      revision,
    );
    const first = (await history(api.shop, 'lamp', ', first: 1')).data.itemHistory;
    expect(first.nodes).toEqual([
      {
        id: expect.any(String),
        kind: 'UPDATED',
        actor: expect.stringMatching(/^key:/),
        fields: [{ field: 'price', before: 12, after: 15 }],
        importRun: null,
        editId: null,
      },
    ]);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const after = `, first: 1, after: "${first.pageInfo.endCursor}"`;
    const second = (await history(api.shop, 'lamp', after)).data.itemHistory;
    expect(second.nodes[0].fields.map(({ field }: { field: string }) => field).sort()).toEqual([
      'price',
      'title',
    ]);
    expect(second.pageInfo.hasNextPage).toBe(false);
  });

  it('is that of a known item of the caller', async () => {
    for (const [tenant, id] of [
      [api.other, 'lamp'],
      [api.shop, 'unknown'],
    ] as const)
      expect((await history(tenant, id)).errors[0]?.extensions.code).toBe('NOT_FOUND');
    expect((await history(api.shop, 'lamp', ', after: "x"')).errors[0]?.extensions.code).toBe('BAD_INPUT');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi, type Tenant } from '../api.fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  await api.store(
    api.shop,
    { id: 'red', title: 'red apple pie', categories: ['cake'] },
    { id: 'green', title: 'green apple pie', categories: ['cake'] },
    { id: 'car', title: 'fast blue car', categories: ['vehicle'] },
  );
});
afterAll(() => api.close());

const admin = (tenant: Tenant, query: string, variables: object = {}) =>
  api.ask(tenant.secretKey, query, variables, { path: '/admin/graphql' });
const query = `query ($id: ID!) { itemSurroundings(id: $id) {
  neighbours { id title similarity } rules { key kind } exposure { impressions daily } edits { id } } }`;
const surroundings = async (id: string) => (await admin(api.shop, query, { id })).data.itemSurroundings;

describe('the surroundings of an item', () => {
  it('have what reads alike first, and never the item itself', async () => {
    const { neighbours } = await surroundings('red');
    expect(neighbours.map(({ id }: { id: string }) => id)).toEqual(['green', 'car']);
    expect(neighbours[0]).toMatchObject({ title: 'green apple pie' });
    expect(neighbours[0].similarity).toBeGreaterThan(neighbours[1].similarity);
  });

  it('have the impressions it got while it was new', async () => {
    const list =
      '{ recommendations(placement: "home", first: 3, subject: { interests: ["apple"] }) { nodes { id } } }';
    await api.ask(api.shop.publicKey, list);
    await expect
      .poll(async () => (await surroundings('red')).exposure?.impressions ?? 0, { timeout: 20_000 })
      .toBeGreaterThan(0);
    const { exposure } = await surroundings('red');
    expect(exposure.daily[0]).toBe(exposure.impressions);
  });

  it('have the edits of many items that changed it, and no others', async () => {
    const edit = `mutation { editItems(selection: { ids: ["red"] }, edit: { kind: DELETE }) { id } }`;
    await admin(api.shop, edit);
    // asked for, and made by nobody yet
    expect((await surroundings('red')).edits).toEqual([]);
  });

  it('are those of a known item of the caller', async () => {
    for (const [tenant, id] of [
      [api.other, 'red'],
      [api.shop, 'unknown'],
    ] as const) {
      expect((await admin(tenant, query, { id })).errors[0]?.extensions.code).toBe('NOT_FOUND');
    }
  });
});

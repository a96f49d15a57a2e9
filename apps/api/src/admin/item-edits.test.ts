import { listAudit } from '@kindling/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi, type Tenant } from '../api.fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  await api.store(api.shop, ...['a', 'b', 'c'].map((id) => ({ id, title: `Apple ${id}` })));
  await api.store(api.other, { id: 'a', title: 'Apple of others' });
});
afterAll(() => api.close());

const admin = (tenant: Tenant, query: string, variables: object = {}) =>
  api.ask(tenant.secretKey, query, variables, { path: '/admin/graphql' });
const editItems = `mutation ($selection: ItemSelectionInput!, $edit: ItemEditInput!) {
  editItems(selection: $selection, edit: $edit) { id edit status total done canUndo requestedBy refusedItems { id } } }`;
const hide = { kind: 'SET_STATUS', status: 'HIDDEN' };

describe('an edit of items', () => {
  it('is counted before it is asked for, and then stands in the queue and once in the audit log', async () => {
    const selection = { filter: { query: 'apple' } };
    const count = 'query ($s: ItemSelectionInput!) { countSelectedItems(selection: $s) }';
    expect((await admin(api.shop, count, { s: selection })).data.countSelectedItems).toBe(3);
    expect((await admin(api.shop, count, { s: { ids: ['a', 'nobody'] } })).data.countSelectedItems).toBe(1);
    const { data } = await admin(api.shop, editItems, { selection, edit: hide });
    expect(data.editItems).toMatchObject({ edit: hide, status: 'QUEUED', total: 3, done: 0, canUndo: false });
    const [entry] = await listAudit(api.pool, api.shop.id, 1, null);
    expect(entry).toMatchObject({ action: 'items.edit', target: data.editItems.id, detail: { items: 3 } });
    const list = await admin(api.shop, '{ itemEdits { id } }');
    expect(list.data.itemEdits).toEqual([{ id: data.editItems.id }]);
    const one = 'query ($id: ID!) { itemEdit(id: $id) { total } }';
    expect((await admin(api.shop, one, { id: data.editItems.id })).data.itemEdit.total).toBe(3);
    expect((await admin(api.other, one, { id: data.editItems.id })).errors[0]?.extensions.code).toBe(
      'NOT_FOUND',
    );
    const undo = 'mutation ($id: ID!) { undoItemEdit(id: $id) { id } }';
    expect((await admin(api.shop, undo, { id: data.editItems.id })).errors[0]?.extensions.code).toBe(
      'CONFLICT',
    );
    expect((await admin(api.other, undo, { id: data.editItems.id })).errors[0]?.extensions.code).toBe(
      'NOT_FOUND',
    );
  });

  it.each([
    [{}, hide, /Send one of ids, numbers and filter/],
    [{ ids: ['a'], numbers: [1] }, hide, /Send one of/],
    [{ ids: ['a'] }, { kind: 'SET_STATUS' }, /edit.status/],
    [{ ids: ['a'] }, { kind: 'ADD_TAGS', values: [] }, /edit.values is empty/],
    [{ ids: ['a'] }, { kind: 'SET_ATTRIBUTE', name: 'colour' }, /edit.value is missing/],
    [{ ids: Array.from({ length: 10_001 }, String) }, hide, /10000/],
  ])('%# is refused with what is wrong', async (selection, edit, message) => {
    const { errors } = await admin(api.shop, editItems, { selection, edit });
    expect(errors[0]).toMatchObject({
      message: expect.stringMatching(message),
      extensions: { code: 'BAD_INPUT' },
    });
  });
});

describe('a view of the catalogue', () => {
  const save = (name: string, expectedVersion: number, filters: object) =>
    admin(
      api.shop,
      'mutation ($input: ItemViewInput!) { saveItemView(input: $input) { name version filters changedBy } }',
      { input: { name, expectedVersion, filters } },
    );

  it('is shared under its name, and replaced only by who has seen its last version', async () => {
    const filters = { query: 'war', status: 'HIDDEN', sort: 'TITLE' };
    expect((await save(' Hidden wars ', 0, filters)).data.saveItemView).toMatchObject({
      name: 'Hidden wars',
      version: 1,
      filters,
    });
    expect((await save('Hidden wars', 0, {})).errors[0]?.extensions).toMatchObject({ code: 'CONFLICT' });
    expect((await save('Hidden wars', 1, { query: 'peace' })).data.saveItemView.version).toBe(2);
    const stale = (await save('Hidden wars', 1, {})).errors[0]?.extensions;
    expect(stale).toMatchObject({ code: 'CONFLICT', current: { version: 2, filters: { query: 'peace' } } });
    const views = '{ itemViews { name filters } }';
    expect((await admin(api.shop, views)).data.itemViews).toEqual([
      { name: 'Hidden wars', filters: { query: 'peace' } },
    ]);
    expect((await admin(api.other, views)).data.itemViews).toEqual([]);
  });

  it('is deleted, and each change is in the audit log', async () => {
    const remove = 'mutation { deleteItemView(name: "Hidden wars") }';
    expect((await admin(api.other, remove)).data.deleteItemView).toBe(false);
    expect((await admin(api.shop, remove)).data.deleteItemView).toBe(true);
    expect((await admin(api.shop, remove)).data.deleteItemView).toBe(false);
    const entries = await listAudit(api.pool, api.shop.id, 3, null);
    expect(entries.map(({ action }) => action)).toEqual(['view.delete', 'view.save', 'view.save']);
  });

  it('has filters that the table has, and no others', async () => {
    for (const filters of [{ colour: 'red' }, { sort: 'RANDOM' }]) {
      expect((await save('Odd', 0, filters)).errors[0]?.extensions.code).toBe('BAD_INPUT');
    }
  });
});

import { type CatalogueId, type ItemEdit, itemSchema } from '@kindling/domain';
import {
  findItemEdit,
  findOpenItemEdits,
  type ItemSelection,
  listAudit,
  listItems,
  listRefusedRows,
  startItemEdit,
  startItemUndo,
  upsertItems,
} from '@kindling/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noFailpoint, openWorkerFixture, silentLog, type WorkerFixture } from '../worker.fixture.js';
import { editItems } from './edit-items.js';

let fixture: WorkerFixture;
beforeAll(async () => {
  fixture = await openWorkerFixture();
});
afterAll(() => fixture.close());

const never = new AbortController().signal;
const work = (editId: string, failpoint: (name: string) => void = noFailpoint) =>
  editItems({ pool: fixture.pool, log: silentLog, failpoint, batchItems: 10 })({ editId }, never);

/** 25 items of which the first 12 are apples. */
async function shopOf(name: string): Promise<CatalogueId> {
  const catalogue = await fixture.catalogue(name);
  const items = Array.from({ length: 25 }, (_, at) =>
    itemSchema.parse({
      id: `i${at}`,
      title: at < 12 ? `Apple ${at}` : `Pear ${at}`,
      attributes: { place: at },
    }),
  );
  await upsertItems(
    fixture.pool,
    catalogue,
    items.map((item) => ({ item, contentHash: item.title })),
  );
  return catalogue;
}
async function itemsOf(catalogue: CatalogueId) {
  const page = await listItems(fixture.pool, catalogue, {
    first: 100,
    after: null,
    sort: 'TITLE',
    filter: {},
  });
  return new Map(page.items.map(({ item }) => [String(item.id), item]));
}
const start = (catalogue: CatalogueId, edit: ItemEdit, selection: ItemSelection) =>
  startItemEdit(fixture.pool, catalogue, { edit, selection, actor: 'member:a@b' });
const runOf = (catalogue: CatalogueId, id: string) => findItemEdit(fixture.pool, catalogue, id);

describe('an edit of many items', () => {
  test('changes all that fit a filter when it was asked for, and nothing else, with one audit entry', async () => {
    const catalogue = await shopOf('edit-filter');
    const { id, total } = await start(
      catalogue,
      { kind: 'ADD_CATEGORIES', values: ['fruit'] },
      { filter: { query: 'apple' } },
    );
    expect(total).toBe(12);
    expect(await findOpenItemEdits(fixture.pool)).toContain(id);
    await work(id);
    expect(await runOf(catalogue, id)).toMatchObject({
      status: 'SUCCEEDED',
      done: 12,
      changed: 12,
      canUndo: true,
    });
    const items = [...(await itemsOf(catalogue)).values()];
    expect(items.filter(({ categories }) => categories.includes('fruit'))).toHaveLength(12);
    expect(items.every(({ encoding }) => encoding === 'WAITING')).toBe(true);
    const entries = await listAudit(fixture.pool, catalogue, 10, null);
    expect(entries.filter(({ action }) => action === 'items.edit')).toMatchObject([
      { actor: 'member:a@b', target: id, detail: { items: 12, edit: { kind: 'ADD_CATEGORIES' } } },
    ]);
  });

  test('says what became of each item: changed, as wanted already, refused with the reason', async () => {
    const catalogue = await shopOf('edit-results');
    const full = 'x'.repeat(32_745);
    await upsertItems(fixture.pool, catalogue, [
      {
        item: itemSchema.parse({ id: 'i0', title: 'Apple 0', attributes: { full } }),
        contentHash: 'Apple 0',
      },
      {
        item: itemSchema.parse({
          id: 'i1',
          title: 'Apple 1',
          attributes: { season: 'autumn and a long winter after it', place: 1 },
        }),
        contentHash: 'Apple 1',
      },
    ]);
    const edit: ItemEdit = {
      kind: 'SET_ATTRIBUTE',
      name: 'season',
      value: 'autumn and a long winter after it',
    };
    const { id } = await start(catalogue, edit, { ids: ['i0', 'i1', 'i2', 'unknown'] });
    await work(id);
    expect(await runOf(catalogue, id)).toMatchObject({ total: 3, changed: 1, unchanged: 1, refused: 1 });
    expect(await listRefusedRows(fixture.pool, id, 10)).toEqual([
      { id: 'i0', reason: expect.stringMatching(/^attributes is larger than/) },
    ]);
  });

  test.each<ItemEdit>([
    { kind: 'DELETE' },
    { kind: 'SET_STATUS', status: 'HIDDEN' },
    { kind: 'REMOVE_ATTRIBUTE', name: 'place' },
    { kind: 'SET_CATEGORIES', values: ['sale'] },
  ])('$kind is taken back whole, but for items that somebody changed since', async (edit) => {
    const catalogue = await shopOf(`undo-${edit.kind.toLowerCase().replace('_', '-')}`);
    const before = await itemsOf(catalogue);
    const { id } = await start(catalogue, edit, { filter: { query: 'apple' } });
    await work(id);
    const touched = itemSchema.parse({ id: 'i3', title: 'Apple of somebody else' });
    await upsertItems(fixture.pool, catalogue, [{ item: touched, contentHash: 'other' }]);
    const undo = await startItemUndo(fixture.pool, catalogue, id, 'member:a@b');
    await work(undo.id);
    expect(await runOf(catalogue, undo.id)).toMatchObject({ status: 'SUCCEEDED', changed: 11, refused: 1 });
    const after = await itemsOf(catalogue);
    for (const [key, { updatedAt: _u, encoding: _e, ...item }] of before) {
      expect(after.get(key)).toMatchObject(key === 'i3' ? { title: 'Apple of somebody else' } : item);
    }
    await expect(startItemUndo(fixture.pool, catalogue, id, 'member:a@b')).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  test('goes on where a worker died, and changes nothing twice', async () => {
    const catalogue = await shopOf('edit-killed');
    const { id } = await start(
      catalogue,
      { kind: 'APPEND_ATTRIBUTE', name: 'log', value: 'once' },
      { filter: {} },
    );
    let commits = 0;
    const dies = (name: string) => {
      if (name === 'edit.before-commit' && ++commits === 2) throw new Error('killed');
    };
    await expect(work(id, dies)).rejects.toThrow('killed');
    expect(await runOf(catalogue, id)).toMatchObject({ status: 'RUNNING', done: 10, changed: 10 });
    await work(id);
    expect(await runOf(catalogue, id)).toMatchObject({ status: 'SUCCEEDED', done: 25, changed: 25 });
    for (const { attributes } of (await itemsOf(catalogue)).values())
      expect(attributes.log).toEqual(['once']);
  });

  test('reaches no item of another catalogue, by number or by id', async () => {
    const [catalogue, other] = [await shopOf('edit-mine'), await shopOf('edit-theirs')];
    const numbers = [...(await itemsOf(other)).values()].map(({ number }) => Number(number));
    const { id, total } = await start(catalogue, { kind: 'DELETE' }, { numbers });
    expect(total).toBe(0);
    await work(id);
    expect(await runOf(catalogue, id)).toMatchObject({ status: 'SUCCEEDED', changed: 0, canUndo: false });
    expect(await runOf(other, id)).toBeNull();
    expect((await itemsOf(other)).size).toBe(25);
  });
});

import { describe, expect, it } from 'vitest';
import { itemSchema } from './item.js';
import { type EditedItem, editItem, type FieldEdit, fieldsOf, itemEditSchema } from './item-edit.js';

const item = itemSchema.parse({
  id: 'one',
  title: 'One',
  categories: ['a', 'b'],
  tags: ['x'],
  attributes: { colour: 'red', sizes: ['S'] },
});
const edited = (edit: FieldEdit) => {
  const result: EditedItem = editItem(item, edit);
  if ('problem' in result) throw new Error(result.problem);
  return result.item;
};

describe('an edit of an item', () => {
  it.each<[FieldEdit, object]>([
    [{ kind: 'SET_STATUS', status: 'HIDDEN' }, { status: 'HIDDEN' }],
    [{ kind: 'ADD_CATEGORIES', values: ['b', 'c'] }, { categories: ['a', 'b', 'c'] }],
    [{ kind: 'REMOVE_CATEGORIES', values: ['a', 'z'] }, { categories: ['b'] }],
    [{ kind: 'SET_CATEGORIES', values: ['z'] }, { categories: ['z'] }],
    [{ kind: 'ADD_TAGS', values: ['y'] }, { tags: ['x', 'y'] }],
    [{ kind: 'REMOVE_TAGS', values: ['x'] }, { tags: [] }],
    [{ kind: 'SET_ATTRIBUTE', name: 'colour', value: 7 }, { attributes: { colour: 7, sizes: ['S'] } }],
    [
      { kind: 'APPEND_ATTRIBUTE', name: 'sizes', value: 'M' },
      { attributes: { colour: 'red', sizes: ['S', 'M'] } },
    ],
    [
      { kind: 'APPEND_ATTRIBUTE', name: 'sizes', value: 'S' },
      { attributes: { colour: 'red', sizes: ['S'] } },
    ],
    [
      { kind: 'APPEND_ATTRIBUTE', name: 'colour', value: 'blue' },
      { attributes: { colour: ['red', 'blue'], sizes: ['S'] } },
    ],
    [{ kind: 'REMOVE_ATTRIBUTE', name: 'colour' }, { attributes: { sizes: ['S'] } }],
  ])('%j changes that and nothing else, and its fields put it back', (edit, changed) => {
    expect(edited(edit)).toEqual({ ...item, ...changed });
    expect({ ...edited(edit), ...fieldsOf(item, edit) }).toEqual(item);
  });

  it('is refused, with the field, where the item would not be valid any more', () => {
    const edit: FieldEdit = { kind: 'SET_ATTRIBUTE', name: 'text', value: 'x'.repeat(40_000) };
    expect(editItem(item, edit)).toEqual({ problem: expect.stringMatching(/^attributes is larger than/) });
  });

  it('is asked for completely', () => {
    expect(itemEditSchema.safeParse({ kind: 'SET_ATTRIBUTE', name: 'colour' }).success).toBe(false);
    expect(itemEditSchema.safeParse({ kind: 'ADD_TAGS', values: [] }).success).toBe(false);
    expect(itemEditSchema.safeParse({ kind: 'ADD_TAGS', values: [' new '] }).data).toEqual({
      kind: 'ADD_TAGS',
      values: ['new'],
    });
  });
});

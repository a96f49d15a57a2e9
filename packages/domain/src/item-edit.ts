import { z } from 'zod';
import { type Item, itemLimits, itemSchema, itemStatuses } from './item.js';
import type { JsonValue } from './json.js';

const name = z
  .string()
  .trim()
  .min(1, 'is empty')
  .max(128, 'is longer than 128 characters')
  .refine((value) => !value.includes('\0'), 'contains a NUL character');
const values = z
  .array(name.pipe(z.string().max(itemLimits.listEntryCharacters)))
  .min(1, 'is empty')
  .max(itemLimits.listEntries, `has more than ${itemLimits.listEntries} entries`);
const value = z.custom<JsonValue>((given) => given !== undefined, 'is missing');

/** One change that is made to many items alike. Titles and texts are not among them: no two items share one. */
export const itemEditSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('DELETE') }),
  z.object({ kind: z.literal('SET_STATUS'), status: z.enum(itemStatuses) }),
  z.object({ kind: z.literal('ADD_CATEGORIES'), values }),
  z.object({ kind: z.literal('REMOVE_CATEGORIES'), values }),
  z.object({ kind: z.literal('SET_CATEGORIES'), values }),
  z.object({ kind: z.literal('ADD_TAGS'), values }),
  z.object({ kind: z.literal('REMOVE_TAGS'), values }),
  z.object({ kind: z.literal('SET_ATTRIBUTE'), name, value }),
  z.object({ kind: z.literal('APPEND_ATTRIBUTE'), name, value }),
  z.object({ kind: z.literal('REMOVE_ATTRIBUTE'), name }),
]);
export type ItemEdit = z.infer<typeof itemEditSchema>;
export type FieldEdit = Exclude<ItemEdit, { readonly kind: 'DELETE' }>;
export const itemEditKinds = itemEditSchema.options.map(({ shape }) => shape.kind.value);

export type EditedItem = { readonly item: Item } | { readonly problem: string };

/** The item as it is after the edit; a problem when it would not be a valid item any more. */
export function editItem(item: Item, edit: FieldEdit): EditedItem {
  const parsed = itemSchema.safeParse({ ...item, ...changedFields(item, edit) });
  if (parsed.success) return { item: parsed.data };
  return {
    problem: parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; '),
  };
}

/** The fields that an edit is about, as the item has them: what an undo puts back. */
export function fieldsOf(item: Item, edit: FieldEdit): Partial<Item> {
  switch (edit.kind) {
    case 'SET_STATUS':
      return { status: item.status };
    case 'ADD_CATEGORIES':
    case 'REMOVE_CATEGORIES':
    case 'SET_CATEGORIES':
      return { categories: item.categories };
    case 'ADD_TAGS':
    case 'REMOVE_TAGS':
      return { tags: item.tags };
    case 'SET_ATTRIBUTE':
    case 'APPEND_ATTRIBUTE':
    case 'REMOVE_ATTRIBUTE':
      return { attributes: item.attributes };
  }
}

function changedFields(item: Item, edit: FieldEdit): Partial<Item> {
  switch (edit.kind) {
    case 'SET_STATUS':
      return { status: edit.status };
    case 'ADD_CATEGORIES':
      return { categories: [...new Set([...item.categories, ...edit.values])] };
    case 'REMOVE_CATEGORIES':
      return { categories: item.categories.filter((one) => !edit.values.includes(one)) };
    case 'SET_CATEGORIES':
      return { categories: edit.values };
    case 'ADD_TAGS':
      return { tags: [...new Set([...item.tags, ...edit.values])] };
    case 'REMOVE_TAGS':
      return { tags: item.tags.filter((one) => !edit.values.includes(one)) };
    case 'SET_ATTRIBUTE':
      return { attributes: { ...item.attributes, [edit.name]: edit.value } };
    case 'APPEND_ATTRIBUTE':
      return {
        attributes: { ...item.attributes, [edit.name]: appended(item.attributes[edit.name], edit.value) },
      };
    case 'REMOVE_ATTRIBUTE': {
      const { [edit.name]: _, ...attributes } = item.attributes;
      return { attributes };
    }
  }
}

/** A single value becomes a list of two; a value that is in the list already is not added again. */
function appended(before: JsonValue | undefined, value: JsonValue): JsonValue {
  if (before === undefined || before === null) return [value];
  const list: readonly JsonValue[] = isList(before) ? before : [before];
  return list.some((one) => JSON.stringify(one) === JSON.stringify(value)) ? list : [...list, value];
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

import type { FileColumn } from './file-head';

/** What a column may become, besides an attribute of its own name. */
export const itemFields = [
  'id',
  'title',
  'description',
  'categories',
  'tags',
  'price',
  'currency',
  'imageUrl',
  'url',
  'publishedAt',
  'expiresAt',
  'status',
] as const;
export type ItemField = (typeof itemFields)[number];
export const requiredFields = ['id', 'title'] as const satisfies readonly ItemField[];
/** Fields that take the values of several columns. */
const listFields: readonly string[] = ['categories', 'tags'];
export const ignored = 'ignore';

/** Column name to target: an item field, `attributes`, `attributes.<name>`, or `ignore`. */
export type ColumnMapping = Readonly<Record<string, string>>;

export const attributeTarget = (column: string) =>
  column === 'attributes' || column.startsWith('attributes.') ? column : `attributes.${column}`;

/** The server's proposal for the columns of a file; a column that it says nothing of becomes an attribute. */
export function mappingFrom(
  columns: readonly FileColumn[],
  proposed: readonly { readonly column: string; readonly field: string }[],
): ColumnMapping {
  const targets = new Map(proposed.map(({ column, field }) => [column, field]));
  return Object.fromEntries(columns.map(({ name }) => [name, targets.get(name) ?? attributeTarget(name)]));
}

/** Gives a column a target; a field that holds one value has one column, so the one that had it becomes an attribute. */
export function assign(mapping: ColumnMapping, column: string, target: string): ColumnMapping {
  const isSingle = itemFields.some((field) => field === target) && !listFields.includes(target);
  const freed = Object.entries(mapping).map(([name, old]) => [
    name,
    isSingle && old === target ? attributeTarget(name) : old,
  ]);
  return { ...Object.fromEntries(freed), [column]: target };
}

export const missingFields = (mapping: ColumnMapping) =>
  requiredFields.filter((field) => !Object.values(mapping).includes(field));

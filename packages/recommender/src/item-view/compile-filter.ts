import type { ItemFilter, NumberRange } from '@kindling/domain';
import { type ItemColumns, type NumberField, numberFields } from './item-columns.js';

export type RowPredicate = (row: number) => boolean;

/**
 * A filter with its names and values already looked up: what domain matchesFilter says of an item's payload, as a
 * few comparisons of numbers. Good for one request; a value first seen later is not in it.
 */
export function compileFilter(filter: ItemFilter, columns: ItemColumns): RowPredicate {
  if ('all' in filter) {
    const parts = filter.all.map((part) => compileFilter(part, columns));
    return (row) => parts.every((part) => part(row));
  }
  if ('any' in filter) {
    const parts = filter.any.map((part) => compileFilter(part, columns));
    return (row) => parts.some((part) => part(row));
  }
  if ('not' in filter) {
    const part = compileFilter(filter.not, columns);
    return (row) => !part(row);
  }
  if (isNumberField(filter.field)) return onNumber(filter.field, filter, columns);
  const field = columns.names.find(filter.field);
  if (field === undefined) return () => false;
  if ('in' in filter) {
    const wanted = new Set(filter.in.map((value) => columns.values.find(value)));
    return (row) => columns.some(row, field, (value) => wanted.has(value));
  }
  const { range } = filter;
  return (row) =>
    columns.some(row, field, (id) => {
      const value = columns.values.valueOf(id);
      return typeof value === 'number' && inRange(value, range);
    });
}

function onNumber(
  field: NumberField,
  filter: { readonly in: readonly unknown[] } | { readonly range: NumberRange },
  columns: ItemColumns,
): RowPredicate {
  // The column is read anew for each row: it is another array after the view has grown.
  const valueAt = (row: number) => columns[field][row] ?? Number.NaN;
  if ('in' in filter) {
    return (row) => {
      const value = valueAt(row);
      return !Number.isNaN(value) && filter.in.includes(value);
    };
  }
  return (row) => {
    const value = valueAt(row);
    return !Number.isNaN(value) && inRange(value, filter.range);
  };
}

const isNumberField = (field: string): field is NumberField =>
  (numberFields as readonly string[]).includes(field);

const inRange = (value: number, { gte, gt, lte, lt }: NumberRange) =>
  (gte === undefined || value >= gte) &&
  (gt === undefined || value > gt) &&
  (lte === undefined || value <= lte) &&
  (lt === undefined || value < lt);

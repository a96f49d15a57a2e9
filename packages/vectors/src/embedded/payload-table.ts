import type { FilterPayload, ItemFilter, NumberRange } from '@kindling/domain';
import { PayloadColumn, type Scalar } from './payload-column.js';

/** The payloads of a shard as columns, by row number; answers filters as a mask of rows. */
export class PayloadTable {
  private readonly columns = new Map<string, PayloadColumn>();
  /** Which fields a row has. Rows with the same fields share one list of them. */
  private readonly shapes = new Map<string, readonly string[]>();
  private readonly shapeOfRow: (readonly string[])[] = [];
  private lastShape: readonly string[] = [];

  get bytes(): number {
    let sum = this.shapeOfRow.length * 8;
    for (const [field, column] of this.columns) sum += field.length * 2 + column.bytes;
    return sum;
  }

  set(row: number, payload: FilterPayload, totalRows: number): void {
    this.clear(row);
    const fields: string[] = [];
    for (const [field, value] of Object.entries(payload)) {
      const values = scalars(value);
      if (values.length === 0) continue;
      let column = this.columns.get(field);
      if (!column) {
        column = new PayloadColumn();
        this.columns.set(field, column);
      }
      column.set(row, values, totalRows);
      fields.push(field);
    }
    this.shapeOfRow[row] = this.shapeOf(fields);
  }

  clear(row: number): void {
    for (const field of this.shapeOfRow[row] ?? []) {
      const column = this.columns.get(field);
      column?.clear(row);
      if (column?.rows === 0) this.columns.delete(field);
    }
    this.shapeOfRow[row] = [];
  }

  /** Moves the last row, `from`, into the place of a cleared one. */
  move(from: number, to: number, totalRows: number): void {
    const shape = this.shapeOfRow[from] ?? [];
    for (const field of shape) this.columns.get(field)?.move(from, to, totalRows);
    this.shapeOfRow[to] = shape;
    this.shapeOfRow[from] = [];
  }

  truncate(rows: number): void {
    this.shapeOfRow.length = Math.min(this.shapeOfRow.length, rows);
  }

  valuesAt(row: number, field: string): readonly Scalar[] {
    if (!this.shapeOfRow[row]?.includes(field)) return [];
    return this.columns.get(field)?.valuesAt(row) ?? [];
  }

  payloadAt(row: number): FilterPayload {
    return Object.fromEntries(
      (this.shapeOfRow[row] ?? []).map((field) => [field, this.valuesAt(row, field)]),
    );
  }

  /** One byte a row: 1 where the payload satisfies the filter, as `matchesFilter` of the domain reads it. */
  mask(filter: ItemFilter, rows: number): Uint8Array {
    if ('all' in filter) {
      const result = new Uint8Array(rows).fill(1);
      for (const part of filter.all) {
        const other = this.mask(part, rows);
        for (let row = 0; row < rows; row++) result[row] = (result[row] as number) & (other[row] as number);
      }
      return result;
    }
    if ('any' in filter) {
      const result = new Uint8Array(rows);
      for (const part of filter.any) {
        const other = this.mask(part, rows);
        for (let row = 0; row < rows; row++) result[row] = (result[row] as number) | (other[row] as number);
      }
      return result;
    }
    if ('not' in filter) {
      const result = this.mask(filter.not, rows);
      for (let row = 0; row < rows; row++) result[row] = 1 - (result[row] as number);
      return result;
    }
    const result = new Uint8Array(rows);
    const condition = 'in' in filter ? { in: filter.in } : { accepts: rangeTest(filter.range) };
    this.columns.get(filter.field)?.mark(condition, result);
    return result;
  }

  private shapeOf(fields: readonly string[]): readonly string[] {
    // Neighbours are alike: mostly the shape of the row before.
    const last = this.lastShape;
    if (fields.length === last.length && fields.every((field, at) => field === last[at])) return last;
    const name = JSON.stringify(fields);
    const shape = this.shapes.get(name) ?? fields;
    // Catalogues have a handful of shapes; where every item has its own, they are not worth remembering.
    if (this.shapes.size < 1_000) this.shapes.set(name, shape);
    this.lastShape = shape;
    return shape;
  }
}

const scalars = (value: FilterPayload[string] | undefined): readonly Scalar[] => {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value : [value as Scalar];
};

function rangeTest(range: NumberRange): (value: number) => boolean {
  const { gte = -Infinity, gt = -Infinity, lte = Infinity, lt = Infinity } = range;
  // Payload numbers are finite, so an absent bound is one at infinity.
  return (value) => value >= gte && value > gt && value <= lte && value < lt;
}

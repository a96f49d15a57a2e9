import type { TrainingData } from './training-data.js';

/** Compressed sparse rows: row r holds columns[k], values[k] for offsets[r] <= k < offsets[r + 1], columns ascending. */
export interface SparseMatrix {
  readonly rows: number;
  readonly columnCount: number;
  readonly offsets: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/** From coordinates in any order; coordinates that repeat are added up. */
export function sparseMatrix(
  rows: number,
  columnCount: number,
  row: Int32Array,
  column: Int32Array,
  value: Float32Array,
): SparseMatrix {
  // Two counting sorts: by column, then (stable) by row, leave every row's columns ascending.
  const byColumn = countingSort(column, columnCount, null);
  const order = countingSort(row, rows, byColumn);
  const offsets = new Int32Array(rows + 1);
  const columns = new Int32Array(order.length);
  const values = new Float32Array(order.length);
  let used = 0;
  let next = 0;
  for (let current = 0; current < rows; current++) {
    offsets[current] = used;
    const start = used;
    for (; next < order.length; next++) {
      const at = order[next] as number;
      if (row[at] !== current) break;
      if (used > start && columns[used - 1] === column[at]) {
        values[used - 1] = (values[used - 1] as number) + (value[at] as number);
        continue;
      }
      columns[used] = column[at] as number;
      values[used] = value[at] as number;
      used++;
    }
  }
  offsets[rows] = used;
  return { rows, columnCount, offsets, columns: columns.slice(0, used), values: values.slice(0, used) };
}

export function transposed({ rows, columnCount, offsets, columns, values }: SparseMatrix): SparseMatrix {
  const row = new Int32Array(columns.length);
  for (let r = 0; r < rows; r++) row.fill(r, offsets[r], offsets[r + 1]);
  return sparseMatrix(columnCount, rows, columns, row, values);
}

/** profiles x items, the weights of the interactions. */
export function interactionMatrix({ items, profiles, interactions }: TrainingData): SparseMatrix {
  return sparseMatrix(profiles, items.length, interactions.profile, interactions.item, interactions.weight);
}

/** float32[rows, rows] = M M', by inverted columns; only the non-zero products are touched. */
export function gram(matrix: SparseMatrix): Float32Array {
  const { rows, offsets, columns, values } = matrix;
  const inverted = transposed(matrix);
  const result = new Float32Array(rows * rows);
  for (let row = 0; row < rows; row++) {
    for (let k = offsets[row] as number; k < (offsets[row + 1] as number); k++) {
      const column = columns[k] as number;
      const value = values[k] as number;
      const end = inverted.offsets[column + 1] as number;
      for (let other = inverted.offsets[column] as number; other < end; other++) {
        const at = row * rows + (inverted.columns[other] as number);
        result[at] = (result[at] as number) + value * (inverted.values[other] as number);
      }
    }
  }
  return result;
}

function countingSort(keys: Int32Array, keyCount: number, order: Int32Array | null): Int32Array {
  const starts = new Int32Array(keyCount + 1);
  for (const key of keys) starts[key + 1] = (starts[key + 1] as number) + 1;
  for (let key = 0; key < keyCount; key++)
    starts[key + 1] = (starts[key + 1] as number) + (starts[key] as number);
  const sorted = new Int32Array(keys.length);
  for (let at = 0; at < keys.length; at++) {
    const entry = order === null ? at : (order[at] as number);
    const key = keys[entry] as number;
    sorted[starts[key] as number] = entry;
    starts[key] = (starts[key] as number) + 1;
  }
  return sorted;
}

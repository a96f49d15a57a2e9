/** Rows of weighted features, each of length 1 (or 0 where a row has none), as a cosine needs them. */
export interface SparseFeatures {
  readonly rows: number;
  readonly features: number;
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly weights: Float32Array;
}

/**
 * tf-idf of lists of words: (1 + ln tf) (1 + ln((1 + n) / (1 + df))), each row normalised. Words of a single row tell
 * nothing of neighbours and are left out. Document frequencies are of all rows, cold items too: their text is known
 * beforehand, what people did with them is not.
 */
export function tfIdfFeatures(documents: readonly (readonly string[])[]): SparseFeatures {
  const frequency = new Map<string, number>();
  const counted = documents.map((words) => {
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    for (const word of counts.keys()) frequency.set(word, (frequency.get(word) ?? 0) + 1);
    return counts;
  });
  const column = new Map<string, number>();
  for (const [word, count] of frequency) if (count > 1) column.set(word, column.size);
  const rows = counted.map((counts) => {
    const row: { column: number; weight: number }[] = [];
    let square = 0;
    for (const [word, count] of counts) {
      const at = column.get(word);
      if (at === undefined) continue;
      const rarity = 1 + Math.log((1 + documents.length) / (1 + (frequency.get(word) ?? 0)));
      const weight = (1 + Math.log(count)) * rarity;
      row.push({ column: at, weight });
      square += weight ** 2;
    }
    const length = Math.sqrt(square);
    return row.map((entry) => ({ ...entry, weight: entry.weight / length }));
  });
  const starts = new Int32Array(rows.length + 1);
  rows.forEach((row, at) => {
    starts[at + 1] = (starts[at] ?? 0) + row.length;
  });
  const columns = new Int32Array(starts[rows.length] ?? 0);
  const weights = new Float32Array(columns.length);
  rows.forEach((row, at) => {
    row.forEach((entry, place) => {
      columns[(starts[at] ?? 0) + place] = entry.column;
      weights[(starts[at] ?? 0) + place] = entry.weight;
    });
  });
  return { rows: rows.length, features: column.size, starts, columns, weights };
}

/** Cosines between some rows and some others, dense [left x right], by lists of the right rows of each feature. */
export function sparseCosines(features: SparseFeatures, left: Int32Array, right: Int32Array): Float32Array {
  const counts = new Int32Array(features.features + 1);
  const each = (row: number, visit: (column: number, weight: number) => void) => {
    const end = features.starts[row + 1] ?? 0;
    for (let at = features.starts[row] ?? 0; at < end; at++) {
      visit(features.columns[at] ?? 0, features.weights[at] ?? 0);
    }
  };
  for (const row of right) {
    each(row, (column) => {
      counts[column + 1] = (counts[column + 1] ?? 0) + 1;
    });
  }
  for (let column = 0; column < features.features; column++) {
    counts[column + 1] = (counts[column + 1] ?? 0) + (counts[column] ?? 0);
  }
  const next = counts.slice(0, -1);
  const places = new Int32Array(counts[features.features] ?? 0);
  const weights = new Float32Array(places.length);
  right.forEach((row, place) => {
    each(row, (column, weight) => {
      const at = next[column] ?? 0;
      next[column] = at + 1;
      places[at] = place;
      weights[at] = weight;
    });
  });
  const cosines = new Float32Array(left.length * right.length);
  left.forEach((row, place) => {
    const line = cosines.subarray(place * right.length, (place + 1) * right.length);
    each(row, (column, weight) => {
      const end = counts[column + 1] ?? 0;
      for (let at = counts[column] ?? 0; at < end; at++) {
        const other = places[at] ?? 0;
        line[other] = (line[other] ?? 0) + weight * (weights[at] ?? 0);
      }
    });
  });
  return cosines;
}

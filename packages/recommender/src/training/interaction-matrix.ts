/** Who did something with what, as sparse rows: one a profile, columns are positions of items. */
export interface InteractionMatrix {
  readonly profiles: number;
  readonly items: number;
  /** Row p is at starts[p] up to starts[p + 1]. */
  readonly starts: Int32Array;
  /** Ascending within a row, each once. */
  readonly columns: Int32Array;
  /** Positive: the strength of the evidence. */
  readonly weights: Float32Array;
}

/** From pairs in any order; of a repeated pair the strongest counts. */
export function interactionMatrix(
  pairs: Iterable<{ readonly profile: number; readonly item: number; readonly weight: number }>,
  profiles: number,
  items: number,
): InteractionMatrix {
  const rows: Map<number, number>[] = Array.from({ length: profiles }, () => new Map());
  for (const { profile, item, weight } of pairs) {
    const row = rows[profile];
    if (row === undefined || item < 0 || item >= items) {
      throw new RangeError(
        `The pair (${profile}, ${item}) is outside of ${profiles} profiles and ${items} items.`,
      );
    }
    row.set(item, Math.max(weight, row.get(item) ?? 0));
  }
  const starts = new Int32Array(profiles + 1);
  rows.forEach((row, profile) => {
    starts[profile + 1] = (starts[profile] ?? 0) + row.size;
  });
  const columns = new Int32Array(starts[profiles] ?? 0);
  const weights = new Float32Array(columns.length);
  rows.forEach((row, profile) => {
    let at = starts[profile] ?? 0;
    for (const [item, weight] of [...row].sort(([a], [b]) => a - b)) {
      columns[at] = item;
      weights[at++] = weight;
    }
  });
  return { profiles, items, starts, columns, weights };
}

/** The same profiles over some of the items: column c of the answer is item `kept[c]`. */
export function keepItems(matrix: InteractionMatrix, kept: Int32Array): InteractionMatrix {
  const place = new Int32Array(matrix.items).fill(-1);
  kept.forEach((item, at) => {
    place[item] = at;
  });
  function* pairs() {
    for (let profile = 0; profile < matrix.profiles; profile++) {
      for (let at = matrix.starts[profile] ?? 0; at < (matrix.starts[profile + 1] ?? 0); at++) {
        const item = place[matrix.columns[at] ?? -1] ?? -1;
        if (item >= 0) yield { profile, item, weight: matrix.weights[at] ?? 0 };
      }
    }
  }
  return interactionMatrix(pairs(), matrix.profiles, kept.length);
}

/** The same items for some of the profiles, in that order. */
export function keepProfiles(matrix: InteractionMatrix, kept: Int32Array): InteractionMatrix {
  const starts = new Int32Array(kept.length + 1);
  kept.forEach((profile, at) => {
    starts[at + 1] = (starts[at] ?? 0) + rowLength(matrix, profile);
  });
  const columns = new Int32Array(starts[kept.length] ?? 0);
  const weights = new Float32Array(columns.length);
  kept.forEach((profile, at) => {
    const [from, to] = [matrix.starts[profile] ?? 0, matrix.starts[profile + 1] ?? 0];
    columns.set(matrix.columns.subarray(from, to), starts[at] ?? 0);
    weights.set(matrix.weights.subarray(from, to), starts[at] ?? 0);
  });
  return { profiles: kept.length, items: matrix.items, starts, columns, weights };
}

export function eachInteraction(
  { profiles, starts, columns, weights }: InteractionMatrix,
  visit: (profile: number, item: number, weight: number) => void,
): void {
  for (let profile = 0; profile < profiles; profile++) {
    const end = starts[profile + 1] ?? 0;
    for (let at = starts[profile] ?? 0; at < end; at++) visit(profile, columns[at] ?? 0, weights[at] ?? 0);
  }
}

export const rowLength = (matrix: InteractionMatrix, profile: number) =>
  (matrix.starts[profile + 1] ?? 0) - (matrix.starts[profile] ?? 0);

/** Profiles `from` up to `to` as a dense block [to - from x items]. */
export function denseRows(matrix: InteractionMatrix, from: number, to: number): Float32Array {
  const dense = new Float32Array((to - from) * matrix.items);
  for (let profile = from; profile < to; profile++) {
    for (let at = matrix.starts[profile] ?? 0; at < (matrix.starts[profile + 1] ?? 0); at++) {
      dense[(profile - from) * matrix.items + (matrix.columns[at] ?? 0)] = matrix.weights[at] ?? 0;
    }
  }
  return dense;
}

/** Profiles that did something with each item. */
export function itemCounts(matrix: InteractionMatrix): Float32Array {
  const counts = new Float32Array(matrix.items);
  for (const item of matrix.columns) counts[item] = (counts[item] ?? 0) + 1;
  return counts;
}

/** R'R [items x items], dense. */
export function itemGram(matrix: InteractionMatrix): Float32Array {
  const gram = new Float32Array(matrix.items * matrix.items);
  for (let profile = 0; profile < matrix.profiles; profile++) {
    const [from, to] = [matrix.starts[profile] ?? 0, matrix.starts[profile + 1] ?? 0];
    for (let one = from; one < to; one++) {
      const row = (matrix.columns[one] ?? 0) * matrix.items;
      const weight = matrix.weights[one] ?? 0;
      for (let other = from; other < to; other++) {
        const at = row + (matrix.columns[other] ?? 0);
        gram[at] = (gram[at] ?? 0) + weight * (matrix.weights[other] ?? 0);
      }
    }
  }
  return gram;
}

/** The transpose: a row for each item, whose columns are profiles. */
export function flipped(matrix: InteractionMatrix): InteractionMatrix {
  function* pairs() {
    for (let profile = 0; profile < matrix.profiles; profile++) {
      for (let at = matrix.starts[profile] ?? 0; at < (matrix.starts[profile + 1] ?? 0); at++) {
        yield { profile: matrix.columns[at] ?? -1, item: profile, weight: matrix.weights[at] ?? 0 };
      }
    }
  }
  return interactionMatrix(pairs(), matrix.items, matrix.profiles);
}

import type { CollaborativeSource, ItemView } from '../ports.js';

/** Where the items of a model stand in a view, and the rows of the view in a model. */
export interface PlacesInView {
  /** -1: the view does not hold it (any more). */
  rowOf(place: number): number;
  /** -1: the model has nothing to say of it. */
  placeOf(row: number): number;
}

/**
 * Thousands of rows a list are looked up in a model of tens of thousands of items: by hashing their numbers that takes
 * longer than adding the scores up. What was found is kept, and trusted only while the item's number still stands there:
 * a row may be given to another item, and one model may be asked about several views.
 */
export function placesInView(source: CollaborativeSource, items: ItemView): PlacesInView {
  const { rows, numbers, places } = keptOf(source, items.rows);
  return {
    rowOf(place) {
      const number = source.numberAt(place);
      const row = rows[place] as number;
      if (row >= 0 && items.numberAt(row) === number) return row;
      const found = items.rowOf(number) ?? -1;
      rows[place] = found;
      return found;
    },
    placeOf(row) {
      const number = items.numberAt(row);
      if (numbers[row] === number) return places[row] as number;
      const place = source.placeOf(number);
      numbers[row] = number;
      places[row] = place;
      return place;
    },
  };
}

interface Kept {
  /** By place. */
  readonly rows: Int32Array;
  /** By row: of the item that was looked up, and what was found. */
  readonly numbers: Float64Array;
  readonly places: Int32Array;
}

/** Let go with the model. */
const keptBySource = new WeakMap<CollaborativeSource, Kept>();

function keptOf(source: CollaborativeSource, rows: number): Kept {
  const known = keptBySource.get(source);
  if (known && known.numbers.length >= rows) return known;
  // some room for what arrives, so that a growing view does not begin anew with each item
  const room = Math.ceil(rows * 1.25) + 64;
  const kept: Kept = {
    rows: known?.rows ?? new Int32Array(source.places).fill(-1),
    numbers: new Float64Array(room).fill(Number.NaN),
    places: new Int32Array(room),
  };
  keptBySource.set(source, kept);
  return kept;
}

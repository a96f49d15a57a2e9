import type { ItemNumber, ModelId } from '@kindling/domain';
import type { ItemView } from '@kindling/recommender';
import type { MapBatch } from './map-job.js';

/** Points beyond these are thinned out: a window has a million pixels. */
export const mostPoints = 200_000;
/** Categories with a colour of their own; more could not be told apart. */
export const mostCategories = 8;
/** An item counts as new for so long, as in the exposure of days 0 to 14. */
const newForMs = 14 * 86_400_000;
const minuteMs = 60_000;

export interface MapPicture {
  readonly version: string;
  /** Of which points there are: living items with a vector. */
  readonly itemCount: number;
  /** The most frequent first categories, and how many items have them first; the last, null, is all others. */
  readonly categories: readonly { readonly name: string | null; readonly count: number }[];
  readonly newCount: number;
  /**
   * base64 of five little-endian columns, one after the other, of `pointCount` entries each: int16 x, int16 y, uint32
   * number, uint8 place in `categories`, uint8 1 for a new item.
   */
  readonly points: string;
  readonly pointCount: number;
}

/** The places of one catalogue's vectors on its plane, kept up to date a batch at a time. */
export class DrawnMap {
  planeVersion: number | null = null;
  upTo = 0;
  explained = 0;
  total = 0;
  /** Whether every vector that there was is drawn. */
  isComplete = false;
  private readonly places = new Map<ItemNumber, number>();
  private applied = 0;
  private picture: MapPicture | null = null;

  constructor(readonly model: ModelId) {}

  get done(): number {
    return this.places.size;
  }

  apply(batch: MapBatch): void {
    if (batch.planeVersion !== this.planeVersion) {
      this.places.clear();
      this.isComplete = false;
      this.planeVersion = batch.planeVersion;
    }
    batch.numbers.forEach((number, at) => {
      const [x = 0, y = 0] = batch.points.subarray(2 * at, 2 * at + 2);
      this.places.set(number as ItemNumber, packed(x, y));
    });
    if (batch.numbers.length > 0) this.applied += 1;
    this.upTo = batch.upTo;
    this.explained = batch.explained;
    this.total = batch.total;
    if (batch.isLast) this.isComplete = true;
  }

  /** With what `items` says of them now: some 45 ms for 100,000, so the same picture is given again while it holds. */
  draw(items: ItemView, atMs: number): MapPicture {
    const version = [
      this.model,
      this.planeVersion,
      this.applied,
      items.appliedChanges,
      Math.floor(atMs / minuteMs / 60),
    ].join('/');
    if (this.picture?.version === version) return this.picture;
    const shown: { row: number; number: ItemNumber; place: number }[] = [];
    for (const [number, place] of this.places) {
      const row = items.rowOf(number);
      if (row === undefined) this.places.delete(number);
      else shown.push({ row, number, place });
    }
    const step = Math.ceil(Math.max(1, shown.length) / mostPoints);
    const kept = step === 1 ? shown : shown.filter((_, at) => at % step === 0);
    const categories = categoriesOf(shown.map(({ row }) => items.categoriesAt(row)[0]));
    const colours = new Map(categories.map(({ name }, at) => [name, at]));
    const other = categories.length - 1;
    const columns = new Columns(kept.length);
    let newCount = 0;
    kept.forEach(({ row, number, place }, at) => {
      const isNew = atMs - items.publishedAtMs(row) < newForMs;
      if (isNew) newCount += 1;
      columns.set(at, place, number, colours.get(items.categoriesAt(row)[0] ?? null) ?? other, isNew);
    });
    this.picture = {
      version,
      itemCount: shown.length,
      categories,
      newCount,
      points: columns.base64(),
      pointCount: kept.length,
    };
    return this.picture;
  }
}

/** Two int16 in one number: a map of 100,000 arrays would take ten times the memory. */
const packed = (x: number, y: number) => (x + 32_768) * 65_536 + (y + 32_768);

function categoriesOf(firsts: readonly (string | undefined)[]) {
  const counts = new Map<string, number>();
  for (const name of firsts) if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  const top = [...counts]
    .sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .slice(0, mostCategories)
    .map(([name, count]) => ({ name: name as string | null, count }));
  const rest = firsts.length - top.reduce((sum, { count }) => sum + count, 0);
  return [...top, { name: null, count: rest }];
}

class Columns {
  private readonly bytes: Buffer;
  constructor(private readonly count: number) {
    this.bytes = Buffer.alloc(10 * count);
  }
  set(at: number, place: number, number: ItemNumber, category: number, isNew: boolean): void {
    const { bytes, count } = this;
    bytes.writeInt16LE(Math.floor(place / 65_536) - 32_768, 2 * at);
    bytes.writeInt16LE((place % 65_536) - 32_768, 2 * count + 2 * at);
    bytes.writeUInt32LE(number, 4 * count + 4 * at);
    bytes[8 * count + at] = category;
    bytes[9 * count + at] = isNew ? 1 : 0;
  }
  base64(): string {
    return this.bytes.toString('base64');
  }
}

import type { MapPicture, MapPlaces } from './map-job.js';

/** Points beyond these are thinned out: a window has a million pixels. */
const mostPoints = 200_000;
/** Categories with a colour of their own; more could not be told apart. */
const mostCategories = 8;

export interface MapItem {
  readonly category: string | null;
  readonly isNew: boolean;
}

/** What a console draws, of the places whose items live. Some 60 ms for 100,000, so it has a thread to itself. */
export function drawPicture(
  places: MapPlaces,
  items: ReadonlyMap<number, MapItem>,
  version: string,
): MapPicture {
  const shown: { at: number; item: MapItem }[] = [];
  places.numbers.forEach((number, at) => {
    const item = items.get(number);
    if (item !== undefined) shown.push({ at, item });
  });
  const step = Math.ceil(Math.max(1, shown.length) / mostPoints);
  const kept = step === 1 ? shown : shown.filter((_, at) => at % step === 0);
  const categories = categoriesOf(shown.map(({ item }) => item.category));
  const colours = new Map(categories.map(({ name }, at) => [name, at]));
  const count = kept.length;
  const bytes = Buffer.alloc(10 * count);
  kept.forEach(({ at, item }, row) => {
    bytes.writeInt16LE(places.points[2 * at] ?? 0, 2 * row);
    bytes.writeInt16LE(places.points[2 * at + 1] ?? 0, 2 * count + 2 * row);
    bytes.writeUInt32LE(places.numbers[at] ?? 0, 4 * count + 4 * row);
    bytes[8 * count + row] = colours.get(item.category) ?? categories.length - 1;
    bytes[9 * count + row] = item.isNew ? 1 : 0;
  });
  return {
    version,
    itemCount: shown.length,
    categories,
    newCount: shown.filter(({ item }) => item.isNew).length,
    points: bytes.toString('base64'),
    pointCount: count,
  };
}

function categoriesOf(firsts: readonly (string | null)[]): MapPicture['categories'] {
  const counts = new Map<string, number>();
  for (const name of firsts) if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  const top = [...counts]
    .sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .slice(0, mostCategories)
    .map(([name, count]) => ({ name: name as string | null, count }));
  const rest = firsts.length - top.reduce((sum, { count }) => sum + count, 0);
  return [...top, { name: null, count: rest }];
}

/** The points of a map, a column each; coordinates are -32,767 to 32,767, y upwards. */
export interface MapPoints {
  readonly count: number;
  readonly x: Int16Array;
  readonly y: Int16Array;
  /** Of the item, within its catalogue. */
  readonly number: Uint32Array;
  /** Place in the map's categories. */
  readonly category: Uint8Array;
  readonly isNew: Uint8Array;
}

/** Reads the columns that `CatalogueMap.points` carries: see its description in the schema. */
export function readMapPoints(base64: string, count: number): MapPoints {
  const text = atob(base64);
  if (text.length !== 10 * count) throw new Error(`${text.length} bytes are not ${count} points.`);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  const { buffer } = bytes;
  return {
    count,
    x: new Int16Array(buffer, 0, count),
    y: new Int16Array(buffer, 2 * count, count),
    number: new Uint32Array(buffer, 4 * count, count),
    category: bytes.subarray(8 * count, 9 * count),
    isNew: bytes.subarray(9 * count),
  };
}

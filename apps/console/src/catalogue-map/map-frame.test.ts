import { describe, expect, it } from 'vitest';
import { moved, neighbourOf, placeOf, pointAt, pointsWithin, showing, wholeMap, zoomed } from './map-frame';
import { readMapPoints } from './map-points';

/** As the API packs them: four corners of a square and its middle; the middle is new. */
const corners = [
  { x: -30_000, y: -30_000 },
  { x: 30_000, y: -30_000 },
  { x: 30_000, y: 30_000 },
  { x: -30_000, y: 30_000 },
  { x: 0, y: 0 },
];
function packed(): string {
  const bytes = new DataView(new ArrayBuffer(10 * corners.length));
  corners.forEach(({ x, y }, at) => {
    bytes.setInt16(2 * at, x, true);
    bytes.setInt16(2 * corners.length + 2 * at, y, true);
    bytes.setUint32(4 * corners.length + 4 * at, 70_000 + at, true);
    bytes.setUint8(8 * corners.length + at, at % 3);
    bytes.setUint8(9 * corners.length + at, at === 4 ? 1 : 0);
  });
  return btoa(String.fromCharCode(...new Uint8Array(bytes.buffer)));
}
const points = readMapPoints(packed(), corners.length);
const all = () => true;
const whole = wholeMap(points, 648, 648);

describe('the points of a map', () => {
  it('are read as they were packed', () => {
    expect([...points.x]).toEqual(corners.map(({ x }) => x));
    expect([...points.y]).toEqual(corners.map(({ y }) => y));
    expect([...points.number]).toEqual([70_000, 70_001, 70_002, 70_003, 70_004]);
    expect([...points.category]).toEqual([0, 1, 2, 0, 1]);
    expect([...points.isNew]).toEqual([0, 0, 0, 0, 1]);
  });

  it('are refused when bytes are missing', () => {
    expect(() => readMapPoints(packed(), 6)).toThrow('50 bytes are not 6 points');
  });
});

describe('the frame of a map', () => {
  it('shows every point at first, north at the top', () => {
    expect(placeOf(whole, points, 4)).toEqual({ x: 324, y: 324 });
    expect(placeOf(whole, points, 2)).toEqual({ x: 624, y: 24 });
  });

  it('keeps what is under the pointer there while it zooms, and never shows less than the map', () => {
    const place = placeOf(whole, points, 1);
    const near = zoomed(whole, whole, 4, place);
    expect(near.scale).toBeCloseTo(4 * whole.scale);
    expect(placeOf(near, points, 1).x).toBeCloseTo(place.x);
    expect(placeOf(near, points, 1).y).toBeCloseTo(place.y);
    expect(zoomed(near, whole, 0.01, { x: 0, y: 0 })).toBe(whole);
  });

  it('moves a point into view, and not at all when it is there', () => {
    const away = moved(whole, 5_000, 0);
    expect(placeOf(showing(away, points, 4), points, 4)).toEqual({ x: 600, y: 324 });
    expect(showing(whole, points, 4)).toEqual(whole);
  });

  it('finds the shown point at a place', () => {
    const beside = { x: 320, y: 326 };
    expect(pointAt(whole, points, beside, { reachPx: 10, isShown: all })).toBe(4);
    expect(pointAt(whole, points, beside, { reachPx: 10, isShown: (at) => at !== 4 })).toBe(-1);
    expect(pointAt(whole, points, { x: 200, y: 200 }, { reachPx: 10, isShown: all })).toBe(-1);
  });

  it('leads from point to point by arrows, and stops at the edge', () => {
    expect(neighbourOf(points, 0, { x: 1, y: 0 }, all)).toBe(1);
    expect(neighbourOf(points, 0, { x: 0, y: 1 }, all)).toBe(3);
    expect(neighbourOf(points, 1, { x: 1, y: 0 }, all)).toBe(-1);
  });

  it('selects what a lasso encloses', () => {
    const left = [
      { x: 0, y: 0 },
      { x: 400, y: 0 },
      { x: 400, y: 648 },
      { x: 0, y: 648 },
    ];
    expect(pointsWithin(whole, points, left, all)).toEqual([0, 3, 4]);
    expect(pointsWithin(whole, points, left, (at) => at !== 3)).toEqual([0, 4]);
    expect(pointsWithin(whole, points, left.slice(0, 2), all)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { drawPicture, type MapItem } from './draw-picture.js';
import type { MapPlaces } from './map-job.js';

const placesOf = (count: number): MapPlaces => ({
  planeVersion: 1,
  explained: 0.5,
  numbers: Float64Array.from({ length: count }, (_, at) => at + 1),
  points: Int16Array.from({ length: 2 * count }, (_, at) => (at % 2 === 0 ? at : -at)),
  upTo: count,
});
const item = (category: string | null, isNew = false): MapItem => ({ category, isNew });

describe('the picture of a map', () => {
  it('gives eight categories a place of their own, the most frequent first, and counts all others in one', () => {
    const names = ['a', 'b', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', null];
    const items = new Map(names.map((name, at) => [at + 1, item(name)]));
    const { categories, points, pointCount } = drawPicture(placesOf(names.length), items, 'v');
    expect(categories.map(({ name, count }) => `${name}:${count}`)).toEqual([
      'b:2',
      ...['a', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => `${name}:1`),
      'null:2',
    ]);
    const column = [...Buffer.from(points, 'base64').subarray(8 * pointCount, 9 * pointCount)];
    expect(column).toEqual([1, 0, 0, 2, 3, 4, 5, 6, 7, 8, 8]);
  });

  it('leaves out places whose item is gone, and counts new ones', () => {
    const items = new Map([
      [1, item('a', true)],
      [3, item('a')],
    ]);
    expect(drawPicture(placesOf(4), items, 'v')).toMatchObject({ itemCount: 2, pointCount: 2, newCount: 1 });
  });

  it('thins out more points than a window shows, and counts every item all the same', () => {
    const count = 400_001;
    const items = new Map(Array.from({ length: count }, (_, at) => [at + 1, item('a', true)]));
    const picture = drawPicture(placesOf(count), items, 'v');
    expect(picture).toMatchObject({ itemCount: count, newCount: count });
    expect(picture.pointCount).toBeLessThanOrEqual(200_000);
    expect(picture.pointCount).toBeGreaterThan(100_000);
  });
});

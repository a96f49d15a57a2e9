import { seededRandom } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { fitPrincipalPlane, projectOnto } from './principal-plane.js';

/** Rows spread by 5 along one direction, by 2 along another and by 0.1 along all others of 12. */
function flatCloud(count: number): { rows: Float32Array; long: Float64Array; short: Float64Array } {
  const random = seededRandom('cloud');
  const dimensions = 12;
  const long = new Float64Array(dimensions).fill(0);
  const short = new Float64Array(dimensions).fill(0);
  long[0] = long[1] = Math.SQRT1_2;
  short[2] = 0.6;
  short[3] = -0.8;
  const rows = new Float32Array(count * dimensions);
  for (let row = 0; row < count; row++) {
    const [a, b] = [10 * (random() - 0.5), 4 * (random() - 0.5)];
    for (let at = 0; at < dimensions; at++) {
      rows[row * dimensions + at] =
        7 + a * (long[at] as number) + b * (short[at] as number) + 0.2 * (random() - 0.5);
    }
  }
  return { rows, long, short };
}
const cosine = (axis: Float32Array, direction: Float64Array) =>
  Math.abs(axis.reduce((sum, value, at) => sum + value * (direction[at] as number), 0));

describe('the principal plane', () => {
  it('lies along the two directions of most variance, the larger first', () => {
    const { rows, long, short } = flatCloud(600);
    const plane = fitPrincipalPlane(rows, 12);
    expect(cosine(plane.axes.subarray(0, 12), long)).toBeGreaterThan(0.99);
    expect(cosine(plane.axes.subarray(12), short)).toBeGreaterThan(0.99);
    expect(plane.explained).toBeGreaterThan(0.99);
  });

  it('is the same for the same rows, and its points are within its reach', () => {
    const { rows } = flatCloud(100);
    const plane = fitPrincipalPlane(rows, 12);
    expect(fitPrincipalPlane(rows.slice(), 12)).toEqual(plane);
    const points = projectOnto(plane, rows);
    expect(points).toHaveLength(200);
    expect(Math.max(...points.map(Math.abs))).toBeCloseTo(plane.reach, 5);
  });

  it('puts what it was not fitted on beside its like', () => {
    const { rows } = flatCloud(300);
    const plane = fitPrincipalPlane(rows.subarray(0, 200 * 12), 12);
    const again = projectOnto(plane, rows.subarray(5 * 12, 6 * 12));
    expect([...again]).toEqual([...projectOnto(plane, rows).subarray(10, 12)]);
  });

  it.each([
    ['no rows', new Float32Array()],
    ['one row', Float32Array.of(1, 2, 3)],
    ['equal rows', Float32Array.of(1, 2, 3, 1, 2, 3)],
  ])('is finite for %s', (_, rows) => {
    const plane = fitPrincipalPlane(rows, 3);
    expect([...plane.axes, ...plane.mean, plane.explained, plane.reach].every(Number.isFinite)).toBe(true);
    expect([...projectOnto(plane, rows)].every((value) => value === 0)).toBe(true);
  });
});

import { seededRandom } from '@kindling/domain';

/** The plane in which a set of vectors differs most, to draw them on; see `fitPrincipalPlane`. */
export interface PrincipalPlane {
  /** float32[dimensions] */
  readonly mean: Float32Array;
  /** float32[2 * dimensions]: two orthonormal directions, the one with more variance first. */
  readonly axes: Float32Array;
  /** The part of all variance, 0 to 1, that shows in the plane. */
  readonly explained: number;
  /** The largest coordinate of what it was fitted on: one scale for both axes, so that distances are true. */
  readonly reach: number;
}

const mostIterations = 400;
const stillMoving = 1e-7;

/**
 * The first two principal components of row-major float32[rows x dimensions], by power iteration of a block of two on
 * the covariance (orthogonal iteration, Golub and Van Loan 7.3). Deterministic: the same rows give the same plane,
 * and each axis points to where its largest component is positive. Covariance costs rows * dimensions^2 / 2
 * multiplications: 8,000 x 384 take about a second, so it runs beside requests.
 */
export function fitPrincipalPlane(rows: Float32Array, dimensions: number): PrincipalPlane {
  const count = dimensions === 0 ? 0 : rows.length / dimensions;
  const mean = meanOf(rows, dimensions);
  const covariance = covarianceOf(rows, mean);
  let total = 0;
  for (let at = 0; at < dimensions; at++) total += covariance[at * dimensions + at] as number;
  const [first, second] = leadingPair(covariance, dimensions);
  const axes = new Float32Array(2 * dimensions);
  axes.set(first);
  axes.set(second, dimensions);
  const shown = along(covariance, first) + along(covariance, second);
  const flat = { mean, axes, explained: total > 0 ? Math.min(1, shown / total) : 0, reach: 1 };
  let reach = 0;
  for (const value of projectOnto(flat, rows)) reach = Math.max(reach, Math.abs(value));
  return { ...flat, reach: count === 0 || reach === 0 ? 1 : reach };
}

/** float32[2 * rows]: x and y of each row. A row that the plane was not fitted on lands where it belongs. */
export function projectOnto(
  { mean, axes }: Pick<PrincipalPlane, 'mean' | 'axes'>,
  rows: Float32Array,
): Float32Array {
  const dimensions = mean.length;
  const count = dimensions === 0 ? 0 : rows.length / dimensions;
  const points = new Float32Array(2 * count);
  for (let row = 0; row < count; row++) {
    let x = 0;
    let y = 0;
    for (let at = 0; at < dimensions; at++) {
      const value = (rows[row * dimensions + at] as number) - (mean[at] as number);
      x += value * (axes[at] as number);
      y += value * (axes[dimensions + at] as number);
    }
    points[2 * row] = x;
    points[2 * row + 1] = y;
  }
  return points;
}

function meanOf(rows: Float32Array, dimensions: number): Float32Array {
  const sum = new Float64Array(dimensions);
  for (let at = 0; at < rows.length; at++)
    sum[at % dimensions] = (sum[at % dimensions] as number) + (rows[at] as number);
  const count = Math.max(1, rows.length / Math.max(1, dimensions));
  return Float32Array.from(sum, (value) => value / count);
}

/** float64[dimensions x dimensions], up to a factor. */
function covarianceOf(rows: Float32Array, mean: Float32Array): Float64Array {
  const dimensions = mean.length;
  const covariance = new Float64Array(dimensions * dimensions);
  const centred = new Float64Array(dimensions);
  for (let from = 0; from < rows.length; from += dimensions) {
    for (let at = 0; at < dimensions; at++) centred[at] = (rows[from + at] as number) - (mean[at] as number);
    for (let a = 0; a < dimensions; a++) {
      const value = centred[a] as number;
      const line = a * dimensions;
      for (let b = a; b < dimensions; b++) {
        covariance[line + b] = (covariance[line + b] as number) + value * (centred[b] as number);
      }
    }
  }
  for (let a = 0; a < dimensions; a++) {
    for (let b = 0; b < a; b++) covariance[a * dimensions + b] = covariance[b * dimensions + a] as number;
  }
  return covariance;
}

function leadingPair(matrix: Float64Array, side: number): readonly [Float64Array, Float64Array] {
  const random = seededRandom('principal plane');
  let first = unit(Float64Array.from({ length: side }, () => random() - 0.5));
  let second = unit(
    without(
      Float64Array.from({ length: side }, () => random() - 0.5),
      first,
    ),
  );
  for (let step = 0; step < mostIterations; step++) {
    const nextFirst = unit(times(matrix, first), first);
    const nextSecond = unit(without(times(matrix, second), nextFirst), second);
    const moved = 2 - Math.abs(dot(first, nextFirst)) - Math.abs(dot(second, nextSecond));
    first = nextFirst;
    second = nextSecond;
    if (moved < stillMoving) break;
  }
  return [pointed(first), pointed(second)];
}

function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  const side = vector.length;
  return vector.map((_, row) => {
    let sum = 0;
    for (let at = 0; at < side; at++) sum += (matrix[row * side + at] as number) * (vector[at] as number);
    return sum;
  });
}

const dot = (a: Float64Array, b: Float64Array) =>
  a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);
const along = (matrix: Float64Array, axis: Float64Array) => dot(axis, times(matrix, axis));
const without = (vector: Float64Array, axis: Float64Array) => {
  const share = dot(vector, axis);
  return vector.map((value, at) => value - share * (axis[at] as number));
};

/** Of length 1; where nothing is left (no variance in that direction), `fallback`. */
function unit(vector: Float64Array, fallback = vector): Float64Array {
  const length = Math.sqrt(dot(vector, vector));
  return length > 1e-12 ? vector.map((value) => value / length) : fallback;
}

/** Turned so that its largest component is positive: an axis has no sign of its own. */
function pointed(axis: Float64Array): Float64Array {
  const largest = axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? axis.map((value) => -value) : axis;
}

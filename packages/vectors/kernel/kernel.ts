// biome-ignore-all lint/suspicious/noDoubleEquals: in AssemblyScript === compares references, == compares values
/*
 * The inner loops of the embedded vector index, in AssemblyScript, compiled to WebAssembly with 128-bit SIMD.
 * All memory is laid out by the caller (point-store.ts, kernel.ts): nothing is allocated here. Addresses are bytes;
 * `dimensions` is padded with zeros to a multiple of 16. A `list` holds the rows of a chunk to look at (u16).
 */

/**
 * Quantises float32[dimensions] to int8 with one scale, x = scale * q + e, and stores scale and |e| (rounded up):
 * by Cauchy-Schwarz |e| bounds what the estimate of any similarity can be off. See `admit`.
 */
export function quantise(vector: usize, dimensions: i32, q8: usize, scaleAt: usize, errorAt: usize): void {
  let largest: f32 = 0;
  for (let i = 0; i < dimensions; i++) {
    largest = max<f32>(largest, abs<f32>(load<f32>(vector + ((<usize>i) << 2))));
  }
  const scale: f32 = largest / 127;
  const inverse: f32 = largest > 0 ? 127 / largest : 0;
  let squares: f64 = 0;
  for (let i = 0; i < dimensions; i++) {
    const value = load<f32>(vector + ((<usize>i) << 2));
    const level = <i32>max<f32>(-127, min<f32>(127, nearest<f32>(value * inverse)));
    store<i8>(q8 + i, <i8>level);
    const error = <f64>value - <f64>scale * <f64>level;
    squares += error * error;
  }
  store<f32>(scaleAt, scale);
  store<f32>(errorAt, <f32>(sqrt<f64>(squares) * 1.000001 + 1e-9));
}

/**
 * Estimates similarities of the listed rows to a query quantised to int16: four rows at a time, 16 products a step.
 * The list is padded to a multiple of four. The caller keeps sum |query| * 127 below 2^31, so nothing overflows.
 */
export function estimate(
  q8: usize,
  scales: usize,
  list: usize,
  count: i32,
  dimensions: i32,
  query: usize,
  queryScale: f32,
  estimates: usize,
): void {
  for (let i = 0; i < count; i += 4) {
    const at = list + ((<usize>i) << 1);
    const row0 = <usize>load<u16>(at);
    const row1 = <usize>load<u16>(at, 2);
    const row2 = <usize>load<u16>(at, 4);
    const row3 = <usize>load<u16>(at, 6);
    let p0 = q8 + row0 * dimensions;
    let p1 = q8 + row1 * dimensions;
    let p2 = q8 + row2 * dimensions;
    let p3 = q8 + row3 * dimensions;
    let sum0 = i32x4.splat(0);
    let sum1 = i32x4.splat(0);
    let sum2 = i32x4.splat(0);
    let sum3 = i32x4.splat(0);
    let q = query;
    const end = query + ((<usize>dimensions) << 1);
    while (q < end) {
      const low = v128.load(q);
      const high = v128.load(q, 16);
      sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(v128.load_ext<i8>(p0), low));
      sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(v128.load_ext<i8>(p1), low));
      sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(v128.load_ext<i8>(p2), low));
      sum3 = i32x4.add(sum3, i32x4.dot_i16x8_s(v128.load_ext<i8>(p3), low));
      sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(v128.load_ext<i8>(p0, 8), high));
      sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(v128.load_ext<i8>(p1, 8), high));
      sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(v128.load_ext<i8>(p2, 8), high));
      sum3 = i32x4.add(sum3, i32x4.dot_i16x8_s(v128.load_ext<i8>(p3, 8), high));
      q += 32;
      p0 += 16;
      p1 += 16;
      p2 += 16;
      p3 += 16;
    }
    // Transpose and add: lane r of `total` becomes the sum of the four lanes of row r.
    const first = i32x4.add(
      v128.shuffle<i32>(sum0, sum1, 0, 4, 1, 5),
      v128.shuffle<i32>(sum0, sum1, 2, 6, 3, 7),
    );
    const second = i32x4.add(
      v128.shuffle<i32>(sum2, sum3, 0, 4, 1, 5),
      v128.shuffle<i32>(sum2, sum3, 2, 6, 3, 7),
    );
    const total = i32x4.add(
      v128.shuffle<i32>(first, second, 0, 1, 4, 5),
      v128.shuffle<i32>(first, second, 2, 3, 6, 7),
    );
    let scale = f32x4.splat(load<f32>(scales + (row0 << 2)));
    scale = f32x4.replace_lane(scale, 1, load<f32>(scales + (row1 << 2)));
    scale = f32x4.replace_lane(scale, 2, load<f32>(scales + (row2 << 2)));
    scale = f32x4.replace_lane(scale, 3, load<f32>(scales + (row3 << 2)));
    const similarity = f32x4.mul(f32x4.convert_i32x4_s(total), f32x4.mul(scale, f32x4.splat(queryScale)));
    v128.store(estimates + ((<usize>i) << 2), similarity);
  }
}

/** into[i] = max(into[i], from[i]); `count` padded to a multiple of four. */
export function maximum(into: usize, from: usize, count: i32): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16) {
    v128.store(into + i, f32x4.max(v128.load(into + i), v128.load(from + i)));
  }
}

/**
 * Turns estimates into upper bounds, in place, and keeps the `k` highest lower bounds in a min-heap: whatever has an
 * upper bound below the heap's root cannot be among the k best. The true similarity lies within
 *   error(row) * errorWeight + slack
 * of the estimate, with errorWeight = |y| + |ey| and slack = |x| |ey| + rounding, for a query y = its int16 form + ey.
 */
export function admit(
  estimates: usize,
  list: usize,
  count: i32,
  errors: usize,
  errorWeight: f32,
  slack: f32,
  heap: usize,
  k: i32,
): void {
  for (let i = 0; i < count; i++) {
    const row = <usize>load<u16>(list + ((<usize>i) << 1));
    const at = estimates + ((<usize>i) << 2);
    const middle = load<f32>(at);
    const margin = load<f32>(errors + (row << 2)) * errorWeight + slack;
    store<f32>(at, middle + margin);
    keepLower(heap, k, middle - margin);
  }
}

/** As `admit`, for bestScore: highest estimates to positives (turned into upper bounds, in place) and to negatives. */
export function admitBestScore(
  positives: usize,
  negatives: usize,
  list: usize,
  count: i32,
  errors: usize,
  errorWeight: f32,
  slack: f32,
  heap: usize,
  k: i32,
): void {
  for (let i = 0; i < count; i++) {
    const row = <usize>load<u16>(list + ((<usize>i) << 1));
    const at = (<usize>i) << 2;
    const p = load<f32>(positives + at);
    const n = load<f32>(negatives + at);
    const margin = load<f32>(errors + (row << 2)) * errorWeight + slack;
    // The score rises with p and falls with n, so the corners of the box of errors bound it.
    store<f32>(positives + at, <f32>bestScore(p + margin, n - margin) + slack);
    keepLower(heap, k, <f32>bestScore(p - margin, n + margin) - slack);
  }
}

/**
 * Scores exactly, in float64 over the float32 rows, every listed row whose upper bound reaches `threshold`, and keeps
 * the `k` best (higher score, then lower key) that reach `minimum` in the heap of results: f64 score, f64 key, i32 row.
 */
export function rescore(
  uppers: usize,
  list: usize,
  count: i32,
  vectors: usize,
  keys: usize,
  dimensions: i32,
  query: usize,
  threshold: f32,
  minimum: f64,
  firstRow: i32,
  results: usize,
  k: i32,
): i32 {
  let scored = 0;
  for (let i = 0; i < count; i++) {
    const upper = load<f32>(uppers + ((<usize>i) << 2));
    if (upper < threshold || hopeless(results, k, upper)) continue;
    const row = <usize>load<u16>(list + ((<usize>i) << 1));
    const score = dot(vectors + ((row * dimensions) << 2), query, dimensions);
    scored++;
    if (score >= minimum) keepResult(results, k, score, load<f64>(keys + (row << 3)), firstRow + <i32>row);
  }
  return scored;
}

/** As `rescore`, for bestScore over float64[positiveCount + negativeCount][dimensions] examples. */
export function rescoreBestScore(
  uppers: usize,
  list: usize,
  count: i32,
  vectors: usize,
  keys: usize,
  dimensions: i32,
  examples: usize,
  positiveCount: i32,
  negativeCount: i32,
  threshold: f32,
  minimum: f64,
  firstRow: i32,
  results: usize,
  k: i32,
): i32 {
  const stride = (<usize>dimensions) << 3;
  let scored = 0;
  for (let i = 0; i < count; i++) {
    const upper = load<f32>(uppers + ((<usize>i) << 2));
    if (upper < threshold || hopeless(results, k, upper)) continue;
    const row = <usize>load<u16>(list + ((<usize>i) << 1));
    const vector = vectors + ((row * dimensions) << 2);
    let example = examples;
    let p: f64 = -Infinity;
    let n: f64 = -Infinity;
    for (let j = 0; j < positiveCount; j++, example += stride)
      p = max<f64>(p, dot(vector, example, dimensions));
    for (let j = 0; j < negativeCount; j++, example += stride)
      n = max<f64>(n, dot(vector, example, dimensions));
    const score = bestScore(p, n);
    scored++;
    if (score >= minimum) keepResult(results, k, score, load<f64>(keys + (row << 3)), firstRow + <i32>row);
  }
  return scored;
}

function dot(vector: usize, query: usize, dimensions: i32): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  let q = query;
  const end = vector + ((<usize>dimensions) << 2);
  for (let v = vector; v < end; v += 16, q += 32) {
    const four = v128.load(v);
    const two = v128.shuffle<i32>(four, four, 2, 3, 2, 3);
    even = f64x2.add(even, f64x2.mul(f64x2.promote_low_f32x4(four), v128.load(q)));
    odd = f64x2.add(odd, f64x2.mul(f64x2.promote_low_f32x4(two), v128.load(q, 16)));
  }
  const sum = f64x2.add(even, odd);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** See recommend-strategies.ts. */
function bestScore(p: f64, n: f64): f64 {
  return p > n ? sigmoid(p) : -sigmoid(n);
}
function sigmoid(x: f64): f64 {
  return (1 + x / (1 + abs<f64>(x))) / 2;
}

/* A min-heap of lower bounds: i32 size, 12 bytes of padding, f32[k]. */

function keepLower(heap: usize, k: i32, value: f32): void {
  const size = load<i32>(heap);
  const values = heap + 16;
  if (size < k) {
    let at = size;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = load<f32>(values + ((<usize>parent) << 2));
      if (above <= value) break;
      store<f32>(values + ((<usize>at) << 2), above);
      at = parent;
    }
    store<f32>(values + ((<usize>at) << 2), value);
    store<i32>(heap, size + 1);
    return;
  }
  if (value <= load<f32>(values)) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= k) break;
    let lower = load<f32>(values + ((<usize>child) << 2));
    if (child + 1 < k) {
      const right = load<f32>(values + ((<usize>child) << 2), 4);
      if (right < lower) {
        child++;
        lower = right;
      }
    }
    if (lower >= value) break;
    store<f32>(values + ((<usize>at) << 2), lower);
    at = child;
  }
  store<f32>(values + ((<usize>at) << 2), value);
}

/* A heap of results with the worst at its root: i32 size, 12 bytes of padding, then entries of 24 bytes. */

function hopeless(heap: usize, k: i32, upper: f32): bool {
  return load<i32>(heap) >= k && <f64>upper < load<f64>(heap, 16);
}

/** Whether result a is worse than b: lower score, or the same and a higher key. */
function worse(scoreA: f64, keyA: f64, scoreB: f64, keyB: f64): bool {
  return scoreA < scoreB || (scoreA == scoreB && keyA > keyB);
}

function keepResult(heap: usize, k: i32, score: f64, key: f64, row: i32): void {
  const size = load<i32>(heap);
  const entries = heap + 16;
  if (size < k) {
    let at = size;
    while (at > 0) {
      const parent = entry(entries, (at - 1) >> 1);
      if (!worse(score, key, load<f64>(parent), load<f64>(parent, 8))) break;
      memory.copy(entry(entries, at), parent, 24);
      at = (at - 1) >> 1;
    }
    put(entry(entries, at), score, key, row);
    store<i32>(heap, size + 1);
    return;
  }
  if (!worse(load<f64>(entries), load<f64>(entries, 8), score, key)) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= k) break;
    let below = entry(entries, child);
    if (child + 1 < k) {
      const right = entry(entries, child + 1);
      if (worse(load<f64>(right), load<f64>(right, 8), load<f64>(below), load<f64>(below, 8))) {
        child++;
        below = right;
      }
    }
    if (!worse(load<f64>(below), load<f64>(below, 8), score, key)) break;
    memory.copy(entry(entries, at), below, 24);
    at = child;
  }
  put(entry(entries, at), score, key, row);
}

function entry(entries: usize, at: i32): usize {
  return entries + <usize>at * 24;
}

function put(at: usize, score: f64, key: f64, row: i32): void {
  store<f64>(at, score);
  store<f64>(at, key, 8);
  store<i32>(at, row, 16);
}

import { randomUUID } from 'node:crypto';
import {
  catalogueId,
  type FilterPayload,
  type ItemNumber,
  itemNumber,
  matchesFilter,
  modelId,
  type Random,
  seededRandom,
} from '@kindling/domain';
import { expect, type TestContext } from 'vitest';
import { byScoreThenKey } from '../fusion.js';
import type { QueryScope, SpaceDefinition, VectorHit, VectorIndex, VectorPoint } from '../port.js';

export interface ConformanceOptions {
  /** A reason to skip the whole suite, shown in its name. */
  readonly skip?: string;
  /** How far a score may be from the oracle's; engines compute in float32. */
  readonly tolerance?: number;
  /** The share of the true nearest that an approximate engine must find; 1 for an exact one. */
  readonly recall?: number;
  readonly propertyRuns?: number;
}

/** What every part of the suite works on. */
export interface Bench {
  readonly index: () => VectorIndex;
  readonly tolerance: number;
  readonly recall: number;
  readonly propertyRuns: number;
}

export const tenantA = catalogueId('tenant-a');
export const tenantB = catalogueId('tenant-b');

export const uniqueName = (kind: string) => `conformance-${kind}-${randomUUID()}`;

export async function makeSpace(bench: Bench, dimensions: number): Promise<SpaceDefinition> {
  const space = { name: uniqueName('space'), model: modelId('conformance-model'), dimensions };
  await bench.index().ensureSpace(space);
  return space;
}

export function unit(values: readonly number[]): Float32Array {
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(values, (value) => value / norm);
}

/** Sum of twelve uniforms: near enough to a normal variable for directions. */
const gaussian = (random: Random) => {
  let sum = -6;
  for (let draw = 0; draw < 12; draw++) sum += random();
  return sum;
};
export const randomUnit = (random: Random, dimensions: number) =>
  unit(Array.from({ length: dimensions }, () => gaussian(random)));

/** Texts come in topics: points around `clusters` centres, as close to them as `spread` is small. */
export function clusteredUnits(
  seed: string,
  count: number,
  dimensions: number,
  clusters: number,
  spread = 1,
): readonly Float32Array[] {
  const random = seededRandom(seed);
  const centres = Array.from({ length: clusters }, () => randomUnit(random, dimensions));
  return Array.from({ length: count }, () => {
    const centre = centres[Math.floor(random() * clusters)];
    const noise = randomUnit(random, dimensions);
    return unit(Array.from(noise, (value, at) => spread * value + (centre?.[at] ?? 0)));
  });
}

export const point = (
  key: number,
  vector: Float32Array,
  payload: FilterPayload = {},
  version = key,
): VectorPoint => ({ key: itemNumber(key), version, vector, payload });

export const keysOf = (hits: readonly { readonly key: ItemNumber }[]) => hits.map((hit) => Number(hit.key));
export const numbers = (...keys: number[]) => keys.map(itemNumber);

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (const [at, value] of a.entries()) sum += value * (b[at] ?? 0);
  return sum;
}

/** Every point that a query may answer with, best first, scored by brute force. */
export function oracle(
  points: readonly VectorPoint[],
  scope: Pick<QueryScope, 'filter' | 'exclude' | 'minimumScore'>,
  score: (vector: Float32Array) => number,
): readonly VectorHit[] {
  return points
    .filter((one) => scope.filter === undefined || matchesFilter(one.payload, scope.filter))
    .filter((one) => !scope.exclude?.includes(one.key))
    .map((one) => ({ key: one.key, score: score(one.vector) }))
    .filter((hit) => hit.score >= (scope.minimumScore ?? -Infinity))
    .sort(byScoreThenKey);
}

/** The hits are the best `limit` of `truth`, in order; scores closer than the tolerance may change places. */
export function expectBest(
  bench: Bench,
  hits: readonly VectorHit[],
  truth: readonly VectorHit[],
  limit: number,
): void {
  const scores = new Map(truth.map((hit) => [hit.key, hit.score]));
  const expected = Math.min(limit, truth.length);
  expect(new Set(keysOf(hits)).size, 'a hit comes once').toBe(hits.length);
  expect(hits.length).toBeLessThanOrEqual(expected);
  const cut = (truth[expected - 1]?.score ?? 0) - bench.tolerance;
  let found = 0;
  for (const [position, hit] of hits.entries()) {
    const score = scores.get(hit.key);
    if (score === undefined) throw new Error(`${hit.key} may not be among the hits`);
    expect(Math.abs(hit.score - score), `score of ${hit.key}`).toBeLessThanOrEqual(bench.tolerance);
    const before = hits[position - 1];
    if (before) expect(byScoreThenKey(before, hit), 'best first, ties by key').toBeLessThan(0);
    if (score >= cut) found++;
  }
  expect(found, 'true nearest among the hits').toBeGreaterThanOrEqual(Math.ceil(expected * bench.recall));
}

/** Skips, with the reason in the report, what the engine says it cannot do. */
export function needs(ctx: TestContext, capability: boolean, what: string): void {
  if (!capability) ctx.skip(`the engine says that it has no ${what}`);
}

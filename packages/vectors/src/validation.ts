import { type ItemNumber, KindlingError } from '@kindling/domain';
import { maximumLimit, type QueryScope, type RecommendQuery, type VectorPoint } from './port.js';

/* What every engine refuses, in the same words, before anything of the call is applied. */

/** Encoders normalise in float32: a norm further from 1 than this is a vector that was not normalised at all. */
const normTolerance = 1e-3;

export function assertPoints(points: readonly VectorPoint[], dimensions: number): void {
  for (const point of points) {
    const where = `Item ${point.key}`;
    assertWholeNumber(point.key, `${where}: the key`);
    assertWholeNumber(point.version, `${where}: version ${point.version}`);
    const norm = finiteNorm(point.vector, dimensions, `${where}: its vector`);
    if (Math.abs(norm - 1) > normTolerance) {
      refuse(`${where}: its vector has length ${norm.toFixed(4)}, not 1; normalise it before storing it`);
    }
    for (const [field, value] of Object.entries(point.payload)) {
      for (const one of Array.isArray(value) ? value : [value]) {
        if (typeof one === 'number' && !Number.isFinite(one)) {
          refuse(`${where}: payload field ${field} is ${one}; send a finite number or leave it out`);
        }
      }
    }
  }
}

export function assertKeys(keys: readonly ItemNumber[], version: number): void {
  for (const key of keys) assertWholeNumber(key, `Key ${key}`);
  assertWholeNumber(version, `Version ${version}`);
}

export function assertScope(scope: Pick<QueryScope, 'limit' | 'minimumScore'>): void {
  if (!Number.isInteger(scope.limit) || scope.limit < 1 || scope.limit > maximumLimit) {
    refuse(`limit ${scope.limit} is not a whole number from 1 to ${maximumLimit}`);
  }
  if (scope.minimumScore !== undefined && Number.isNaN(scope.minimumScore)) {
    refuse('minimumScore is not a number');
  }
}

/** The vector scaled to length 1. */
export function normalisedQuery(vector: Float32Array, dimensions: number): Float32Array {
  const norm = finiteNorm(vector, dimensions, 'The query vector');
  if (norm === 0) refuse('The query vector is zero: it points nowhere, so nothing is near it');
  return vector.map((value) => value / norm);
}

export function assertDiversity(diversity: { readonly lambda: number; readonly candidates: number }): void {
  if (!(diversity.lambda >= 0 && diversity.lambda <= 1)) {
    refuse(`lambda ${diversity.lambda} is not from 0 to 1`);
  }
  assertScope({ limit: diversity.candidates });
}

export function assertExamples(query: Pick<RecommendQuery, 'positive' | 'negative' | 'strategy'>): void {
  const negatives = query.negative?.length ?? 0;
  if (query.positive.length === 0 && (negatives === 0 || query.strategy === 'averageVector')) {
    refuse(
      query.strategy === 'averageVector'
        ? 'recommend by averageVector needs a positive example'
        : 'recommend needs an example, positive or negative',
    );
  }
}

function finiteNorm(vector: Float32Array, dimensions: number, what: string): number {
  if (vector.length !== dimensions) {
    refuse(`${what} has ${vector.length} dimensions, the space has ${dimensions}`);
  }
  let squares = 0;
  for (let index = 0; index < dimensions; index++) squares += (vector[index] ?? 0) ** 2;
  // NaN and infinity survive every sum, so one look at the end is enough.
  if (!Number.isFinite(squares)) refuse(`${what} holds NaN or infinity`);
  return Math.sqrt(squares);
}

function assertWholeNumber(value: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < 0) refuse(`${what} is not a whole number from 0 below 2^53`);
}

function refuse(message: string): never {
  throw new KindlingError('BAD_INPUT', message);
}

import { readFileSync } from 'node:fs';
import { type ItemNumber, itemNumber, matchesFilter } from '@kindling/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fuseHits } from '../../fusion.js';
import { maximalMarginalRelevance } from '../../maximal-marginal-relevance.js';
import type { VectorHit } from '../../port.js';
import { averageVectorQuery, bestScore } from '../../recommend-strategies.js';
import { createQdrantIndex } from '../qdrant-index.js';
import { type QdrantStub, startQdrantStub } from '../qdrant-stub.fixture.js';
import {
  filters,
  fusionQueries,
  type GoldenFile,
  nearestQueries,
  playGolden,
  points,
  recommendQueries,
  type TranscriptEntry,
} from './golden.fixture.js';

type Answer = readonly (readonly [number, number])[];
const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as T;
const transcript = read<readonly TranscriptEntry[]>('./transcript.json');
const golden = read<GoldenFile>('./answers.json');
const { engine } = golden;

/** Scores are float32 here and there, summed in another order. */
const tolerance = 2e-6;

describe(`golden answers of ${engine.package} ${engine.version}, the real engine, recorded on ${engine.generated}`, () => {
  let stub: QdrantStub;
  let played: Awaited<ReturnType<typeof playGolden>>;
  beforeAll(async () => {
    stub = await startQdrantStub();
    played = await playGolden(createQdrantIndex({ url: stub.url }), stub);
  });
  afterAll(() => stub.close());

  it('answer the very requests that our engine sends today', () => {
    expect(played.map(({ stubResult: _, ...entry }) => entry)).toEqual(transcript);
  });

  it('leave out only what the embeddable engine cannot be asked', () => {
    expect(golden.answers).toHaveLength(transcript.length);
    expect(golden.notCovered.map((one) => one.name)).toEqual(['filter: a yes', 'groups']);
  });

  it('are the same from int8 segments with a graph, rescored', () => {
    expect(golden.quantised.optimised).toBe(true);
    expect(golden.quantised.rankings).toBeGreaterThan(80);
    expect(golden.quantised.same).toBe(golden.quantised.rankings);
  });

  describe('and the stub agrees with them', () => {
    it.for(transcript.map((entry, at) => [at, entry.path, entry.name] as const))(
      'request %i, %s: %s',
      ([at, path], ctx) => {
        const answer = golden.answers[at];
        if (answer === null) return ctx.skip('not covered by the embeddable engine');
        const result = played[at]?.stubResult;
        if (path === 'points/query') expectSameRanking(rankingOf(result), answer as Answer);
        else if (path === 'points/query/batch') {
          (answer as readonly Answer[]).forEach((one, list) => {
            expectSameRanking(rankingOf((result as readonly unknown[])[list]), one);
          });
        } else if (path === 'points/scroll') expect(recordsOf(result)).toEqual(sortedRecords(answer));
        else if (path === 'points/count') expect(result).toEqual({ count: answer });
        else expect(answer).toBe('done');
      },
    );
  });

  const answerTo = (name: string): Answer => {
    const at = transcript.findLastIndex((entry) => entry.name === name && entry.path === 'points/query');
    return golden.answers[at] as Answer;
  };

  describe('and what the port promises agrees with them', () => {
    const stored = new Map(storedPayloads());

    it.each(filters.filter(([name]) => name !== 'a yes'))('matchesFilter: %s', (name, filter) => {
      const expected = [...stored].filter(([, one]) => matchesFilter(one, filter)).map(([key]) => key);
      const keys = answerTo(`filter: ${name}`).map(([key]) => key);
      expect(keys.sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
    });

    it.each(recommendQueries)('recommend: %s', (name, query) => {
      const vectorsOf = (examples: typeof query.positive) =>
        examples.map((one) => (typeof one === 'number' ? vectorOf(one) : one));
      const [positive, negative] = [vectorsOf(query.positive), vectorsOf(query.negative ?? [])];
      const closest = (vectors: readonly Float32Array[], one: Float32Array) =>
        Math.max(...vectors.map((vector) => dot(vector, one)));
      const total = (vectors: readonly Float32Array[], one: Float32Array) =>
        vectors.reduce((sum, vector) => sum + dot(vector, one), 0);
      const direction =
        query.strategy === 'averageVector'
          ? normalised(averageVectorQuery(positive, negative))
          : new Float32Array();
      const score = (vector: Float32Array) =>
        query.strategy === 'averageVector'
          ? dot(direction, vector)
          : query.strategy === 'bestScore'
            ? bestScore(closest(positive, vector), closest(negative, vector))
            : total(positive, vector) - total(negative, vector);
      const answer = answerTo(name);
      expect(answer.length).toBeGreaterThan(50);
      for (const [key, given] of answer) expect(score(vectorOf(key))).toBeCloseTo(given, 5);
    });

    it.each(fusionQueries)('fuse: %s', (name, query) => {
      const outer = 'filter' in query ? query.filter : undefined;
      const minimum = 'minimumScore' in query ? query.minimumScore : -Infinity;
      const lists = query.prefetch.map((list) =>
        [...stored]
          .filter(([key]) => !query.exclude.includes(key))
          .filter(([, payload]) => outer === undefined || matchesFilter(payload, outer))
          .filter(
            ([, payload]) =>
              !('filter' in list) || list.filter === undefined || matchesFilter(payload, list.filter),
          )
          .map(([key]): VectorHit => ({ key, score: dot(list.vector, vectorOf(key)) }))
          .filter((hit) => hit.score >= minimum)
          .sort((a, b) => b.score - a.score)
          .slice(0, list.limit),
      );
      expectSameRanking(
        fuseHits(lists, query.method).map((hit) => [hit.key, hit.score]),
        answerTo(name),
      );
    });

    it.each(nearestQueries.filter(([, query]) => query.diversity))('%s', (name, query) => {
      const { lambda = 1, candidates = 0 } = query.diversity ?? {};
      const best = [...stored.keys()]
        .map((key) => ({ key, score: dot(query.vector, vectorOf(key)) }))
        .sort((a, b) => b.score - a.score)
        .slice(0, candidates);
      const matrix = new Float32Array(best.length * query.vector.length);
      best.forEach((hit, at) => {
        matrix.set(vectorOf(hit.key), at * query.vector.length);
      });
      const scores = best.map((hit) => hit.score);
      const chosen = maximalMarginalRelevance(scores, matrix, lambda, query.limit).map((at) => best[at]);
      expectSameRanking(
        chosen.map((hit): [number, number] => [hit?.key ?? 0, hit?.score ?? 0]),
        answerTo(name),
        false,
      );
    });
  });

  function vectorOf(key: number): Float32Array {
    const found = points.find((point) => point.key === key);
    if (!found) throw new Error(`There is no point ${key}`);
    return found.vector;
  }
});

/** What is stored once the races are over: see playGolden. */
function storedPayloads(): [ItemNumber, (typeof points)[number]['payload']][] {
  const payloads = new Map(points.map((point) => [point.key, point.payload]));
  payloads.delete(itemNumber(1));
  for (const [key, version] of [
    [2, 901],
    [11, 11],
    [12, 950],
  ] as const) {
    payloads.set(itemNumber(key), { tags: [`v${version}`] });
  }
  payloads.delete(itemNumber(13));
  return [...payloads];
}

/**
 * The same scores in the same places, and the same points wherever their score is their own: which of several points
 * with equal scores comes first, or in at the end, Qdrant leaves open.
 */
function expectSameRanking(found: Answer, answer: Answer, sorted = true): void {
  expect(found).toHaveLength(answer.length);
  found.forEach(([, score], at) => {
    expect(Math.abs(score - (answer[at]?.[1] ?? NaN)), `score ${at}`).toBeLessThan(tolerance);
  });
  const own = (list: Answer) => {
    const last = list.at(-1)?.[1] ?? 0;
    return list
      .filter(([, score]) => !sorted || score > last + tolerance)
      .map(([key, score]) => `${key} ${score.toFixed(4)}`)
      .sort();
  };
  if (sorted) expect(keysOf(own(found))).toEqual(keysOf(own(answer)));
  else expect(found.map(([key]) => key)).toEqual(answer.map(([key]) => key));
}
const keysOf = (entries: readonly string[]) => entries.map((entry) => entry.split(' ')[0]);

function rankingOf(result: unknown): Answer {
  const { points: hits } = result as { points: readonly { id: string; score: number }[] };
  return hits.map(({ id, score }) => [keyOf(id), score]);
}

function recordsOf(result: unknown) {
  const { points: records } = result as {
    points: readonly { id: string; payload: unknown; vector: readonly number[] | null }[];
  };
  return sortedRecords(
    records.map(({ id, payload, vector }) => [keyOf(id), payload, Array.isArray(vector) ? vector : null]),
  );
}

function sortedRecords(records: unknown) {
  return [...(records as readonly [number, unknown, readonly number[] | null][])].sort((a, b) => a[0] - b[0]);
}

const keyOf = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(17), 16);
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
function normalised(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / norm);
}

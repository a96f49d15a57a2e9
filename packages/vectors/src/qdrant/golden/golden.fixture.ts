import {
  catalogueId,
  type ItemFilter,
  itemNumber,
  modelId,
  type Random,
  seededRandom,
} from '@kindling/domain';
import type { NearestQuery, RecommendQuery, VectorIndex, VectorPoint } from '../../port.js';
import type { QdrantStub, RecordedRequest } from '../qdrant-stub.fixture.js';

/**
 * The session behind the golden answers: a fixed series of calls of the port. The requests that our engine makes of
 * them (transcript.json) were answered once by Qdrant's own engine (answers.json, by generate.py).
 */
export interface TranscriptEntry {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}
export interface GoldenFile {
  readonly engine: { readonly package: string; readonly version: string; readonly generated: string };
  /** The same rankings, asked of segments that are quantised to int8 and indexed. */
  readonly quantised: { readonly optimised: boolean; readonly rankings: number; readonly same: number };
  readonly notCovered: readonly { readonly name: string; readonly why: string }[];
  /** By position in the transcript; null where not covered. */
  readonly answers: readonly (unknown | null)[];
}

export const tenant = catalogueId('golden');
export const space = { name: 'golden', model: modelId('golden-model'), dimensions: 16 };

export const points: readonly VectorPoint[] = makePoints();
/** Filters, and what each is there for. */
export const filters: readonly (readonly [string, ItemFilter])[] = [
  ['all of nothing', { all: [] }],
  ['any of nothing', { any: [] }],
  ['a text of a list', { field: 'tags', in: ['space'] }],
  ['one of several texts', { field: 'tags', in: ['space', 'war', 'nowhere'] }],
  ['in an empty list', { field: 'tags', in: [] }],
  ['a missing field', { field: 'attributes.nowhere', in: ['x'] }],
  ['not a missing field', { not: { field: 'attributes.nowhere', in: ['x'] } }],
  ['not a text that some lack', { not: { field: 'tags', in: ['space'] } }],
  ['not a range that some lack', { not: { field: 'price', range: { gte: 5 } } }],
  ['a whole number', { field: 'attributes.mixed', in: [3] }],
  ['a fraction', { field: 'attributes.mixed', in: [2.5] }],
  ['a digit as text', { field: 'attributes.mixed', in: ['3'] }],
  ['texts and numbers at once', { field: 'attributes.mixed', in: ['3', 3, 2.5] }],
  ['a half-open range', { field: 'price', range: { gte: 3, lt: 7 } }],
  ['an open range', { field: 'price', range: { gt: 3, lte: 7 } }],
  ['a range without bounds', { field: 'attributes.mixed', range: {} }],
  ['a range over a list', { field: 'attributes.sizes', range: { gte: 40 } }],
  ['a range nobody meets', { field: 'price', range: { gte: 7, lt: 3 } }],
  ['milliseconds since 1970', { field: 'publishedAt', range: { gte: 1_600_000_000_000 } }],
  ['a name with a dot, a quote and a space', { field: 'attributes.we"ird na.me', in: ['yes'] }],
  ['an empty text', { field: 'attributes.empty', in: [''] }],
  ['Chinese', { field: 'attributes.语言', in: ['中文'] }],
  [
    'nested',
    {
      all: [
        { any: [{ field: 'tags', in: ['war'] }, { not: { field: 'price', range: { lt: 5 } } }] },
        { not: { all: [{ field: 'status', in: ['HIDDEN'] }, { any: [] }] } },
      ],
    },
  ],
  ['a yes', { field: 'attributes.flag', in: [true] }],
  ...randomFilters(40),
];

const draw = seededRandom('golden-queries');
const vectors = Array.from({ length: 6 }, () => randomUnit(draw));
const vector = (index: number): Float32Array => vectors[index] ?? new Float32Array();
const everything = { space: space.name, tenant, limit: 100 };
const [three, four, seven, nine] = [3, 4, 7, 9].map(itemNumber) as [
  ReturnType<typeof itemNumber>,
  ReturnType<typeof itemNumber>,
  ReturnType<typeof itemNumber>,
  ReturnType<typeof itemNumber>,
];

export const nearestQueries: readonly (readonly [string, NearestQuery])[] = [
  ['nearest', { ...everything, vector: vector(0) }],
  ['nearest, a few', { ...everything, limit: 5, vector: vector(1) }],
  [
    'nearest, some excluded',
    { ...everything, limit: 5, vector: vector(1), exclude: [three, four, seven, nine] },
  ],
  ['nearest, a tie across the limit', { ...everything, limit: 3, vector: points[50]?.vector ?? vector(0) }],
  ['nearest above a score', { ...everything, vector: vector(2), minimumScore: 0.2 }],
  ...filters.map(
    ([name, filter]) => [`filter: ${name}`, { ...everything, vector: vector(3), filter }] as const,
  ),
  ...[1, 0.7, 0.5, 0].map(
    (lambda) =>
      [
        `mmr, lambda ${lambda}`,
        { ...everything, limit: 8, vector: vector(4), diversity: { lambda, candidates: 20 } },
      ] as const,
  ),
  [
    'mmr, fewer candidates than asked for',
    { ...everything, limit: 8, vector: vector(4), diversity: { lambda: 0.5, candidates: 3 } },
  ],
];

export const recommendQueries: readonly (readonly [string, RecommendQuery])[] = (
  ['averageVector', 'bestScore', 'sumScores'] as const
).flatMap((strategy) => [
  [`${strategy}, likes`, { ...everything, strategy, positive: [three, vector(5)] }] as const,
  [
    `${strategy}, likes and dislikes`,
    { ...everything, strategy, positive: [three, four], negative: [seven] },
  ] as const,
  ...(strategy === 'averageVector'
    ? []
    : [
        [
          `${strategy}, dislikes only`,
          { ...everything, strategy, positive: [], negative: [seven, vector(5)] },
        ] as const,
      ]),
]);

/** Which of equal hits stands first in a list Qdrant leaves open, and a fused score depends on it: no ties here. */
const untied = { ...everything, exclude: points.slice(50).map((point) => point.key) };
export const fusionQueries = (['reciprocalRank', 'distributionBased'] as const).flatMap((method) => [
  [
    `${method} of two`,
    { ...untied, method, prefetch: [vector(0), vector(1)].map((one) => ({ vector: one, limit: 20 })) },
  ] as const,
  [
    `${method} of one, of a single hit, behind filters`,
    {
      ...untied,
      method,
      filter: { field: 'price', range: { gte: 2 } },
      minimumScore: 0.1,
      prefetch: [
        { vector: vector(2), limit: 60 },
        { vector: vector(3), limit: 1 },
        { vector: vector(3), limit: 30, filter: { field: 'tags', in: ['space'] } },
      ],
    },
  ] as const,
]);

/** Plays the session and answers the requests that reached the stub, named for the call that caused them. */
export async function playGolden(
  index: VectorIndex,
  stub: QdrantStub,
): Promise<readonly (TranscriptEntry & { readonly stubResult: unknown })[]> {
  const entries: (TranscriptEntry & { readonly stubResult: unknown })[] = [];
  const step = async (name: string, call: () => Promise<unknown>) => {
    const from = stub.requests.length;
    await call();
    for (const request of stub.requests.slice(from)) {
      const entry = readEntry(name, request);
      if (entry) entries.push({ ...entry, stubResult: request.result });
    }
  };
  await step('make the space', () => index.ensureSpace(space));
  await step('store', () => index.upsert(space.name, tenant, points));
  await step('delete', () => index.delete(space.name, tenant, [1, 2].map(itemNumber), 900));
  // Writers that read before others wrote: what keeps them from harm is the condition of the write alone.
  stub.blindReads(true);
  const late = (key: number, version: number) => ({
    ...pointAt(key - 1),
    version,
    payload: { tags: [`v${version}`] },
  });
  await step('lost races: older, same and newer versions in one write', () =>
    index.upsert(space.name, tenant, [late(1, 899), late(2, 901), late(10, 9), late(11, 11), late(12, 950)]),
  );
  await step('lost race: a tombstone of the same version stays', () =>
    index.upsert(space.name, tenant, [late(1, 900)]),
  );
  await step('lost race: a delete older than what is stored', () =>
    index.delete(space.name, tenant, [itemNumber(12), itemNumber(13)], 940),
  );
  stub.blindReads(false);
  await step('what is stored after the races', () =>
    index.fetch(
      space.name,
      tenant,
      points.map((point) => point.key),
    ),
  );
  await step('freshness', () => index.freshness(space.name, tenant));
  for (const [name, query] of nearestQueries) await step(name, () => index.nearest(query));
  for (const [name, query] of recommendQueries) await step(name, () => index.recommend(query));
  for (const [name, query] of fusionQueries) await step(name, () => index.fuse(query));
  await step('nearest, in one batch', () =>
    index.nearestBatch({ ...everything, limit: 4, vectors: [vector(0), vector(1)] }),
  );
  await step('groups', () =>
    index.nearestGroups({ ...everything, vector: vector(0), groupBy: 'tags', groupSize: 2 }),
  );
  await step('delete the tenant', () => index.deleteTenant(space.name, tenant));
  await step('freshness of nothing', () => index.freshness(space.name, tenant));
  return entries;
}

/** Only what concerns points and their indexes: collections and aliases are no part of the embeddable engine. */
function readEntry(name: string, { method, url, body }: RecordedRequest): TranscriptEntry | null {
  const match = /^\/collections\/[^/]+\/((?:points|index).*)$/.exec(new URL(url, 'http://stub').pathname);
  return match?.[1] ? { name, method, path: match[1], body } : null;
}

function pointAt(index: number): VectorPoint {
  const found = points[index];
  if (!found) throw new Error(`There is no point ${index}`);
  return found;
}

function makePoints(): readonly VectorPoint[] {
  const random = seededRandom('golden-points');
  const words = ['space', 'war', 'robots', 'love'];
  const shared = randomUnit(random);
  return Array.from({ length: 60 }, (_, index) => ({
    key: itemNumber(index + 1),
    version: index + 1,
    // Ten points share a vector, so that ties are as common as items with the same title.
    vector: index >= 50 ? shared : randomUnit(random),
    payload: {
      status: index % 9 === 0 ? 'HIDDEN' : 'ACTIVE',
      tags: words.filter(() => random() < 0.4),
      price: index % 5 === 0 ? null : Math.round(random() * 100) / 10,
      publishedAt: 1_500_000_000_000 + index * 5_000_000_000,
      ...(index % 3 === 0 ? { 'attributes.mixed': mixed(index, random) } : {}),
      ...(index % 4 === 0 ? { 'attributes.sizes': [36 + (index % 7), 40 + (index % 3)] } : {}),
      ...(index % 6 === 0 ? { 'attributes.we"ird na.me': 'yes', 'attributes.empty': '' } : {}),
      ...(index % 7 === 0
        ? { 'attributes.语言': ['中文', 'English'], 'attributes.flag': index % 2 === 0 }
        : {}),
    },
  }));
}

function mixed(index: number, random: Random) {
  const values = [3, '3', 2.5, true, 'true', -1, 1e12, 0];
  if (index % 2 === 0) return values.filter(() => random() < 0.4);
  return values[Math.floor(random() * values.length)] ?? 0;
}

function randomFilters(count: number): readonly (readonly [string, ItemFilter])[] {
  const random = seededRandom('golden-filters');
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const fields = ['tags', 'price', 'attributes.mixed', 'attributes.sizes', 'status', 'attributes.none'];
  const values = ['space', 'war', '3', 'true', '', 'ACTIVE', 3, 2.5, 0, -1, 1e12, 40, 41];
  const make = (depth: number): ItemFilter => {
    const kind = depth === 0 ? pick(['in', 'range']) : pick(['in', 'range', 'all', 'any', 'not']);
    const parts = () => Array.from({ length: Math.floor(random() * 4) }, () => make(depth - 1));
    if (kind === 'all') return { all: parts() };
    if (kind === 'any') return { any: parts() };
    if (kind === 'not') return { not: make(depth - 1) };
    if (kind === 'range')
      return { field: pick(fields), range: { [pick(['gte', 'gt'])]: pick([-1, 0, 2.5, 3, 40]) } };
    return {
      field: pick(fields),
      in: Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(values)),
    };
  };
  return Array.from({ length: count }, (_, index) => [`random ${index + 1}`, make(3)] as const);
}

function randomUnit(random: Random): Float32Array {
  const values = Array.from({ length: space.dimensions }, () => random() + random() + random() - 1.5);
  const norm = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / norm);
}

import { type CatalogueId, KindlingError } from '@kindling/domain';
import type { Schemas } from '@qdrant/js-client-rest';
import { byScoreThenKey } from '../fusion.js';
import {
  type FusionQuery,
  type HitGroup,
  maximumLimit,
  type NearestBatchQuery,
  type NearestQuery,
  type QueryScope,
  type RecommendQuery,
  type RecommendStrategy,
  type VectorHit,
} from '../port.js';
import { averageVectorQuery } from '../recommend-strategies.js';
import { assertDiversity, assertExamples, assertScope, normalisedQuery } from '../validation.js';
import type { CollectionNames } from './collection-name.js';
import type { QdrantConnection } from './connection.js';
import type { Deadline } from './deadline.js';
import { scopedFilter } from './filter.js';
import type { PayloadIndexes } from './payload-indexes.js';
import { fieldPath, pointIds } from './point.js';
import type { PointWriter } from './point-writer.js';

type QueryRequest = Schemas['QueryRequest'];

/**
 * Qdrant leaves the order of equal scores open. So a few more hits than asked for are fetched and sorted by score and
 * key here; while a tie still crosses the end of what was fetched, twice as many are.
 */
const tieMargin = 8;
const mostTies = 1_024;

/** Qdrant keeps scores strictly above its threshold, the port those not below it. */
const thresholdSlack = 1e-6;

/** int8 vectors choose the candidates, the stored float32 ones decide: twice as many as asked for are compared again. */
const rescored: Schemas['SearchParams'] = { quantization: { rescore: true, oversampling: 2 } };

const strategyNames: Record<RecommendStrategy, Schemas['RecommendStrategy']> = {
  averageVector: 'average_vector',
  bestScore: 'best_score',
  sumScores: 'sum_scores',
};

/** The Query API. Every request carries the tenant's condition at its root and in each of its prefetches. */
export class Searcher {
  constructor(
    private readonly connection: QdrantConnection,
    private readonly names: CollectionNames,
    private readonly indexes: PayloadIndexes,
    private readonly points: PointWriter,
  ) {}

  async nearest(query: NearestQuery): Promise<readonly VectorHit[]> {
    assertScope(query);
    const vector = wireVector(query.vector);
    const { diversity } = query;
    if (diversity === undefined) return this.one(query, vector);
    assertDiversity(diversity);
    const mmr = { diversity: 1 - diversity.lambda, candidates_limit: diversity.candidates };
    const deadline = await this.begin(query, []);
    // The order is the order of choice, not of score: nothing to sort, and no more to ask for.
    const [hits = []] = await this.send(query, deadline, [
      this.request(query, { nearest: vector, mmr }, query.limit),
    ]);
    return aboveMinimum(hits, query);
  }

  async nearestBatch(query: NearestBatchQuery): Promise<readonly (readonly VectorHit[])[]> {
    assertScope(query);
    const vectors = query.vectors.map(wireVector);
    const deadline = await this.begin(query, []);
    return this.ranked(query, deadline, vectors);
  }

  async recommend(query: RecommendQuery): Promise<readonly VectorHit[]> {
    assertScope(query);
    assertExamples(query);
    const { strategy, negative: negatives = [] } = query;
    const deadline = await this.begin(query, []);
    // Read through the tenant's filter, as everything else: Qdrant would look ids up without it.
    const keys = [...query.positive, ...negatives].filter((example) => typeof example === 'number');
    const stored = await this.points.fetch(query.space, query.tenant, keys, deadline);
    const byKey = new Map(stored.map((point) => [point.key, point.vector]));
    const vectorsOf = (examples: RecommendQuery['positive']) =>
      examples
        .map((example) => (typeof example === 'number' ? byKey.get(example) : example))
        .filter((vector) => vector !== undefined)
        .map((vector) => normalisedQuery(vector, vector.length));
    const positive = vectorsOf(query.positive);
    const negative = vectorsOf(negatives);
    if (positive.length === 0 && (negative.length === 0 || strategy === 'averageVector')) return [];
    const scope = { ...query, exclude: [...(query.exclude ?? []), ...keys] };
    const [hits = []] = await this.ranked(scope, deadline, [
      strategy === 'averageVector'
        ? wireVector(averageVectorQuery(positive, negative))
        : {
            recommend: {
              positive: positive.map((vector) => Array.from(vector)),
              negative: negative.map((vector) => Array.from(vector)),
              strategy: strategyNames[strategy],
            },
          },
    ]);
    return hits;
  }

  async nearestGroups(
    query: NearestQuery & { readonly groupBy: string; readonly groupSize: number },
  ): Promise<readonly HitGroup[]> {
    assertScope(query);
    assertScope({ limit: query.groupSize });
    if (query.diversity) {
      throw new KindlingError(
        'UNSUPPORTED',
        'Qdrant cannot group and diversify in one query. Ask for one of them.',
      );
    }
    const vector = wireVector(query.vector);
    const deadline = await this.begin(query, []);
    if (query.minimumScore === Infinity) return [];
    const { limit: _, ...request } = this.request(query, vector, query.limit);
    const { groups } = await this.connection.send(`group points of ${query.space}`, deadline, (client) =>
      client.queryGroups(this.names.of(query.space), {
        ...request,
        group_by: fieldPath(query.groupBy),
        group_size: query.groupSize + tieMargin,
        limit: query.limit + tieMargin,
      }),
    );
    return groups
      .map(({ id, hits }) => ({
        value: id,
        hits: ranking(aboveMinimum(this.hits(query.tenant, hits), query)).slice(0, query.groupSize),
      }))
      .filter((group) => group.hits.length > 0)
      .sort((a, b) => compareFirst(a.hits, b.hits))
      .slice(0, query.limit);
  }

  async fuse(query: FusionQuery): Promise<readonly VectorHit[]> {
    assertScope(query);
    for (const { limit } of query.prefetch) assertScope({ limit });
    if (query.prefetch.length === 0) return [];
    const prefetch = query.prefetch.map(({ vector, limit, filter }) => ({
      query: wireVector(vector),
      limit,
      filter: this.filter(query, filter),
      params: rescored,
      ...threshold(query),
    }));
    const deadline = await this.begin(
      query,
      query.prefetch.map((list) => list.filter),
    );
    // The threshold is one of similarity: it holds in the lists, not for the sum of ranks.
    const { minimumScore, ...scope } = query;
    if (minimumScore === Infinity) return [];
    const fusion = query.method === 'reciprocalRank' ? { rrf: { k: 2 } } : { fusion: 'dbsf' as const };
    const [hits = []] = await this.ranked(scope, deadline, [fusion], prefetch);
    return hits;
  }

  private async one(scope: QueryScope, query: Schemas['QueryInterface']): Promise<readonly VectorHit[]> {
    const deadline = await this.begin(scope, []);
    const [hits = []] = await this.ranked(scope, deadline, [query]);
    return hits;
  }

  private async begin(
    scope: QueryScope,
    filters: readonly (QueryScope['filter'] | undefined)[],
  ): Promise<Deadline> {
    const deadline = this.connection.readDeadline();
    await this.indexes.ensureFor(this.names.of(scope.space), [scope.filter, ...filters], deadline);
    return deadline;
  }

  /** One exact ranking a query, by score and then by key. */
  private async ranked(
    scope: QueryScope,
    deadline: Deadline,
    queries: readonly Schemas['QueryInterface'][],
    prefetch?: readonly Schemas['Prefetch'][],
  ): Promise<readonly (readonly VectorHit[])[]> {
    const results: (readonly VectorHit[])[] = queries.map(() => []);
    let open = queries.map((query, index) => ({ query, index }));
    for (let margin = tieMargin; open.length > 0; margin *= 2) {
      const limit = Math.min(scope.limit + margin, maximumLimit + mostTies);
      const requests = open.map(({ query }) => ({
        ...this.request(scope, query, limit),
        ...(prefetch ? { prefetch: [...prefetch] } : {}),
      }));
      const answers = await this.send(scope, deadline, requests);
      const crossed: typeof open = [];
      open.forEach((entry, position) => {
        const hits = answers[position] ?? [];
        results[entry.index] = ranking(aboveMinimum(hits, scope)).slice(0, scope.limit);
        const tied = hits.length === limit && hits.at(-1)?.score === hits[scope.limit - 1]?.score;
        if (tied && margin < mostTies) crossed.push(entry);
      });
      open = crossed;
    }
    return results;
  }

  private async send(
    scope: QueryScope,
    deadline: Deadline,
    requests: readonly QueryRequest[],
  ): Promise<readonly (readonly VectorHit[])[]> {
    if (scope.minimumScore === Infinity) return requests.map(() => []);
    const collection = this.names.of(scope.space);
    const [only] = requests;
    const answers = await this.connection.send(`search ${scope.space}`, deadline, async (client) =>
      requests.length === 1 && only
        ? [await client.query(collection, only)]
        : client.queryBatch(collection, { searches: [...requests] }),
    );
    return answers.map(({ points }) => this.hits(scope.tenant, points));
  }

  private request(scope: QueryScope, query: Schemas['QueryInterface'], limit: number): QueryRequest {
    return {
      query,
      filter: this.filter(scope, undefined),
      limit,
      params: rescored,
      with_payload: false,
      ...threshold(scope),
    };
  }

  private filter(scope: QueryScope, more: QueryScope['filter']): Schemas['Filter'] {
    const { idOf } = pointIds(scope.tenant);
    return scopedFilter(scope.tenant, [scope.filter, more], [...new Set(scope.exclude)].map(idOf));
  }

  private hits(tenant: CatalogueId, points: readonly Schemas['ScoredPoint'][]): readonly VectorHit[] {
    const { keyOf } = pointIds(tenant);
    return points.map(({ id, score }) => ({ key: keyOf(id), score }));
  }
}

const wireVector = (vector: Float32Array): number[] => Array.from(normalisedQuery(vector, vector.length));

const ranking = (hits: readonly VectorHit[]): readonly VectorHit[] => [...hits].sort(byScoreThenKey);

const threshold = ({ minimumScore }: QueryScope): { score_threshold?: number } =>
  minimumScore === undefined || !Number.isFinite(minimumScore)
    ? {}
    : { score_threshold: minimumScore - thresholdSlack };

const aboveMinimum = (hits: readonly VectorHit[], { minimumScore = -Infinity }: QueryScope) =>
  hits.filter((hit) => hit.score >= minimumScore);

function compareFirst([a]: readonly VectorHit[], [b]: readonly VectorHit[]): number {
  return a && b ? byScoreThenKey(a, b) : 0;
}

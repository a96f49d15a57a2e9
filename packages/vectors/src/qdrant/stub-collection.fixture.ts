import type { Schemas } from '@qdrant/js-client-rest';
import { meets, valuesAt } from './stub-filter.fixture.js';
import {
  dot,
  type Ranked,
  rankDistributions,
  rankMarginally,
  rankReciprocally,
  scorer,
} from './stub-ranking.fixture.js';
import { reject } from './stub-rejection.fixture.js';

/** One collection of the stub: see qdrant-stub.fixture.ts. */
interface StubPoint {
  readonly id: string | number;
  readonly vector: Float32Array | null;
  readonly payload: Record<string, unknown>;
}
type Hit = Schemas['ScoredPoint'];

export class StubCollection {
  private readonly points = new Map<string | number, StubPoint>();
  private readonly indexes = new Map<string, Schemas['PayloadSchemaType']>();
  private readonly size: number;
  private operations = 0;

  constructor(private readonly definition: Schemas['CreateCollection']) {
    const { vectors } = definition;
    if (!vectors || typeof vectors.size !== 'number')
      reject(501, 'the stub has only one unnamed vector a point');
    if (vectors.distance !== 'Dot') reject(501, 'the stub has only the Dot distance');
    this.size = vectors.size;
  }

  info(): Schemas['CollectionInfo'] {
    return {
      status: 'green',
      optimizer_status: 'ok',
      segments_count: 1,
      points_count: this.points.size,
      config: {
        params: { ...(this.definition.vectors ? { vectors: this.definition.vectors } : {}) },
        hnsw_config: { m: 0, ef_construct: 100, full_scan_threshold: 10_000 },
        optimizer_config: {
          deleted_threshold: 0.2,
          vacuum_min_vector_number: 1000,
          default_segment_number: 0,
          flush_interval_sec: 5,
        },
        metadata: this.definition.metadata ?? null,
      },
      payload_schema: Object.fromEntries(
        [...this.indexes].map(([path, data_type]) => [path, { data_type, points: this.points.size }]),
      ),
    };
  }

  createIndex({ field_name, field_schema }: Schemas['CreateFieldIndex']): Schemas['UpdateResult'] {
    const type = typeof field_schema === 'object' && field_schema ? field_schema.type : field_schema;
    this.indexes.set(field_name, type as Schemas['PayloadSchemaType']);
    return this.done();
  }

  upsert({ points, update_filter }: Schemas['PointsList']): Schemas['UpdateResult'] {
    // The condition is checked against the state before the request, as a whole.
    const accepted = points.filter(({ id }) => {
      const stored = this.points.get(id);
      return !stored || !update_filter || meets(stored, update_filter as Schemas['Filter']);
    });
    for (const { id, vector, payload } of accepted) {
      const values = Array.isArray(vector) ? Float32Array.from(vector as number[]) : null;
      if (values) this.checkSize(values.length);
      this.points.set(id, { id, vector: values, payload: structuredClone(payload ?? {}) });
    }
    return this.done();
  }

  delete({ filter }: Schemas['FilterSelector']): Schemas['UpdateResult'] {
    for (const point of [...this.points.values()]) if (meets(point, filter)) this.points.delete(point.id);
    return this.done();
  }

  count({ filter }: Schemas['CountRequest']): Schemas['CountResult'] {
    return { count: this.matching(filter as Schemas['Filter'] | null).length };
  }

  scroll(request: Schemas['ScrollRequest']): Schemas['ScrollResult'] {
    let found = this.matching(request.filter as Schemas['Filter'] | null);
    const order = request.order_by as Schemas['OrderBy'] | null | undefined;
    if (order) {
      const type = this.indexes.get(order.key);
      if (type !== 'integer' && type !== 'float')
        reject(400, `No range index for \`order_by\` key: \`${order.key}\``);
      const direction = String(order.direction) === 'desc' ? -1 : 1;
      const orderOf = (point: StubPoint) => Number(valuesAt(point.payload, order.key)[0]);
      found = [...found].sort((a, b) => direction * (orderOf(a) - orderOf(b)));
    } else found = [...found].sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
    return {
      points: found.slice(0, request.limit ?? 10).map((point) => ({
        id: point.id,
        payload: selected(point.payload, request.with_payload),
        vector: request.with_vector ? (point.vector ? Array.from(point.vector) : {}) : null,
      })),
    };
  }

  query(request: Schemas['QueryRequest']): Hit[] {
    return this.rank(request)
      .slice(0, request.limit ?? 10)
      .map(asHit);
  }

  queryGroups(request: Schemas['QueryGroupsRequest']): Schemas['PointGroup'][] {
    const groups = new Map<string | number, Hit[]>();
    for (const hit of this.rank(request)) {
      const point = this.points.get(hit.id);
      for (const value of new Set(point ? valuesAt(point.payload, request.group_by) : [])) {
        if (typeof value !== 'string' && !Number.isInteger(value)) continue;
        const group = groups.get(value as string | number);
        if (!group) groups.set(value as string | number, [asHit(hit)]);
        else if (group.length < (request.group_size ?? 3)) group.push(asHit(hit));
      }
    }
    return [...groups].slice(0, request.limit ?? 10).map(([id, hits]) => ({ id, hits }));
  }

  private rank(request: Schemas['QueryRequest'] | Schemas['Prefetch']): Ranked[] {
    const filter = (request.filter ?? null) as Schemas['Filter'] | null;
    const query = request.query as Exclude<Schemas['QueryInterface'], number | string>;
    const threshold = request.score_threshold ?? -Infinity;
    if ('fusion' in query || 'rrf' in query) {
      const prefetches = [request.prefetch ?? []].flat() as Schemas['Prefetch'][];
      // The filter at the root holds in each list: fused positions are those of what passes it.
      const lists = prefetches.map((one) =>
        this.rank({
          ...one,
          filter: { must: [one.filter, filter].filter(Boolean) },
        } as Schemas['Prefetch']).slice(0, one.limit ?? 10),
      );
      const fused = 'rrf' in query ? rankReciprocally(lists, query.rrf.k ?? 2) : rankDistributions(lists);
      return fused.filter((hit) => hit.score > threshold);
    }
    const score = scorer(query, (length) => this.checkSize(length));
    const hits = this.matching(filter)
      .flatMap(({ id, vector }) => (vector ? [{ id, vector, score: score(vector) }] : []))
      // Strictly above; and among equal scores an order that is not that of the ids.
      .filter((hit) => hit.score > threshold)
      .sort((a, b) => b.score - a.score || (scrambled(a.id) < scrambled(b.id) ? -1 : 1));
    if (!('nearest' in query) || !query.mmr) return hits;
    const { diversity = 0.5, candidates_limit } = query.mmr as Schemas['Mmr'];
    return rankMarginally(
      hits.slice(0, candidates_limit ?? request.limit ?? 10),
      1 - (diversity ?? 0.5),
      dot,
    );
  }

  private matching(filter: Schemas['Filter'] | null | undefined): StubPoint[] {
    return [...this.points.values()].filter((point) => !filter || meets(point, filter));
  }

  private checkSize(length: number): void {
    if (length !== this.size) {
      reject(400, `Wrong input: Vector dimension error: expected dim: ${this.size}, got ${length}`);
    }
  }

  private done(): Schemas['UpdateResult'] {
    return { operation_id: this.operations++, status: 'completed' };
  }
}

const asHit = ({ id, score }: Ranked): Hit => ({ id, score, version: 0, payload: null, vector: null });
const scrambled = (id: string | number) => [...String(id)].reverse().join('');

function selected(payload: Record<string, unknown>, wanted: unknown): Record<string, unknown> {
  if (!Array.isArray(wanted)) return wanted === false ? {} : payload;
  return Object.fromEntries(Object.entries(payload).filter(([name]) => wanted.includes(name)));
}

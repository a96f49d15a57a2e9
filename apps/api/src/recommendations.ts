import { createHash, randomUUID } from 'node:crypto';
import { type CatalogueId, type Coldness, KindlingError, recommendationId } from '@kindling/domain';
import {
  type Explanation,
  explainSlots,
  type Locale,
  type PlacementKind,
  type Ranking,
  rankingSchema,
} from '@kindling/recommender';
import type { Placement, RankingStore, RecommendationLog } from '@kindling/storage';
import { z } from 'zod';
import { cursorText, expiredCursor, parseCursor } from './list-cursor.js';
import {
  type ListInput,
  type ListOperation,
  listRequest,
  rankList,
  type ShownReader,
} from './list-request.js';
import type { ItemObject } from './public/item-type.js';
import type { RecommendationConnection } from './public/recommendation-types.js';
import { redactEvidence } from './redact-evidence.js';
import type { CatalogueRuntime, LoadedStrategy } from './runtime/catalogue-runtime.js';
import type { CatalogueRuntimes } from './runtime/catalogue-runtimes.js';

export interface ListOrder extends ListInput {
  readonly catalogue: CatalogueId;
  readonly after: string | null;
  readonly locale: Locale;
  /** Whether the answer may name what the profile did; see redact-evidence.ts. */
  readonly showsEvidence: boolean;
  /** Whether the answer's ledgers were asked for: most sites show the sentence of reason alone. */
  readonly wantsLedgers: boolean;
  /** Nobody will see it: it is no exposure. */
  readonly isPreview?: boolean;
}

const storedSchema = z.object({
  /** What was asked, hashed: a cursor continues its own list, not another one. */
  asked: z.string(),
  profileId: z.string().nullable(),
  strategy: z.object({ key: z.string(), version: z.number(), name: z.string() }),
  ranking: rankingSchema,
});
type StoredRanking = z.output<typeof storedSchema>;

/** Which query a placement of that kind is for. */
const operationFor: Readonly<Record<PlacementKind, ListOperation['kind']>> = {
  PERSONAL: 'recommendations',
  COMPLEMENTARY: 'recommendations',
  TRENDING: 'recommendations',
  NEW_ARRIVALS: 'recommendations',
  SIMILAR: 'similarItems',
  SEARCH: 'search',
};

/** Makes lists: ranks or continues a ranking, puts a page of it into words, fills in the items, logs the exposure. */
export class Recommendations {
  constructor(
    private readonly runtimes: CatalogueRuntimes,
    private readonly rankings: RankingStore,
    private readonly log: RecommendationLog,
    private readonly shown: ShownReader,
  ) {}

  async list(order: ListOrder): Promise<RecommendationConnection> {
    const runtime = await this.runtimes.get(order.catalogue);
    const placement = placementFor(runtime, order);
    const id = randomUUID();
    const { rankingId, from, stored } =
      order.after === null
        ? { rankingId: id, from: 0, stored: await this.rank(runtime, placement, order, id) }
        : await this.resume(order, order.after);
    const { items } = runtime;
    const { ranking } = stored;
    const told = {
      subject: order.subject,
      itemIds: [
        ...order.cartItemIds,
        ...(order.operation.kind === 'similarItems' ? [order.operation.itemId] : []),
      ],
      texts: order.operation.kind === 'search' ? [order.operation.query] : [],
    };
    const shown = order.showsEvidence ? ranking : redactEvidence(ranking, told, items);
    const page = explainSlots(shown, {
      items,
      from,
      count: order.first,
      locale: order.locale,
      now: order.now,
      ledgers: order.wantsLedgers,
    });
    const hydrated = await runtime.cache.read(page.slots.map(({ number }) => number));
    const connection = connectionOf(page, hydrated, {
      id,
      rankingId,
      placement,
      stored,
      isFirst: from === 0,
    });
    if (order.after === null && order.wantsCursors && page.next !== null) {
      this.rankings.save(order.catalogue, rankingId, stored);
    }
    this.logExposure(order, runtime, connection, page, stored, from);
    return connection;
  }

  private async rank(
    runtime: CatalogueRuntime,
    placement: Placement,
    order: ListOrder,
    seed: string,
  ): Promise<StoredRanking> {
    let problem: unknown;
    for (const key of [placement.strategyKey, ...placement.fallback]) {
      const loaded = runtime.strategy(key);
      try {
        const request = await listRequest(
          runtime,
          { kind: placement.kind, strategy: loaded.strategy },
          order,
          seed,
          this.shown,
        );
        return storedRanking(order, loaded, await rankList(runtime, order, request));
      } catch (error) {
        if (error instanceof KindlingError && error.code !== 'UNAVAILABLE' && error.code !== 'INTERNAL')
          throw error;
        problem ??= error;
      }
    }
    throw problem;
  }

  private async resume(order: ListOrder, after: string) {
    const { rankingId, position } = parseCursor(after);
    const stored = storedSchema.safeParse(await this.rankings.find(order.catalogue, rankingId));
    if (!stored.success || stored.data.asked !== askedHash(order)) throw expiredCursor();
    return { rankingId, from: position + 1, stored: stored.data };
  }

  private logExposure(
    order: ListOrder,
    runtime: CatalogueRuntime,
    connection: RecommendationConnection,
    page: Explanation,
    stored: StoredRanking,
    from: number,
  ): void {
    const slots = page.slots.filter(({ position }) =>
      connection.edges.some(({ rank }) => rank === position + 1),
    );
    if (slots.length === 0 || order.isPreview) return;
    this.log.add({
      id: recommendationId(connection.recommendationId),
      catalogue: order.catalogue,
      operation: order.operation.kind,
      placement: connection.placement,
      profileId: order.subject.profileId ?? null,
      sessionId: order.subject.sessionId ?? null,
      strategyKey: stored.strategy.key,
      strategyVersion: stored.strategy.version,
      modelId: runtime.servingModel,
      coldness: page.coldness,
      servedLevel: page.served.level,
      degraded: connection.degraded,
      firstRank: from + 1,
      slots: slots.map(({ number, score, propensity, isExploration }) => ({
        item: number,
        score,
        propensity,
        isExploration,
      })),
      createdAt: new Date(),
    });
  }
}

function placementFor(runtime: CatalogueRuntime, { placement: key, operation }: ListOrder): Placement {
  const placement = runtime.placement(key);
  if (operationFor[placement.kind] !== operation.kind) {
    throw new KindlingError(
      'BAD_INPUT',
      `Placement "${key}" is of the kind ${placement.kind}: ask for it with ${operationFor[placement.kind]}`,
      {
        field: 'placement',
      },
    );
  }
  return placement;
}

const storedRanking = (
  order: ListOrder,
  { key, version, name }: LoadedStrategy,
  ranking: Ranking,
): StoredRanking => ({
  asked: askedHash(order),
  profileId: order.subject.profileId ?? null,
  strategy: { key, version, name },
  ranking,
});

const askedHash = ({ operation, placement, subject }: ListOrder) =>
  createHash('sha256')
    .update(JSON.stringify([operation, placement, subject.profileId ?? null, subject.sessionId ?? null]))
    .digest('base64url');

function connectionOf(
  page: Explanation,
  hydrated: Awaited<ReturnType<CatalogueRuntime['cache']['read']>>,
  list: { id: string; rankingId: string; placement: Placement; stored: StoredRanking; isFirst: boolean },
): RecommendationConnection {
  const edges = page.slots.flatMap((slot) => {
    const item = hydrated.items.get(slot.number);
    // Deleted a moment ago, or not readable: see `degraded`.
    if (!item) return [];
    const node: ItemObject = { ...item, coldness: slot.coldness satisfies Coldness };
    const cursor = cursorText({ rankingId: list.rankingId, position: slot.position });
    return [{ node, cursor, rank: slot.position + 1, ...pick(slot) }];
  });
  if (edges.length === 0 && page.slots.length > 0 && hydrated.problem) {
    throw new KindlingError('UNAVAILABLE', 'The items cannot be read at the moment: try again', {
      retryAfterMs: 1_000,
      cause: hydrated.problem,
    });
  }
  const items = { part: 'items', reason: 'Some items could not be read and were left out' };
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: page.next !== null,
      hasPreviousPage: !list.isFirst,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    recommendationId: list.id,
    placement: list.placement.key,
    strategy: list.stored.strategy,
    experiment: null,
    coldness: page.coldness,
    served: page.served,
    degraded: hydrated.problem ? [...page.degraded, items] : page.degraded,
  };
}

const pick = ({
  score,
  ledger,
  reason,
  coldness,
  isExploration,
  propensity,
}: Explanation['slots'][number]) => ({
  score,
  ledger,
  reason,
  coldness,
  isExploration,
  propensity,
});

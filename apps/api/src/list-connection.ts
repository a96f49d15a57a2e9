import { type Coldness, KindlingError } from '@kindling/domain';
import type { Explanation } from '@kindling/recommender';
import type { Placement } from '@kindling/storage';
import { cursorText } from './list-cursor.js';
import type { ItemObject } from './public/item-type.js';
import type { RecommendationConnection } from './public/recommendation-types.js';
import type { CatalogueRuntime } from './runtime/catalogue-runtime.js';
import type { StoredRanking } from './stored-ranking.js';

/** A page in words and its items as the answer gives them; an item that cannot be read is left out, and said so. */
export function connectionOf(
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
    experiment: list.stored.experiment,
    model: list.stored.model,
    coldness: page.coldness,
    served: page.served,
    degraded: [...page.degraded, ...list.stored.degraded, ...(hydrated.problem ? [items] : [])],
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

import { assertNever } from '@kindling/domain';
import type { ListRequest } from './request.js';

/**
 * PERSONAL: for a subject · SIMILAR: to an item · SEARCH: for words · COMPLEMENTARY: goes with a cart · TRENDING: what
 * people did most lately, whoever asks · NEW_ARRIVALS: what came last, for a subject.
 */
export const placementKinds = [
  'PERSONAL',
  'SIMILAR',
  'SEARCH',
  'COMPLEMENTARY',
  'TRENDING',
  'NEW_ARRIVALS',
] as const;
export type PlacementKind = (typeof placementKinds)[number];

/** Candidates of a list that has one source only. */
const mostTrending = 500;
/** The newest so many compete; newness counts among them, beside what is known of the person. */
const mostNew = 100;

/** The request as the kind of its placement wants it; the strategy says everything else. */
export function forPlacementKind(kind: PlacementKind, request: ListRequest): ListRequest {
  const { strategy } = request;
  switch (kind) {
    case 'PERSONAL':
    case 'SIMILAR':
    case 'SEARCH':
      return request;
    case 'TRENDING':
      return {
        ...request,
        subject: whoOnly(request),
        pageItemIds: [...(request.pageItemIds ?? []), ...(request.cartItemIds ?? [])],
        cartItemIds: [],
        ignoresHistory: true,
        strategy: { ...strategy, sources: [{ source: 'popular', limit: mostTrending }] },
      };
    case 'NEW_ARRIVALS':
      return {
        ...request,
        strategy: {
          ...strategy,
          sources: [{ source: 'newArrivals', limit: mostNew }],
          weights: { ...strategy.weights, freshness: 1 },
        },
      };
    case 'COMPLEMENTARY':
      // What goes with the cart: what people alike took with it, and what it is like. A person's past would drown it.
      return {
        ...request,
        subject: whoOnly(request),
        ignoresHistory: true,
        strategy: { ...strategy, trust: { ...strategy.trust, attributes: 0 } },
      };
    default:
      return assertNever(kind);
  }
}

/** Still known by it: what they bought or turned down, and whether rules are for them. */
const whoOnly = ({ subject: { profileId = null, sessionId = null } }: ListRequest) => ({
  profileId,
  sessionId,
});

import type { ItemId } from '@kindling/domain';
import type { Subject } from '@kindling/recommender';
import type { Placement, Pool } from '@kindling/storage';
import type { ListInput } from '../list-request.js';
import { plainInput } from '../rule-preview.js';

/** The lists of a placement that are wanted, and of when. */
export interface VisitOrder {
  readonly pool: Pool;
  readonly placement: Placement;
  /** Visits that are wanted, of all groups together. */
  readonly count: number;
  readonly now: Date;
}

/** What a visit brings besides the person: words that are searched for, the item looked at, the items of a cart. */
export interface Brought {
  readonly query?: string;
  readonly itemIds?: readonly ItemId[];
}

/** The request of a visit, as the kind of its placement has it. */
export function visitOf(
  { placement, now }: Pick<VisitOrder, 'placement' | 'now'>,
  subject: Subject,
  { query = '', itemIds = [] }: Brought = {},
): ListInput {
  const plain = plainInput(placement, subject, now);
  const [item] = itemIds;
  switch (placement.kind) {
    case 'SIMILAR':
      return item === undefined ? plain : { ...plain, operation: { kind: 'similarItems', itemId: item } };
    case 'SEARCH':
      return { ...plain, operation: { kind: 'search', query } };
    case 'COMPLEMENTARY':
      return { ...plain, cartItemIds: itemIds };
    default:
      return plain;
  }
}

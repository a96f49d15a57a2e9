/** One row of two lists that are shown side by side. */
export interface ListChange {
  readonly itemId: string;
  /** Rank in the first list, from 1; null: not in it. */
  readonly from: number | null;
  /** Rank in the second list; null: not in it any more. */
  readonly to: number | null;
}

export type Movement = 'same' | 'up' | 'down' | 'enters' | 'leaves';

export function movementOf({ from, to }: ListChange): Movement {
  if (from === null) return 'enters';
  if (to === null) return 'leaves';
  return from === to ? 'same' : to < from ? 'up' : 'down';
}

/** Every item of two lists with its rank in each: the second list's in its order, then those that left. */
export function changesBetween(
  before: readonly { readonly itemId: string }[],
  after: readonly { readonly itemId: string }[],
): readonly ListChange[] {
  const ranks = (list: typeof before) => new Map(list.map(({ itemId }, index) => [itemId, index + 1]));
  const [from, to] = [ranks(before), ranks(after)];
  return [
    ...after.map(({ itemId }, index) => ({ itemId, from: from.get(itemId) ?? null, to: index + 1 })),
    ...before
      .filter(({ itemId }) => !to.has(itemId))
      .map(({ itemId }) => ({ itemId, from: from.get(itemId) ?? null, to: null })),
  ];
}

/** How many items do what. */
export function countMovements(changes: readonly ListChange[]): Readonly<Record<Movement, number>> {
  const counts = { same: 0, up: 0, down: 0, enters: 0, leaves: 0 };
  for (const change of changes) counts[movementOf(change)] += 1;
  return counts;
}

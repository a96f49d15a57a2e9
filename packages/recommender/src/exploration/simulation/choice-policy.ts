import {
  createExplorationPool,
  type ExplorationPool,
  type NewItem,
  type PoolItem,
} from '../exploration-pool.js';

/**
 * How a new item is chosen among those on trial. thompson: as the product does. uniform: by chance. greedy: always the
 * one with the highest expected rate. oracle: the truly best one, which nobody knows.
 */
export const choicePolicies = ['thompson', 'greedy', 'uniform', 'oracle'] as const;
export type ChoicePolicy = (typeof choicePolicies)[number];

export function choicePool(
  policy: ChoicePolicy,
  onTrial: readonly NewItem[],
  { trueRate, atMs }: { readonly trueRate: (item: NewItem) => number; readonly atMs: number },
): ExplorationPool {
  switch (policy) {
    case 'thompson':
      return createExplorationPool(onTrial, 1, atMs);
    case 'uniform':
      return { groups: [onTrial.map((item) => ({ ...item, share: 1 / onTrial.length }))] };
    case 'greedy':
      return { groups: [only(onTrial, ({ belief: { a, b } }) => a / (a + b))] };
    case 'oracle':
      return { groups: [only(onTrial, trueRate)] };
  }
}

function only(items: readonly NewItem[], value: (item: NewItem) => number): PoolItem[] {
  let best: NewItem | undefined;
  for (const item of items) if (best === undefined || value(item) > value(best)) best = item;
  return best === undefined ? [] : [{ ...best, share: 1 }];
}

import type { CollaborativeSource } from '../ports.js';
import { rowOf, type TargetLists } from './target-lists.js';
import type { TrainedModel } from './trained-model.js';

/** A trained model as the pipeline asks it; `folded` are the lists of items that arrived after training. */
export function modelLists(
  { warm, cold }: Pick<TrainedModel, 'warm' | 'cold'>,
  folded: readonly TargetLists[] = [],
): CollaborativeSource {
  const kinds = [warm, cold, ...folded];
  return {
    targetsOf: (item) =>
      kinds.flatMap((lists) => {
        const row = rowOf(lists, item);
        if (row < 0) return [];
        const [from, to] = [lists.starts[row], lists.starts[row + 1]];
        return [{ targets: lists.targets.subarray(from, to), scores: lists.scores.subarray(from, to) }];
      }),
  };
}

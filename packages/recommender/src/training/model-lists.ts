import type { CollaborativeSource, ModelList } from '../ports.js';
import { fusionWeights } from './fusion.js';
import { knownItems } from './known-items.js';
import { positionIn, rowOf, type TargetLists } from './target-lists.js';
import type { TrainedModel } from './trained-model.js';

/**
 * A trained model as the pipeline asks it; `folded` are the lists of items that arrived after training. `known` has the
 * items of all of these, each part ascending: see `knownItems`.
 */
export function modelLists(
  { parameters, together, alike, factors, content, cold }: Omit<TrainedModel, 'trained'>,
  folded: readonly TargetLists[] = [],
  known: readonly Int32Array[] = [knownItems([together, alike, factors, content, cold, ...folded])],
): CollaborativeSource {
  const kinds: readonly (readonly [ModelList['scorer'], TargetLists])[] = [
    ['together', together],
    ['alike', alike],
    ['factors', factors],
    ['content', content],
    ...[cold, ...folded].map((lists) => ['bridge', lists] as const),
  ];
  return {
    listsOf: (item) =>
      kinds.flatMap(([scorer, lists]) => {
        const row = rowOf(lists, item);
        if (row < 0) return [];
        const [from, to] = [lists.starts[row], lists.starts[row + 1]];
        return [
          { scorer, targets: lists.targets.subarray(from, to), scores: lists.scores.subarray(from, to) },
        ];
      }),
    knows: (item) => known.some((sorted) => positionIn(sorted, item) >= 0),
    weights: (likings) => fusionWeights(parameters.fusion, likings),
  };
}

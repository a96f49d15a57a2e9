import { itemNumber } from '@kindling/domain';
import { HashedNumbers } from '../item-view/number-map.js';
import type { CollaborativeSource } from '../ports.js';
import { type FusionSettings, fusionWeights } from './fusion.js';
import { type ServedLists, servedModel } from './served-lists.js';
import { rowOf } from './target-lists.js';
import type { TrainedModel } from './trained-model.js';

/** A trained model as the pipeline asks it: its own lists, and those of items that arrived after training. */
export function modelLists(fusion: FusionSettings, parts: readonly ServedLists[]): CollaborativeSource {
  const bases = parts.map((_, at) =>
    parts.slice(0, at).reduce((sum, { numbers }) => sum + numbers.length, 0),
  );
  const numbers = parts.flatMap(({ numbers }) => [...numbers]);
  const numberAt = Float64Array.from(numbers);
  const placeOf = new HashedNumbers();
  numbers.forEach((number, place) => {
    if (placeOf.get(number) === undefined) placeOf.set(number, place);
  });
  return {
    places: numbers.length,
    numberAt: (place) => itemNumber(numberAt[place] ?? -1),
    listsOf: (item) =>
      parts.flatMap(({ lists }, part) =>
        lists.flatMap(([scorer, all]) => {
          const row = rowOf(all, item);
          if (row < 0) return [];
          const [from, to] = [all.starts[row], all.starts[row + 1]];
          const [places, scores] = [all.targets.subarray(from, to), all.scores.subarray(from, to)];
          return [{ scorer, base: bases[part] ?? 0, places, scores }];
        }),
      ),
    placeOf: (item) => placeOf.get(item) ?? -1,
    weights: (likings) => fusionWeights(fusion, likings),
  };
}

/** The same of a model that was just trained. */
export const modelSource = (model: TrainedModel): CollaborativeSource =>
  modelLists(model.parameters.fusion, [servedModel(model)]);

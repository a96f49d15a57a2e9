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
  const lastPart = parts.length - 1;
  // a thousand candidates a list are asked for their places
  const placeOf = new HashedNumbers();
  parts.forEach(({ numbers }, part) => {
    numbers.forEach((number, place) => {
      if (placeOf.get(number) === undefined) placeOf.set(number, (bases[part] ?? 0) + place);
    });
  });
  return {
    places: (bases[lastPart] ?? 0) + (parts[lastPart]?.numbers.length ?? 0),
    numberAt(place) {
      const part = bases.findLastIndex((base) => base <= place);
      return parts[part]?.numbers[place - (bases[part] ?? 0)] as ReturnType<CollaborativeSource['numberAt']>;
    },
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

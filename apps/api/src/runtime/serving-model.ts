import { type ItemNumber, itemNumber, KindlingError, type ModelId } from '@kindling/domain';
import { type CollaborativeSource, modelLists } from '@kindling/recommender';
import type { ModelVersion } from '@kindling/storage';
import type { FoldedArrivals, LoadedModel } from './model-job.js';

/** What serves now: replaced as a whole, never changed. */
export interface ServingModel {
  readonly id: string;
  readonly number: number;
  readonly encoderModel: ModelId | null;
  /** Items that it does not know were created since then. */
  readonly arrivalsSince: Date;
  readonly since: Date;
  readonly loaded: LoadedModel;
  /** Later ones arrived after the training: numbers rise with arrival. */
  readonly newestItem: ItemNumber;
  /** Arrivals that were folded in, and the state of them that this was done for. */
  readonly foldedItems: number;
  readonly foldedVersion: string;
  readonly lists: CollaborativeSource;
}

/** An import under way at the training's beginning may commit its items later, with the time of its own beginning. */
const longestImportMs = 3_600_000;

/** Stands in where the active model cannot be had: lists then say that they do without. */
export const missingModel: CollaborativeSource = {
  places: 0,
  numberAt: cannotBeHad,
  listsOf: cannotBeHad,
  weights: cannotBeHad,
  placeOf: () => -1,
};

function cannotBeHad(): never {
  throw new KindlingError('UNAVAILABLE', 'The active trained model cannot be loaded');
}

export const servingModel = (
  { id, number, encoderModelId, createdAt, durationMs }: ModelVersion,
  loaded: LoadedModel,
): ServingModel => ({
  id,
  number,
  encoderModel: encoderModelId,
  arrivalsSince: new Date(createdAt.getTime() - durationMs - longestImportMs),
  since: new Date(),
  loaded,
  newestItem: itemNumber(loaded.served.numbers.at(-1) ?? 0),
  foldedItems: 0,
  foldedVersion: '',
  lists: modelLists(loaded.fusion, [loaded.served]),
});

export const withArrivals = (
  serving: ServingModel,
  folded: FoldedArrivals | null,
  foldedVersion: string,
): ServingModel => {
  const { fusion, served } = serving.loaded;
  return {
    ...serving,
    foldedItems: folded?.arrivals ?? 0,
    foldedVersion,
    lists: modelLists(fusion, folded ? [served, folded.served] : [served]),
  };
};

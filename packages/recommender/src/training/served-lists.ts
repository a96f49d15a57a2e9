import type { ModelList } from '../ports.js';
import { knownItems } from './known-items.js';
import type { TargetLists } from './target-lists.js';
import type { TrainedModel } from './trained-model.js';

/** A model's lists as they are served: scores add up by place, and no number is looked up once a target. */
export interface ServedLists {
  /** The items of the lists, ascending. */
  readonly numbers: Int32Array;
  /** Their targets are places in `numbers`. */
  readonly lists: readonly (readonly [ModelList['scorer'], TargetLists])[];
}

/** Some 10 million targets for 17k items: not for a thread that answers requests. */
export function servedLists(named: readonly (readonly [ModelList['scorer'], TargetLists])[]): ServedLists {
  const numbers = knownItems(named.map(([, lists]) => lists));
  const placeOf = new Map<number, number>();
  numbers.forEach((number, place) => {
    placeOf.set(number, place);
  });
  const placed = (lists: TargetLists): TargetLists => ({
    ...lists,
    targets: lists.targets.map((number) => placeOf.get(number) ?? 0),
  });
  return { numbers, lists: named.map(([scorer, lists]) => [scorer, placed(lists)] as const) };
}

export const servedModel = ({ together, alike, factors, content, cold }: TrainedModel): ServedLists =>
  servedLists([
    ['together', together],
    ['alike', alike],
    ['factors', factors],
    ['content', content],
    ['bridge', cold],
  ]);

import type { JsonObject } from '@kindling/domain';
import type { TrainingParts } from '../rankers/ranker.js';
import type { ItemLists } from './item-lists.js';
import type { TrainingItem } from './training-data.js';

/** What serving needs: s(u, i) = sum over the history's items a of r_a C[a, i], cut to each item's best targets. */
export interface TrainedModel {
  /** What was chosen, and its scores on held-out items. Never on test items. */
  readonly parameters: JsonObject;
  /** Targets with evidence. */
  readonly warm: ItemLists;
  /** Targets without evidence, reached over their content. */
  readonly cold: ItemLists;
  /** The share of each list's kind in a fused score; both lists are on their own scale. */
  readonly fusion: { readonly warm: number; readonly cold: number };
  /** Lists that reach items that arrived after training; to be added to `cold`. */
  fold(items: readonly TrainingItem[], parts: Pick<TrainingParts, 'product' | 'signal'>): Promise<ItemLists>;
  readonly byteLength: number;
}

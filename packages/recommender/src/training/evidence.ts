import type { TrainingData } from './training-data.js';

/** float64[items]: the summed weight of each item's interactions; 0 means cold. */
export function evidenceOf({ items, interactions }: TrainingData): Float64Array {
  const evidence = new Float64Array(items.length);
  for (let at = 0; at < interactions.item.length; at++) {
    const item = interactions.item[at] as number;
    evidence[item] = (evidence[item] as number) + (interactions.weight[at] as number);
  }
  return evidence;
}

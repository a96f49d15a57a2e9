import type { TargetLists } from './target-lists.js';

/** The numbers of all items that lists speak of or lead to, ascending, each once. */
export function knownItems(lists: readonly TargetLists[]): Int32Array {
  const known = new Set<number>();
  for (const { sources, targets } of lists) {
    for (const item of sources) known.add(item);
    for (const item of targets) known.add(item);
  }
  return Int32Array.from(known).sort();
}

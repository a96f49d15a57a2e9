import type { ItemId } from '@kindling/domain';
import type { InteractionMatrix } from './interaction-matrix.js';

/**
 * A taste group for each profile: the category that most of its likes have (of equals the first by name), and one more
 * group for those who like nothing that has any. Rough, but it needs no model: it is there on the second day.
 */
export function tasteGroups(
  { profiles, likedBy }: InteractionMatrix,
  categoriesOf: (id: ItemId) => readonly string[],
): number[] {
  const likes = Array.from({ length: profiles }, () => new Map<string, number>());
  for (const [id, people] of likedBy) {
    for (const category of categoriesOf(id)) {
      for (const profile of people) {
        const counts = likes[profile];
        counts?.set(category, (counts.get(category) ?? 0) + 1);
      }
    }
  }
  const groups = new Map<string, number>([['', 0]]);
  return likes.map((counts) => {
    let [best, most] = ['', 0];
    for (const [category, count] of counts) {
      if (count > most || (count === most && category < best)) [best, most] = [category, count];
    }
    const known = groups.get(best) ?? groups.size;
    groups.set(best, known);
    return known;
  });
}

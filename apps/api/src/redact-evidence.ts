import type { ItemId, ItemNumber } from '@kindling/domain';
import type { ItemView, Ranking, Subject } from '@kindling/recommender';

/**
 * A public key is in every browser, and whoever has it can name any profile id. The list itself may be asked for;
 * what a profile did may not: terms then name only what the request told itself, and no item or search of the
 * profile's history, nor a rule, whose name may tell the segment it is for. Secret keys and the console see everything.
 */
export function redactEvidence(
  ranking: Ranking,
  told: { readonly subject: Subject; readonly itemIds: readonly ItemId[]; readonly texts: readonly string[] },
  items: ItemView,
): Ranking {
  if (!told.subject.profileId && !told.subject.sessionId) return ranking;
  const { likedItemIds = [], dislikedItemIds = [], interests = [] } = told.subject;
  const numbers = new Set<ItemNumber>();
  for (const id of [...likedItemIds, ...dislikedItemIds, ...told.itemIds]) {
    const row = items.rowOfId(id);
    if (row !== undefined) numbers.add(items.numberAt(row));
  }
  const texts = [...interests, ...told.texts].map((text) => text.trim());
  return {
    ...ranking,
    anchors: ranking.anchors.map((anchor) => {
      const isTold =
        'text' in anchor
          ? texts.some((text) => text.startsWith(anchor.text))
          : 'item' in anchor && numbers.has(anchor.item as ItemNumber);
      return isTold ? anchor : unnamed;
    }),
  };
}

/** No item has this number, so it is put into words without a name. */
const unnamed = { item: -1 } as const;

import type { ItemId } from '@kindling/domain';
import { cardsByInformation } from './information-gain.js';
import type { InteractionMatrix } from './interaction-matrix.js';
import { cardsByCoverage } from './popularity-coverage.js';
import { tasteGroups } from './taste-groups.js';

export const cardMethods = ['information', 'coverage'] as const;
export type CardMethod = (typeof cardMethods)[number];

/** Items that compete for a card: whoever is asked has to know them. */
const mostKnown = 200;

/**
 * Cards of an onboarding flow by its method, `count` where there are as many: what one method leaves is filled up by the
 * other, and then by the most liked.
 */
export function pickCards(
  { profiles, likedBy }: InteractionMatrix,
  categoriesOf: (id: ItemId) => readonly string[],
  { method, count }: { readonly method: CardMethod; readonly count: number },
): ItemId[] {
  const known = bestKnown(likedBy);
  const matrix = { profiles, likedBy: new Map(known) };
  const byInformation = () => cardsByInformation(matrix, tasteGroups(matrix, categoriesOf), count);
  const byCoverage = () => cardsByCoverage(matrix, count);
  const ways = method === 'information' ? [byInformation, byCoverage] : [byCoverage, byInformation];
  const cards = new Set<ItemId>();
  for (const way of [...ways, () => known.map(([id]) => id)]) {
    if (cards.size >= count) break;
    for (const id of way()) cards.add(id);
  }
  return [...cards].slice(0, count);
}

/** The items that compete for a card, the best known first. */
export const bestKnown = (likedBy: InteractionMatrix['likedBy']) =>
  [...likedBy]
    .sort(([a, fans], [b, others]) => others.length - fans.length || (a < b ? -1 : 1))
    .slice(0, mostKnown);

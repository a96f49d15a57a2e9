import { type ItemId, type ProfileId, profileId, type Random } from '@kindling/domain';
import { drawIndex, normal } from './normal.js';
import { add, dot, normalised, type TastedItem, type TasteSpace } from './taste-space.js';

/** Somebody who does not exist. `taste` is what a recommender tries to find out, and is known here. */
export interface Visitor {
  readonly id: ProfileId;
  /** The categories the taste was made of, most liked first. */
  readonly favourites: readonly string[];
  /** Length 1, in the taste space. */
  readonly taste: Float64Array;
  /** Sessions in the simulated period: most have few, some have many. */
  readonly sessions: number;
}

/** Utility is `tasteWeight` x cosine(taste, item) + `qualityWeight` x quality: about -3 to 4 in practice. */
export const utilityWeights = { taste: 3, quality: 0.6 } as const;

export interface CategoryShares {
  readonly names: readonly string[];
  readonly cumulative: Float64Array;
}

export function drawVisitor(
  id: string,
  space: TasteSpace,
  shares: CategoryShares,
  meanSessions: number,
  random: Random,
): Visitor {
  const favourites: string[] = [];
  const taste = new Float64Array(space.dimensions);
  const count = 1 + Math.floor(3 * random());
  for (let index = 0; index < count; index++) {
    const name = shares.names[drawIndex(shares.cumulative, random)];
    if (name === undefined || favourites.includes(name)) continue;
    add(taste, space.direction(name), 1 / (1 + favourites.length));
    favourites.push(name);
  }
  for (let index = 0; index < taste.length; index++) {
    taste[index] = (taste[index] ?? 0) + (0.5 * normal(random)) / Math.sqrt(space.dimensions);
  }
  // log-normal with the wanted mean: exp(sigma^2 / 2) is its mean at mu = 0
  const spread = 0.8;
  const sessions = Math.round(meanSessions * Math.exp(spread * normal(random) - spread ** 2 / 2));
  return { id: profileId(id), favourites, taste: normalised(taste), sessions: Math.max(1, sessions) };
}

/** How much this visitor truly likes an item. Recommenders never see it; evaluations may. */
export function trueUtility(space: TasteSpace, visitor: Visitor, item: TastedItem): number {
  return (
    utilityWeights.taste * dot(visitor.taste, space.vector(item)) +
    utilityWeights.quality * space.quality(item.id)
  );
}

/** The items of a catalogue that this visitor likes most, best first. */
export function trueFavourites(
  space: TasteSpace,
  visitor: Visitor,
  items: readonly TastedItem[],
  count: number,
): ItemId[] {
  return items
    .map((item) => ({ id: item.id, utility: trueUtility(space, visitor, item) }))
    .sort((a, b) => b.utility - a.utility)
    .slice(0, count)
    .map(({ id }) => id);
}

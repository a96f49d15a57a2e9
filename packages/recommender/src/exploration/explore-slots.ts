import { coldnessOf, type ItemNumber, itemNumber, type Random } from '@kindling/domain';
import type { ItemView } from '../ports.js';
import { type LedgerEntry, type RankedSlot, termNames } from '../ranking.js';
import type { Strategy } from '../strategy.js';
import { entry } from '../terms/term.js';
import type { ExplorationPool } from './exploration-pool.js';

export interface ExploreRequest {
  readonly strategy: Strategy;
  /** Slots that the person sees at once: what lies behind them is no impression yet. */
  readonly visible: number;
  readonly items: ItemView;
  readonly accepts: (row: number) => boolean;
  readonly random: Random;
  readonly budget: {
    /** Impressions that may be spent now, of those wanted. */
    available(wanted: number): number;
    spend(impressions: number): void;
  };
}

interface Choice {
  readonly position: number;
  readonly group: readonly {
    readonly item: ItemNumber;
    readonly probability: number;
    readonly row: number;
  }[];
}

/**
 * Puts items on trial into a list: with the probability `share` the list explores, and then each of its exploring
 * positions (firstPosition and each `distance` after it, within what is visible) takes one item of its group, chosen
 * by Thompson shares among those that this person may see and would not see anyhow. The others move down.
 *
 * Every slot's propensity is the probability, over all randomness here and given what was known (ranking, pool,
 * budget), with which this item stood at this rank: with o the item's own rank, K choices and a of the chosen ones
 * from above o, it is (1 - share)[rank = o] + share P(o + K - a = rank and not chosen itself).
 *
 * The ledger's `exploration` is what the item had to be given to stand there, so scores still fall from slot to slot.
 */
export function exploreSlots(
  slots: readonly RankedSlot[],
  pool: ExplorationPool,
  request: ExploreRequest,
): RankedSlot[] {
  // What a rule put into a place stays there: the others are one list, with gaps.
  const places = slots.flatMap((slot, place) => (isPlaced(slot) ? [] : [place]));
  if (places.length === slots.length) return exploreMovable(slots, pool, request, []);
  const placed = slots.filter(isPlaced).map(({ item }) => item);
  const movable = slots.filter((slot) => !isPlaced(slot));
  const visible = places.filter((place) => place < request.visible).length;
  const explored = exploreMovable(movable, pool, { ...request, visible }, placed);
  const result = [...slots];
  explored.forEach((slot, index) => {
    result[places[index] ?? 0] = slot;
  });
  return result;
}

/** A rule's entry without a value says which slot it chose. */
const isPlaced = ({ ledger }: RankedSlot) =>
  ledger.some(([term, value, , measure]) => termNames[term] === 'rule' && value === 0 && measure !== null);

function exploreMovable(
  slots: readonly RankedSlot[],
  pool: ExplorationPool,
  request: ExploreRequest,
  placed: readonly number[],
): RankedSlot[] {
  const wanted = choicesOf(slots, pool, request, placed);
  const count = request.budget.available(wanted.length);
  const choices = wanted.slice(0, count);
  const { share } = request.strategy.exploration;
  if (choices.length === 0 || share === 0) return [...slots];
  const explores = request.random() < share;
  const propensity = propensities(slots, choices, share);
  if (!explores) return slots.map((slot, rank) => ({ ...slot, propensity: propensity(rank, rank) }));
  request.budget.spend(choices.length);
  return inserted(slots, choices, propensity, request);
}

function inserted(
  slots: readonly RankedSlot[],
  choices: readonly Choice[],
  propensity: (own: number, rank: number) => number,
  { strategy, items, random }: ExploreRequest,
): RankedSlot[] {
  const chosen = choices.map(({ position, group }) => ({ position, ...choose(group, random) }));
  const numbers = new Set<number>(chosen.map(({ item }) => item));
  const rest = slots.flatMap((slot, own) => (numbers.has(slot.item) ? [] : [{ slot, own }]));
  const result: RankedSlot[] = [];
  for (let taken = 0; result.length < slots.length; ) {
    const rank = result.length;
    const here = chosen.find(({ position }) => position === rank);
    const next = rest[taken];
    if (here) {
      const own = slots.find(({ item }) => item === here.item);
      const bounds = { above: result.at(-1)?.score, below: next?.slot.score };
      result.push({
        item: here.item,
        ...lifted(own?.ledger ?? [], bounds),
        coldness: coldnessOf(items.eventCount(here.row), strategy.coldness.item),
        isExploration: true,
        propensity: strategy.exploration.share * here.probability,
      });
    } else if (next) {
      result.push({ ...next.slot, propensity: propensity(next.own, rank) });
      taken++;
    } else break;
  }
  return result;
}

/** For each exploring position who may stand there; positions whose group has nobody are left out. */
function choicesOf(
  slots: readonly RankedSlot[],
  pool: ExplorationPool,
  { strategy, visible, items, accepts }: ExploreRequest,
  placed: readonly number[],
): Choice[] {
  const { firstPosition, distance } = strategy.exploration;
  const seen = new Set<number>([...placed, ...slots.slice(0, visible).map(({ item }) => item)]);
  const shown = Math.min(visible, slots.length);
  const choices: Choice[] = [];
  for (const group of pool.groups) {
    const position = firstPosition - 1 + choices.length * distance;
    if (position >= shown) break;
    const members = group.flatMap(({ item, share }) => {
      const row = share > 0 && !seen.has(item) ? items.rowOf(item) : undefined;
      return row !== undefined && accepts(row) ? [{ item, share, row }] : [];
    });
    const total = members.reduce((sum, member) => sum + member.share, 0);
    if (total === 0) continue;
    choices.push({
      position,
      group: members.map(({ item, share, row }) => ({ item, row, probability: share / total })),
    });
  }
  return choices;
}

function choose(group: Choice['group'], random: Random): Choice['group'][number] {
  let left = random();
  for (const member of group) {
    left -= member.probability;
    if (left < 0) return member;
  }
  // Rounding left a crumb beyond the last one.
  return group.at(-1) ?? { item: itemNumber(0), probability: 1, row: -1 };
}

/** The probability that the item of the rank `own` stands at `rank`, not chosen itself. */
function propensities(slots: readonly RankedSlot[], choices: readonly Choice[], share: number) {
  const probabilityOf = choices.map(
    ({ group }) => new Map<number, number>(group.map(({ item, probability }) => [item, probability])),
  );
  /** above[own][n]: the probability that group n chooses one that stands above `own`. */
  const above: number[][] = [];
  let running = choices.map(() => 0);
  for (const { item } of slots) {
    above.push(running);
    running = running.map((sum, group) => sum + (probabilityOf[group]?.get(item) ?? 0));
  }
  const positions = choices.map(({ position }) => position);
  return (own: number, rank: number): number => {
    const stays = own === rank ? 1 - share : 0;
    const before = positions.filter((position) => position < rank).length;
    const gone = own + before - rank;
    // An exploring position is taken by its choice; nobody else stands there in a list that explores.
    if (positions.includes(rank) || gone < 0 || gone > choices.length) return stays;
    const item = slots[own]?.item ?? -1;
    // ways[n]: the probability that n of the groups so far chose from above, and none chose the item itself.
    let ways = [1];
    choices.forEach((_, group) => {
      const from = above[own]?.[group] ?? 0;
      const elsewhere = Math.max(0, 1 - from - (probabilityOf[group]?.get(item) ?? 0));
      ways = [...ways, 0].map((way, n) => way * elsewhere + (ways[n - 1] ?? 0) * from);
    });
    return Math.min(1, stays + share * (ways[gone] ?? 0));
  };
}

/** The ledger with the bonus that puts the score between its neighbours', and that score, summed in order. */
function lifted(
  ledger: readonly LedgerEntry[],
  bounds: { above: number | undefined; below: number | undefined },
) {
  let own = 0;
  for (const one of ledger) own += one[1];
  const above = bounds.above ?? (bounds.below ?? own) + 0.01;
  const aim = (above + (bounds.below ?? above)) / 2;
  const bonus = aim - own;
  const score = own + bonus;
  if (score > above || score < (bounds.below ?? score)) {
    // Between two scores that are (nearly) equal rounding decides: then the bonus alone is the score.
    return { ledger: [entry('exploration', aim)], score: aim };
  }
  return { ledger: [...ledger, entry('exploration', bonus)], score };
}

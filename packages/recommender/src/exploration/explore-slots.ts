import { coldnessOf, type ItemNumber, itemNumber, type Random } from '@kindling/domain';
import type { ItemView } from '../ports.js';
import { type LedgerEntry, type RankedSlot, termNames } from '../ranking.js';
import type { Strategy } from '../strategy.js';
import { entry } from '../terms/term.js';
import type { ExplorationPool } from './exploration-pool.js';
import { heldByMinima, QuotaRoom, type SlotLimits } from './slot-limits.js';

export interface ExploreRequest {
  readonly strategy: Strategy;
  /** Slots that the person sees at once: what lies behind them is no impression yet. */
  readonly visible: number;
  /**
   * Part of these slots that a rule sets: then they are found however short the list is, and what is not a whole slot
   * is one in that part of the lists. Undefined: as many as the pool has groups, from the strategy's first position on.
   */
  readonly part?: number | undefined;
  readonly items: ItemView;
  readonly accepts: (row: number) => boolean;
  /** What published rules promise of the slots; null: nothing. */
  readonly limits: SlotLimits | null;
  readonly random: Random;
  readonly budget: {
    /** Impressions that may be spent now, of those wanted. */
    available(wanted: number): number;
    spend(impressions: number): void;
  };
}

interface Choice {
  /** Among the slots that may move. */
  readonly position: number;
  readonly group: readonly {
    readonly item: ItemNumber;
    readonly probability: number;
    readonly row: number;
  }[];
}

/** With this chance these positions explore, all of them. */
interface Scenario {
  readonly choices: readonly Choice[];
  readonly chance: number;
}

/**
 * Puts items on trial into a list: with the probability `share` the list explores, and then each of its exploring
 * positions (firstPosition and each `distance` after it, within what is visible) takes one item of its group, chosen
 * by Thompson shares among those that this person may see and would not see anyhow. The others move down.
 *
 * Rules hold whatever is chosen: who would break a maximum, rests or is pinned is in no group; what a rule placed, and
 * what a minimum cannot spare, stays in its slot; the others are one list, with gaps, and only ever move down.
 *
 * Every slot's propensity is the probability, over all randomness here and given what was known (ranking, pool,
 * budget), with which this item stood at this rank: with o the item's own rank, K choices and a of the chosen ones
 * from above o, it is (1 - share)[rank = o] + share P(o + K - a = rank and not chosen itself); where a rule wants a
 * slot in a part of the lists only, the same over both numbers of choices.
 *
 * The ledger's `exploration` is what the item had to be given to stand there, so scores still fall from slot to slot.
 */
export function exploreSlots(
  slots: readonly RankedSlot[],
  pool: ExplorationPool,
  request: ExploreRequest,
): RankedSlot[] {
  const places = movablePlaces(slots, pool.groups.length, request);
  const scenarios = scenariosOf(choicesOf(slots, places, pool, request), slots.length, request);
  if (scenarios.length === 0) return [...slots];
  const movable = places.map((place) => slots[place] as RankedSlot);
  const propensity = mixed(movable, scenarios);
  const drawn = draw(scenarios, request.random);
  if (drawn.length > 0) request.budget.spend(drawn.length);
  const explored = inserted(movable, drawn, propensity, scenarios, request);
  const result = [...slots];
  explored.forEach((slot, index) => {
    result[places[index] ?? 0] = slot;
  });
  return result;
}

/** All slots but those that a rule placed or needs where they are. */
function movablePlaces(
  slots: readonly RankedSlot[],
  taken: number,
  { items, limits }: ExploreRequest,
): number[] {
  const hasMinima = limits?.quotas.some(({ bound }) => bound === 'atLeast') === true;
  const held = hasMinima ? heldByMinima(limits, rowsOf(slots, items), taken) : none;
  return slots.flatMap((slot, place) => (isPlaced(slot) || held.has(place) ? [] : [place]));
}

const none: ReadonlySet<number> = new Set();
const rowsOf = (slots: readonly RankedSlot[], items: ItemView) =>
  slots.map(({ item }) => items.rowOf(itemNumber(item)));

/** A rule's entry without a value says which slot it chose. */
const isPlaced = ({ ledger }: RankedSlot) =>
  ledger.some(([term, value, , measure]) => termNames[term] === 'rule' && value === 0 && measure !== null);

/** What may come of the choices that the budget reaches for, but for the lists that do not explore. */
function scenariosOf(wanted: readonly Choice[], length: number, request: ExploreRequest): Scenario[] {
  const { budget, part, visible, strategy } = request;
  const choices = wanted.slice(0, budget.available(wanted.length));
  const { share } = strategy.exploration;
  if (choices.length === 0 || share === 0) return [];
  const most = part === undefined ? choices.length : part * Math.min(visible, length);
  const last = Math.min(1, most - choices.length + 1);
  return [
    { choices, chance: share * last },
    { choices: choices.slice(0, -1), chance: share * (1 - last) },
  ].filter(({ choices: some, chance }) => some.length > 0 && chance > 0);
}

function draw(scenarios: readonly Scenario[], random: Random): readonly Choice[] {
  let left = random();
  for (const { choices, chance } of scenarios) {
    left -= chance;
    if (left < 0) return choices;
  }
  return [];
}

function inserted(
  slots: readonly RankedSlot[],
  choices: readonly Choice[],
  propensity: (own: number, rank: number) => number,
  scenarios: readonly Scenario[],
  { items, random, strategy }: ExploreRequest,
): RankedSlot[] {
  const chosen = choices.map((choice) => ({ choice, ...choose(choice.group, random) }));
  const numbers = new Set<number>(chosen.map(({ item }) => item));
  const rest = slots.flatMap((slot, own) => (numbers.has(slot.item) ? [] : [{ slot, own }]));
  const result: RankedSlot[] = [];
  for (let taken = 0; result.length < slots.length; ) {
    const rank = result.length;
    const here = chosen.find(({ choice }) => choice.position === rank);
    const next = rest[taken];
    if (here) {
      const own = slots.find(({ item }) => item === here.item);
      const bounds = { above: result.at(-1)?.score, below: next?.slot.score };
      result.push({
        item: here.item,
        ...lifted(own?.ledger ?? [], bounds),
        coldness: coldnessOf(items.eventCount(here.row), strategy.coldness.item),
        isExploration: true,
        propensity: here.probability * chanceOf(here.choice, scenarios),
      });
    } else if (next) {
      result.push({ ...next.slot, propensity: propensity(next.own, rank) });
      taken++;
    } else break;
  }
  return result;
}

const chanceOf = (choice: Choice, scenarios: readonly Scenario[]) =>
  scenarios.reduce((sum, { choices, chance }) => sum + (choices.includes(choice) ? chance : 0), 0);

/** For each exploring position who may stand there; positions whose group has nobody are left out. */
function choicesOf(
  slots: readonly RankedSlot[],
  places: readonly number[],
  pool: ExplorationPool,
  request: ExploreRequest,
): Choice[] {
  const { part, visible, items, limits } = request;
  const shown = Math.min(visible, slots.length);
  const most = part === undefined ? pool.groups.length : Math.ceil(part * shown);
  const movable = new Set(places);
  // nobody comes in who is seen anyhow, or holds a slot
  const seen = new Set(
    slots.flatMap(({ item }, place) => (place < visible || !movable.has(place) ? [item] : [])),
  );
  const room = limits && new QuotaRoom(limits);
  const ownRank = new Map<number, number>(limits ? slots.map(({ item }, rank) => [item, rank]) : []);
  const choices: Choice[] = [];
  const free = places.filter((place) => place < shown);
  for (const group of pool.groups) {
    if (choices.length >= most) break;
    const place = exploringPlace(free, choices.length, request);
    if (place === undefined) break;
    const members = group.flatMap(({ item, share }) => {
      const row = share > 0 && !seen.has(item) ? items.rowOf(item) : undefined;
      if (row === undefined || !request.accepts(row) || limits?.mayRise(row) === false) return [];
      const own = ownRank.get(item) ?? Infinity;
      return room && !room.has(row, place, own) ? [] : [{ item, share, row, own }];
    });
    const total = members.reduce((sum, member) => sum + member.share, 0);
    if (total === 0) continue;
    room?.take(members, place);
    free.splice(free.indexOf(place), 1);
    choices.push({
      position: places.indexOf(place),
      group: members.map(({ item, share, row }) => ({ item, row, probability: share / total })),
    });
  }
  return choices;
}

/** The first free slot from where the strategy wants it; for a rule, the last free one where there is none. */
function exploringPlace(
  free: readonly number[],
  choice: number,
  { strategy, part }: ExploreRequest,
): number | undefined {
  const { firstPosition, distance } = strategy.exploration;
  const wanted = firstPosition - 1 + choice * distance;
  return free.find((place) => place >= wanted) ?? (part === undefined ? undefined : free.at(-1));
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
function mixed(slots: readonly RankedSlot[], scenarios: readonly Scenario[]) {
  const standing = scenarios.map(({ choices, chance }) => ({ at: standsAt(slots, choices), chance }));
  const explores = scenarios.reduce((sum, { chance }) => sum + chance, 0);
  return (own: number, rank: number): number =>
    Math.min(
      1,
      standing.reduce((sum, { at, chance }) => sum + chance * at(own, rank), own === rank ? 1 - explores : 0),
    );
}

/** The same, of a list that explores at all of these. */
function standsAt(slots: readonly RankedSlot[], choices: readonly Choice[]) {
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
    const before = positions.filter((position) => position < rank).length;
    const gone = own + before - rank;
    // An exploring position is taken by its choice; nobody else stands there in a list that explores.
    if (positions.includes(rank) || gone < 0 || gone > choices.length) return 0;
    const item = slots[own]?.item ?? -1;
    // ways[n]: the probability that n of the groups so far chose from above, and none chose the item itself.
    let ways = [1];
    choices.forEach((_, group) => {
      const from = above[own]?.[group] ?? 0;
      const elsewhere = Math.max(0, 1 - from - (probabilityOf[group]?.get(item) ?? 0));
      ways = [...ways, 0].map((way, n) => way * elsewhere + (ways[n - 1] ?? 0) * from);
    });
    return ways[gone] ?? 0;
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
  const isFalling = bounds.below === undefined || bounds.below <= above;
  if (isFalling && (score > above || score < (bounds.below ?? score))) {
    // Between two scores that are (nearly) equal rounding decides: then the bonus alone is the score.
    return { ledger: [entry('exploration', aim)], score: aim };
  }
  return { ledger: [...ledger, entry('exploration', bonus)], score };
}

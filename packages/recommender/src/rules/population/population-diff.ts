import { type ColdnessThresholds, coldnessOf } from '@kindling/domain';
import type { ItemView } from '../../ports.js';
import { type PopulationGroup, type PopulationResult, populationGroups } from './population-result.js';

/** Items of a list from the first slot to the last. */
export type ListedItems = readonly number[];
type Counted = Pick<
  PopulationResult,
  'groups' | 'lists' | 'changed' | 'meanRankMove' | 'displaced' | 'entering' | 'newItemExposure' | 'coverage'
>;

/** Items that are named among those that left or entered lists. */
const named = 10;

/**
 * Counts what a draft does to a population, one pair of lists after the other: made by what is live, and with the
 * draft, for the same subject at the same moment with the same seed. Memory grows with the items that are shown, not
 * with the lists.
 */
export class PopulationDiff {
  readonly #lists = new Map<PopulationGroup, { lists: number; changed: number }>();
  readonly #displaced = new Map<number, number>();
  readonly #entering = new Map<number, number>();
  readonly #before = new Exposure();
  readonly #after = new Exposure();
  #moves = 0;
  #kept = 0;

  constructor(
    private readonly items: ItemView,
    /** By which an item counts as COLD, before and after alike. */
    private readonly itemThresholds: ColdnessThresholds,
  ) {}

  add(group: PopulationGroup, before: ListedItems, after: ListedItems): void {
    const counts = this.#lists.get(group) ?? { lists: 0, changed: 0 };
    this.#lists.set(group, counts);
    counts.lists++;
    if (before.length !== after.length || before.some((item, index) => after[index] !== item))
      counts.changed++;
    const rankBefore = new Map(before.map((item, index) => [item, index]));
    after.forEach((item, index) => {
      const from = rankBefore.get(item);
      if (from === undefined) increase(this.#entering, item);
      else {
        this.#moves += Math.abs(index - from);
        this.#kept++;
        rankBefore.delete(item);
      }
    });
    for (const item of rankBefore.keys()) increase(this.#displaced, item);
    for (const item of before) this.#before.add(item, this.#isNew(item));
    for (const item of after) this.#after.add(item, this.#isNew(item));
  }

  result(): Counted {
    const groups = populationGroups.flatMap((group) => {
      const counts = this.#lists.get(group);
      return counts ? [{ group, ...counts }] : [];
    });
    const total = Math.max(1, this.items.itemCount);
    const coverage = (exposure: Exposure) => Math.min(1, exposure.items.size / total);
    return {
      groups,
      lists: groups.reduce((sum, { lists }) => sum + lists, 0),
      changed: groups.reduce((sum, { changed }) => sum + changed, 0),
      meanRankMove: this.#kept === 0 ? 0 : this.#moves / this.#kept,
      displaced: exchanged(this.#displaced),
      entering: exchanged(this.#entering),
      newItemExposure: { before: this.#before.newShare, after: this.#after.newShare },
      coverage: { before: coverage(this.#before), after: coverage(this.#after) },
    };
  }

  /** An item that was deleted meanwhile is not new any more. */
  #isNew(item: number): boolean {
    const row = this.items.rowOf(item as Parameters<ItemView['rowOf']>[0]);
    return row !== undefined && coldnessOf(this.items.eventCount(row), this.itemThresholds) === 'COLD';
  }
}

class Exposure {
  readonly items = new Set<number>();
  #slots = 0;
  #newSlots = 0;

  add(item: number, isNew: boolean): void {
    this.items.add(item);
    this.#slots++;
    if (isNew) this.#newSlots++;
  }

  get newShare(): number {
    return this.#slots === 0 ? 0 : this.#newSlots / this.#slots;
  }
}

const increase = (counts: Map<number, number>, item: number) => counts.set(item, (counts.get(item) ?? 0) + 1);

const exchanged = (counts: ReadonlyMap<number, number>) => ({
  slots: [...counts.values()].reduce((sum, lists) => sum + lists, 0),
  items: counts.size,
  top: [...counts]
    .sort(([a, often], [b, than]) => than - often || a - b)
    .slice(0, named)
    .map(([item, lists]) => ({ item, lists })),
});

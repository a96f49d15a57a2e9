import type { ItemFilter } from '@kindling/domain';
import type { ItemView } from '../ports.js';
import { RowMatcher } from './row-matcher.js';

/** Of a rule: its place in the order of precedence, and the items it is for (undefined: all). */
export interface FilteringRule {
  readonly index: number;
  readonly filter: ItemFilter | undefined;
}

/**
 * Which rules' filters each row of a view meets, worked out when a row is first asked for and kept while the item does not
 * change: a request then reads a short list a candidate, however many rules are published. Twelve bytes a row; equal
 * lists are held once.
 */
export class RowRules {
  #changes = new Float64Array(0);
  #listIds = new Uint32Array(0);
  readonly #lists: (readonly number[])[] = [];
  readonly #idByList = new Map<string, number>();
  #matcher: RowMatcher | undefined;
  #matcherAt = -1;

  constructor(
    private readonly rules: readonly FilteringRule[],
    private readonly items: ItemView,
  ) {}

  /** Indexes of the rules whose filter the row meets, in ascending order. */
  at(row: number): readonly number[] {
    const change = this.items.changeAt(row);
    if (row < this.#changes.length && this.#changes[row] === change) {
      return this.#lists[this.#listIds[row] ?? 0] ?? [];
    }
    if (row >= this.#changes.length) this.#grow(row);
    const id = this.#idOf(
      this.#current()
        .matching(row)
        .map((place) => this.rules[place]?.index ?? -1),
    );
    this.#changes[row] = change;
    this.#listIds[row] = id;
    return this.#lists[id] ?? [];
  }

  #current(): RowMatcher {
    if (!this.#matcher || this.#matcherAt !== this.items.appliedChanges) {
      this.#matcher = new RowMatcher(
        this.rules.map(({ filter }) => filter),
        this.items,
      );
      this.#matcherAt = this.items.appliedChanges;
    }
    return this.#matcher;
  }

  #idOf(list: readonly number[]): number {
    const text = list.join(' ');
    const known = this.#idByList.get(text);
    if (known !== undefined) return known;
    const id = this.#lists.push(list) - 1;
    this.#idByList.set(text, id);
    return id;
  }

  #grow(row: number): void {
    const length = Math.max(row + 1, this.items.rows, this.#changes.length * 2);
    const changes = new Float64Array(length).fill(Number.NaN);
    changes.set(this.#changes);
    this.#changes = changes;
    const listIds = new Uint32Array(length);
    listIds.set(this.#listIds);
    this.#listIds = listIds;
  }
}

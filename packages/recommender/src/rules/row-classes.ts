import type { ItemFilter } from '@kindling/domain';
import type { ItemView } from '../ports.js';
import { RowMatcher } from './row-matcher.js';

/**
 * Rows that meet the same item filters are of one class, worked out when a row is first asked for and kept while the item
 * does not change. However many rules are published, a request then asks a candidate for one number, and works out once
 * a class what its rules do. Twelve bytes a row; the filters of a class are held once.
 */
export class RowClasses {
  #changes = new Float64Array(0);
  #classes = new Uint32Array(0);
  readonly #lists: (readonly number[])[] = [];
  readonly #classByList = new Map<string, number>();
  #matcher: RowMatcher | undefined;
  #matcherAt = -1;
  #checkedAt = -1;

  constructor(
    /** Undefined: a filter that every row meets. */
    private readonly filters: readonly (ItemFilter | undefined)[],
    private readonly items: ItemView,
  ) {}

  of(row: number): number {
    // One comparison a row instead of two reads from far apart: changes are rare, and rows are asked for by the thousand.
    if (this.items.appliedChanges !== this.#checkedAt) this.#forgetChanged();
    const known = this.#classes[row];
    if (known !== undefined && known !== unknown) return known;
    if (row >= this.#classes.length) this.#grow(row);
    const found = this.#classOf(this.#current().matching(row));
    this.#changes[row] = this.items.changeAt(row);
    this.#classes[row] = found;
    return found;
  }

  /** Indexes of the filters that rows of the class meet, in ascending order. */
  filtersOf(rowClass: number): readonly number[] {
    return this.#lists[rowClass] ?? [];
  }

  #forgetChanged(): void {
    for (let row = 0; row < this.#classes.length; row++) {
      if (this.#changes[row] !== this.items.changeAt(row)) this.#classes[row] = unknown;
    }
    this.#checkedAt = this.items.appliedChanges;
  }

  #current(): RowMatcher {
    if (!this.#matcher || this.#matcherAt !== this.items.appliedChanges) {
      this.#matcher = new RowMatcher(this.filters, this.items);
      this.#matcherAt = this.items.appliedChanges;
    }
    return this.#matcher;
  }

  #classOf(list: readonly number[]): number {
    const text = list.join(' ');
    const known = this.#classByList.get(text);
    if (known !== undefined) return known;
    const added = this.#lists.push(list) - 1;
    this.#classByList.set(text, added);
    return added;
  }

  #grow(row: number): void {
    const length = Math.max(row + 1, this.items.rows, this.#changes.length * 2);
    const changes = new Float64Array(length).fill(Number.NaN);
    changes.set(this.#changes);
    this.#changes = changes;
    const classes = new Uint32Array(length).fill(unknown);
    classes.set(this.#classes);
    this.#classes = classes;
  }
}

const unknown = 0xffff_ffff;

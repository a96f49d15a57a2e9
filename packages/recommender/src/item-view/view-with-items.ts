import {
  type FilterPayload,
  type ItemFilter,
  type ItemId,
  type ItemNumber,
  isLive,
  itemPayload,
  matchesFilter,
  type StoredItem,
} from '@kindling/domain';
import type { CountedWords } from '../lexical/lexical-index.js';
import type { ItemView, LexicalHit } from '../ports.js';
import type { WritableItemView } from './item-view.js';

/** Items as they were at a time, of those that have changed since; null: it was not there then. */
export type ItemsThen = ReadonlyMap<ItemNumber, StoredItem | null>;

/**
 * A view in which some items are as they were at a time in the past, also those that are gone now and have rows of
 * their own behind the others; everything else is that of the view. It costs what has changed, not the catalogue. Words
 * are as rare as in the texts of now. It is of one list: what comes into the view meanwhile is not in it.
 */
export function viewWithItems(view: WritableItemView, then: ItemsThen): ItemView {
  return new ViewWithItems(view, then);
}

class ViewWithItems implements ItemView {
  readonly catalogue;
  readonly itemCount: number;
  readonly restrictedCount: number;
  /** Where the rows begin of items that are gone now. */
  readonly #end: number;
  readonly #gone: StoredItem[] = [];
  readonly #goneNumbers = new Map<ItemNumber, number>();
  readonly #goneIds = new Map<ItemId, number>();
  readonly #absent: number;
  readonly #payloads = new Map<StoredItem, FilterPayload>();
  readonly #words = new Map<StoredItem, CountedWords>();

  constructor(
    private readonly view: WritableItemView,
    private readonly then: ItemsThen,
  ) {
    this.catalogue = view.catalogue;
    this.#end = view.rows;
    let [items, restricted, absent] = [view.itemCount, view.restrictedCount, 0];
    for (const [number, item] of then) {
      const row = view.rowOf(number);
      if (row !== undefined) {
        items--;
        if (view.outside.isRestricted(row)) restricted--;
      }
      if (item === null) {
        absent++;
        continue;
      }
      items++;
      if (item.status !== 'ACTIVE' || item.expiresAt !== null) restricted++;
      if (row !== undefined) continue;
      const own = this.#end + this.#gone.push(item) - 1;
      this.#goneNumbers.set(number, own);
      this.#goneIds.set(item.id, own);
    }
    [this.itemCount, this.restrictedCount, this.#absent] = [items, restricted, absent];
  }

  get rows(): number {
    return this.#end + this.#gone.length;
  }
  get appliedChanges(): number {
    return this.view.appliedChanges;
  }
  get appliedCounts(): number {
    return this.view.appliedCounts;
  }
  changeAt(row: number): number {
    return row < this.#end ? this.view.changeAt(row) : -1;
  }

  rowOf(number: ItemNumber): number | undefined {
    if (this.then.get(number) === null) return undefined;
    return this.#within(this.view.rowOf(number)) ?? this.#goneNumbers.get(number);
  }
  rowOfId(id: ItemId): number | undefined {
    const row = this.#within(this.view.rowOfId(id));
    if (row === undefined) return this.#goneIds.get(id);
    return this.#at(row) === null ? undefined : row;
  }
  numberAt(row: number): ItemNumber {
    return this.#goneAt(row)?.number ?? this.view.numberAt(row);
  }
  idAt(row: number): ItemId {
    return this.#goneAt(row)?.id ?? this.view.idAt(row);
  }
  titleAt(row: number): string {
    return this.#at(row)?.title ?? this.view.titleAt(row);
  }
  categoriesAt(row: number): readonly string[] {
    return this.#at(row)?.categories ?? this.view.categoriesAt(row);
  }
  publishedAtMs(row: number): number {
    const item = this.#at(row);
    return item ? this.view.outside.publishedAtMs(item) : this.view.publishedAtMs(row);
  }
  isLive(row: number, atMs: number): boolean {
    const item = this.#at(row);
    if (item === undefined) return this.view.isLive(row, atMs);
    return item !== null && isLive(item, new Date(atMs));
  }

  compile(filter: ItemFilter): (row: number) => boolean {
    const present = this.view.compile(filter);
    return (row) => {
      const item = this.#at(row);
      if (item === undefined) return present(row);
      return item !== null && matchesFilter(kept(this.#payloads, item, itemPayload), filter);
    };
  }

  popularity(row: number, segment: string | null, atMs: number): number {
    const gone = this.#goneAt(row);
    return gone
      ? this.view.outside.popularity(gone.id, segment, atMs)
      : this.view.popularity(row, segment, atMs);
  }
  popularityTotal(segment: string | null, atMs: number): number {
    return this.view.popularityTotal(segment, atMs);
  }
  eventCount(row: number): number {
    const gone = this.#goneAt(row);
    return gone ? this.view.outside.eventCount(gone.id) : this.view.eventCount(row);
  }
  mostPopular(segment: string | null, atMs: number, limit: number): readonly number[] {
    const present = this.view
      .mostPopular(segment, atMs, limit + this.#absent)
      .filter((row) => row < this.#end && this.#at(row) !== null);
    const gone = this.#gone.map((_, index) => this.#end + index);
    const popularity = (row: number) => this.popularity(row, segment, atMs);
    return merged(
      present,
      gone.filter((row) => popularity(row) > 0),
      popularity,
    ).slice(0, limit);
  }
  newest(atMs: number, limit: number): readonly number[] {
    const newness = (row: number) => {
      const item = this.#at(row);
      return item ? (item.publishedAt ?? item.createdAt).getTime() : this.view.outside.newnessMs(row);
    };
    const present = this.view
      .newest(atMs, limit + this.then.size)
      .filter((row) => row < this.#end && this.#at(row) === undefined);
    const changed = this.#changedRows().filter((row) => this.publishedAtMs(row) <= atMs);
    return merged(present, changed, newness).slice(0, limit);
  }

  lexical(
    query: string,
    limit: number,
    accept: (row: number) => boolean,
    options?: { readonly typing?: boolean },
  ): readonly LexicalHit[] {
    const isSame = (row: number) => row < this.#end && this.#at(row) === undefined && accept(row);
    const present = this.view.lexical(query, limit, isSame, options);
    const { outside } = this.view;
    const score = outside.lexicalScorer(query, options);
    const changed = this.#changedRows().flatMap((row): LexicalHit[] => {
      const item = this.#at(row);
      if (!item || !accept(row)) return [];
      const found = score(kept(this.#words, item, outside.wordsOf));
      return found > 0 ? [{ row, score: found }] : [];
    });
    return [...present, ...changed].sort((a, b) => b.score - a.score || a.row - b.row).slice(0, limit);
  }

  /** Of the items that were there then and have changed since. */
  #changedRows(): number[] {
    return [...this.then].flatMap(([number, item]) => (item === null ? [] : (this.rowOf(number) ?? [])));
  }
  /** Undefined: as it is now. Null: not there then. */
  #at(row: number): StoredItem | null | undefined {
    if (row >= this.#end) return this.#goneAt(row);
    const number = this.view.numberAt(row);
    const item = this.then.get(number);
    // A free row goes on naming the item that it was of, which has a row of its own here.
    return item !== undefined && this.view.rowOf(number) === row ? item : undefined;
  }
  #goneAt(row: number): StoredItem | undefined {
    return row < this.#end ? undefined : this.#gone[row - this.#end];
  }
  #within(row: number | undefined): number | undefined {
    return row !== undefined && row < this.#end ? row : undefined;
  }
}

/** Both by value, largest first, those of `some` before others of the same value; `some` are in that order already. */
function merged(some: readonly number[], others: readonly number[], value: (row: number) => number) {
  if (others.length === 0) return some;
  const values = new Map([...some, ...others].map((row) => [row, value(row)]));
  return [...values.keys()].sort((a, b) => (values.get(b) ?? 0) - (values.get(a) ?? 0));
}

function kept<Value>(
  values: Map<StoredItem, Value>,
  item: StoredItem,
  make: (item: StoredItem) => Value,
): Value {
  const known = values.get(item);
  if (known !== undefined) return known;
  const made = make(item);
  values.set(item, made);
  return made;
}

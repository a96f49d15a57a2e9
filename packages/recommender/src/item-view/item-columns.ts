import { itemPayload, type StoredItem } from '@kindling/domain';
import { ValueDictionary } from './value-dictionary.js';

/** Fields with a column of their own; every other field is a (field, value) pair of the row. */
export const numberFields = ['price', 'publishedAt', 'expiresAt'] as const;
export type NumberField = (typeof numberFields)[number];

/**
 * Items as columns: numbers in typed arrays (NaN for "has none"), everything a filter can name as pairs of
 * dictionary ids in one packed pool. A changed row writes its pairs anew at the end of the pool; when half of the
 * pool is such waste it is packed again.
 */
export class ItemColumns {
  readonly names = new ValueDictionary();
  readonly values = new ValueDictionary();
  readonly titles: string[] = [];
  #capacity = 1_024;
  numbers = new Float64Array(this.#capacity);
  changes = new Float64Array(this.#capacity);
  active = new Uint8Array(this.#capacity);
  price = new Float64Array(this.#capacity);
  publishedAt = new Float64Array(this.#capacity);
  expiresAt = new Float64Array(this.#capacity);
  createdAt = new Float64Array(this.#capacity);
  /** From when (inclusive) and until when a row may be shown: side by side, so that a look-up is one cache miss, not three. */
  #shown = new Float64Array(this.#capacity * 2);
  #starts = new Uint32Array(this.#capacity);
  #lengths = new Uint16Array(this.#capacity);
  #pool = new Uint32Array(16_384);
  #poolEnd = 0;
  #used = 0;

  get bytes(): number {
    return this.#capacity * (8 * 8 + 1 + 4 + 2) + this.#pool.byteLength;
  }

  set(row: number, item: StoredItem, change: number): void {
    while (row >= this.#capacity) this.#growRows();
    this.titles[row] = item.title;
    this.numbers[row] = item.number;
    this.changes[row] = change;
    this.active[row] = item.status === 'ACTIVE' ? 1 : 0;
    this.price[row] = item.price ?? Number.NaN;
    this.publishedAt[row] = item.publishedAt?.getTime() ?? Number.NaN;
    this.expiresAt[row] = item.expiresAt?.getTime() ?? Number.NaN;
    this.createdAt[row] = item.createdAt.getTime();
    const isActive = item.status === 'ACTIVE';
    this.#shown[row * 2] = isActive ? (item.publishedAt?.getTime() ?? -Infinity) : Infinity;
    this.#shown[row * 2 + 1] = isActive ? (item.expiresAt?.getTime() ?? Infinity) : -Infinity;
    this.#setPairs(row, this.#pairsOf(item));
  }

  clear(row: number): void {
    this.titles[row] = '';
    this.active[row] = 0;
    this.#shown.fill(Number.NaN, row * 2, row * 2 + 2);
    this.#setPairs(row, []);
  }

  /** Hidden, or not for ever. */
  isRestricted(row: number): boolean {
    return this.active[row] === 0 || !Number.isNaN(this.expiresAt[row] ?? Number.NaN);
  }

  /** Active, published and not expired; false for a free row. */
  isShown(row: number, atMs: number): boolean {
    return atMs >= (this.#shown[row * 2] as number) && atMs < (this.#shown[row * 2 + 1] as number);
  }

  /** Calls `visit` with the value ids of the row in that field, until it answers true. */
  some(row: number, field: number, visit: (value: number) => boolean): boolean {
    const start = this.#starts[row] ?? 0;
    const end = start + (this.#lengths[row] ?? 0) * 2;
    for (let at = start; at < end; at += 2) {
      if (this.#pool[at] === field && visit(this.#pool[at + 1] as number)) return true;
    }
    return false;
  }

  stringsOf(row: number, field: string): string[] {
    const strings: string[] = [];
    const fieldId = this.names.find(field);
    if (fieldId === undefined) return strings;
    this.some(row, fieldId, (value) => {
      strings.push(String(this.values.valueOf(value)));
      return false;
    });
    return strings;
  }

  #pairsOf(item: StoredItem): number[] {
    const pairs: number[] = [];
    for (const [field, value] of Object.entries(itemPayload(item))) {
      if (value === null || (numberFields as readonly string[]).includes(field)) continue;
      const fieldId = this.names.idOf(field);
      for (const one of Array.isArray(value) ? value : [value]) pairs.push(fieldId, this.values.idOf(one));
    }
    return pairs.slice(0, 2 * 0xffff);
  }

  #setPairs(row: number, pairs: readonly number[]): void {
    const oldLength = (this.#lengths[row] ?? 0) * 2;
    this.#used += pairs.length - oldLength;
    let start = this.#starts[row] ?? 0;
    if (pairs.length > oldLength) {
      this.#lengths[row] = 0;
      this.#reserve(pairs.length);
      start = this.#poolEnd;
      this.#poolEnd += pairs.length;
    }
    this.#pool.set(pairs, start);
    this.#starts[row] = start;
    this.#lengths[row] = pairs.length / 2;
  }

  #reserve(length: number): void {
    if (this.#poolEnd + length <= this.#pool.length) return;
    const wanted = (this.#used + length) * 2;
    const packed = new Uint32Array(Math.max(this.#pool.length, wanted));
    let end = 0;
    for (let row = 0; row < this.#capacity; row++) {
      const start = this.#starts[row] ?? 0;
      const rowLength = (this.#lengths[row] ?? 0) * 2;
      packed.set(this.#pool.subarray(start, start + rowLength), end);
      this.#starts[row] = end;
      end += rowLength;
    }
    this.#pool = packed;
    this.#poolEnd = end;
  }

  #growRows(): void {
    this.#capacity *= 2;
    const capacity = this.#capacity;
    this.numbers = grown(this.numbers, new Float64Array(capacity));
    this.changes = grown(this.changes, new Float64Array(capacity));
    this.active = grown(this.active, new Uint8Array(capacity));
    this.price = grown(this.price, new Float64Array(capacity));
    this.publishedAt = grown(this.publishedAt, new Float64Array(capacity));
    this.expiresAt = grown(this.expiresAt, new Float64Array(capacity));
    this.createdAt = grown(this.createdAt, new Float64Array(capacity));
    this.#shown = grown(this.#shown, new Float64Array(capacity * 2));
    this.#starts = grown(this.#starts, new Uint32Array(capacity));
    this.#lengths = grown(this.#lengths, new Uint16Array(capacity));
  }
}

function grown<Column extends { set(from: Column): void }>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}

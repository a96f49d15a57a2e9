import { GrowingIntegers } from './growing-integers.js';

export type Scalar = string | number | boolean;

/**
 * One field of all rows of a shard. Every distinct value has a code; a row has a code, or a list of them, or none. A
 * condition is decided once per distinct value and then looked up by code, so strings, numbers, booleans and lists
 * are one case, and the cost a row is one array access. A field that few rows have is kept in a map.
 */
export class PayloadColumn {
  private readonly codes = new Map<Scalar, number>();
  private readonly values: (Scalar | undefined)[] = [undefined];
  private readonly uses = new GrowingIntegers();
  private readonly freeCodes: number[] = [];
  /** What a row holds: 0 nothing, > 0 a code, < 0 a list that begins at -entry in `lists`. */
  private readonly sparse = new Map<number, number>();
  private dense: Int32Array<ArrayBuffer> | null = null;
  private used = 0;
  /** Lists: their length, then their codes. Place 0 is never used. */
  private lists = new GrowingIntegers(1);
  private listGarbage = 0;

  get rows(): number {
    return this.used;
  }
  get bytes(): number {
    return (
      this.codes.size * 80 +
      this.sparse.size * 40 +
      (this.dense?.byteLength ?? 0) +
      this.uses.bytes +
      this.lists.bytes
    );
  }

  set(row: number, values: readonly Scalar[], totalRows: number): void {
    const codes = values.map((value) => this.codeOf(value));
    const [first = 0] = codes;
    this.write(row, codes.length > 1 ? -this.appendList(codes) : first, totalRows);
    this.used++;
  }

  clear(row: number): void {
    const entry = this.entry(row);
    for (const code of this.codesOf(entry)) this.release(code);
    if (entry < 0) this.listGarbage += 1 + this.lists.at(-entry);
    this.erase(row);
    this.used--;
    if (this.listGarbage > 1_024 && this.listGarbage > this.lists.length / 2) this.compactLists();
  }

  move(from: number, to: number, totalRows: number): void {
    const entry = this.entry(from);
    this.erase(from);
    this.write(to, entry, totalRows);
  }

  valuesAt(row: number): readonly Scalar[] {
    return this.codesOf(this.entry(row)).flatMap((code) => this.values[code] ?? []);
  }

  /** Sets mask[row] to 1 where any of the row's values satisfies the condition. */
  mark(condition: ColumnCondition, mask: Uint8Array): void {
    const flags = new Uint8Array(this.values.length);
    if (!this.flagCodes(condition, flags)) return;
    if (this.dense) {
      const rows = Math.min(mask.length, this.dense.length);
      for (let row = 0; row < rows; row++) {
        const entry = this.dense[row] as number;
        if (entry >= 0) mask[row] = flags[entry] as number;
        else if (this.anyFlagged(-entry, flags)) mask[row] = 1;
      }
      return;
    }
    for (const [row, entry] of this.sparse) {
      if (entry > 0 ? flags[entry] : this.anyFlagged(-entry, flags)) mask[row] = 1;
    }
  }

  private flagCodes(condition: ColumnCondition, flags: Uint8Array): boolean {
    let any = false;
    if ('in' in condition) {
      for (const value of condition.in) {
        const code = this.codes.get(value);
        if (code === undefined) continue;
        flags[code] = 1;
        any = true;
      }
      return any;
    }
    for (let code = 1; code < this.values.length; code++) {
      const value = this.values[code];
      if (typeof value !== 'number' || !condition.accepts(value)) continue;
      flags[code] = 1;
      any = true;
    }
    return any;
  }

  private anyFlagged(list: number, flags: Uint8Array): boolean {
    const end = list + this.lists.at(list);
    for (let at = list + 1; at <= end; at++) if (flags[this.lists.at(at)] === 1) return true;
    return false;
  }

  private codesOf(entry: number): readonly number[] {
    if (entry === 0) return [];
    if (entry > 0) return [entry];
    return Array.from({ length: this.lists.at(-entry) }, (_, at) => this.lists.at(-entry + 1 + at));
  }

  private codeOf(value: Scalar): number {
    let code = this.codes.get(value);
    if (code === undefined) {
      code = this.freeCodes.pop() ?? this.values.length;
      this.codes.set(value, code);
      this.values[code] = value;
    }
    this.uses.set(code, this.uses.at(code) + 1);
    return code;
  }

  /** A value that no row has any more frees its code, so that changing prices do not pile up. */
  private release(code: number): void {
    const left = this.uses.at(code) - 1;
    this.uses.set(code, left);
    const value = this.values[code];
    if (left > 0 || value === undefined) return;
    this.codes.delete(value);
    this.values[code] = undefined;
    this.freeCodes.push(code);
  }

  private appendList(codes: readonly number[]): number {
    const at = this.lists.length;
    this.lists.push(codes.length);
    for (const code of codes) this.lists.push(code);
    return at;
  }

  private compactLists(): void {
    const old = this.lists;
    this.lists = new GrowingIntegers(1);
    this.listGarbage = 0;
    const moved = (entry: number) => {
      if (entry >= 0) return entry;
      const codes = Array.from({ length: old.at(-entry) }, (_, at) => old.at(-entry + 1 + at));
      return -this.appendList(codes);
    };
    this.dense?.forEach((entry, row, dense) => {
      dense[row] = moved(entry);
    });
    for (const [row, entry] of this.sparse) this.sparse.set(row, moved(entry));
  }

  private entry(row: number): number {
    return (this.dense ? this.dense[row] : this.sparse.get(row)) ?? 0;
  }
  private erase(row: number): void {
    if (this.dense) this.dense[row] = 0;
    else this.sparse.delete(row);
  }

  private write(row: number, entry: number, totalRows: number): void {
    if (this.dense && row >= this.dense.length) this.growOrThinOut(row, totalRows);
    else if (!this.dense && this.sparse.size >= 32 && this.sparse.size * 8 > totalRows)
      this.thicken(totalRows);
    if (this.dense) this.dense[row] = entry;
    else if (entry !== 0) this.sparse.set(row, entry);
  }

  private thicken(totalRows: number): void {
    this.dense = new Int32Array(Math.max(64, totalRows * 2));
    for (const [row, entry] of this.sparse) this.dense[row] = entry;
    this.sparse.clear();
  }

  /** Growth is the moment to notice that a field has become rare: a thousand such fields must not cost a column each. */
  private growOrThinOut(row: number, totalRows: number): void {
    const old = this.dense ?? new Int32Array();
    if (this.used * 16 < totalRows) {
      this.dense = null;
      old.forEach((entry, at) => {
        if (entry !== 0) this.sparse.set(at, entry);
      });
      return;
    }
    this.dense = new Int32Array(Math.max(row + 1, old.length * 2));
    this.dense.set(old);
  }
}

export type ColumnCondition =
  | { readonly in: readonly Scalar[] }
  | { readonly accepts: (value: number) => boolean };

/**
 * Every word and its number, and the words near a given one. Near ones are looked for among the words that share
 * the first two characters: that bounds the work, and misses only typos in those two.
 */
export class WordList {
  readonly #ids = new Map<string, number>();
  readonly #words: string[] = [];
  readonly #byStart = new Map<string, number[]>();
  #characters = 0;

  get size(): number {
    return this.#words.length;
  }

  /** An estimate: a string of one byte a character with its header, its entry in the map and its place in a bucket. */
  get bytes(): number {
    return this.#characters + this.#words.length * 64;
  }

  find(word: string): number | undefined {
    return this.#ids.get(word);
  }

  idOf(word: string): number {
    const known = this.#ids.get(word);
    if (known !== undefined) return known;
    const id = this.#words.push(word) - 1;
    this.#ids.set(word, id);
    this.#characters += word.length;
    for (const start of new Set([word.slice(0, 1), word.slice(0, 2)])) {
      const bucket = this.#byStart.get(start);
      // Under a single character only the short words are listed: nobody completes "c" to all words in c.
      if (start.length === 1 && word.length > 2) continue;
      if (bucket) bucket.push(id);
      else this.#byStart.set(start, [id]);
    }
    return id;
  }

  startingWith(prefix: string, limit: number): number[] {
    const found: number[] = [];
    for (const id of this.#byStart.get(prefix.slice(0, 2)) ?? []) {
      const word = this.#words[id] ?? '';
      if (word.length > prefix.length && word.startsWith(prefix) && found.push(id) >= limit) break;
    }
    return found;
  }

  /** Words one insertion, deletion, replacement or swap of neighbours away; only for words of four and more. */
  oneEditFrom(word: string, limit: number): number[] {
    if (word.length < 4) return [];
    const found: number[] = [];
    for (const id of this.#byStart.get(word.slice(0, 2)) ?? []) {
      if (isOneEdit(word, this.#words[id] ?? '') && found.push(id) >= limit) break;
    }
    return found;
  }
}

function isOneEdit(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const [restA, restB] = [endA - start, endB - start];
  if (restA <= 1 && restB <= 1) return true;
  return restA === 2 && restB === 2 && a[start] === b[start + 1] && a[start + 1] === b[start];
}

import type { LexicalHit } from '../ports.js';
import { PostingPool } from './posting-pool.js';
import { tokenise } from './tokenise.js';
import { WordList } from './word-list.js';

/**
 * BM25 over weighted fields: the words of a field count `weight` times, and so does the field's length (the simple
 * form of BM25F). Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.
 *
 *   score(d, q) = sum over words t of idf(t) * f (k1 + 1) / (f + k1 (1 - b + b |d| / mean |d|)),
 *   idf(t) = ln(1 + (N - n_t + 0.5) / (n_t + 0.5))
 *
 * A posting is one number: 24 bits of document, 8 bits of weighted frequency. A changed row becomes a new document;
 * the old one is dead and its postings are skipped, until `tidy` has gone over all words and frees its number.
 */
export class LexicalIndex {
  readonly #words = new WordList();
  readonly #postings = new PostingPool();
  /** Row of a document; -1 once it is dead. */
  #rowOf = new Int32Array(1_024).fill(-1);
  #lengthOf = new Float32Array(1_024);
  #documentOf: (number | undefined)[] = [];
  readonly #freeDocuments: number[] = [];
  #documents = 0;
  #live = 0;
  #totalLength = 0;
  /** Died before the sweep under way began: free when it ends. */
  #dying: number[] = [];
  #dead: number[] = [];
  #sweptWords = 0;
  /** Scores of one search by document, and which are set; kept between searches to spare the allocation. */
  #scores = new Float64Array(1_024);
  readonly #touched: number[] = [];

  get wordCount(): number {
    return this.#words.size;
  }

  get bytes(): number {
    return this.#postings.bytes + this.#words.bytes + this.#rowOf.length * 20;
  }

  set(row: number, fields: readonly LexicalField[]): void {
    this.remove(row);
    const { frequencies, length } = countWords(fields, (word) => this.#words.idOf(word));
    const document = this.#freeDocuments.pop() ?? this.#documents++;
    while (document >= this.#rowOf.length) this.#growDocuments();
    this.#rowOf[document] = row;
    this.#lengthOf[document] = length;
    this.#documentOf[row] = document;
    this.#live++;
    this.#totalLength += length;
    for (const [word, frequency] of frequencies) {
      this.#postings.append(word, ((document << 8) | Math.min(255, frequency)) >>> 0);
    }
  }

  remove(row: number): void {
    const document = this.#documentOf[row];
    if (document === undefined) return;
    this.#documentOf[row] = undefined;
    this.#rowOf[document] = -1;
    this.#live--;
    this.#totalLength -= this.#lengthOf[document] ?? 0;
    this.#dead.push(document);
  }

  /** Cleans a part of the postings when enough documents are dead; a bounded piece of work a call. */
  tidy(): void {
    if (this.#dying.length === 0) {
      if (this.#dead.length < Math.max(256, this.#live / 4)) return;
      this.#dying = this.#dead;
      this.#dead = [];
      this.#sweptWords = 0;
    }
    const end = Math.min(this.#words.size, this.#sweptWords + wordsPerSweep);
    for (let word = this.#sweptWords; word < end; word++) {
      this.#postings.filter(word, (posting) => (this.#rowOf[posting >>> 8] ?? -1) >= 0);
    }
    this.#sweptWords = end;
    if (end < this.#words.size) return;
    for (const document of this.#dying) this.#freeDocuments.push(document);
    this.#dying = [];
  }

  search(query: string, limit: number, accept: (row: number) => boolean, typing: boolean): LexicalHit[] {
    if (this.#live === 0 || limit <= 0) return [];
    const meanLength = this.#totalLength / this.#live || 1;
    let budget = maximumPostingsPerSearch;
    for (const { word, weight } of this.#weightedWords(query, typing)) {
      const postings = this.#postings.view(word);
      if (postings.length === 0) continue;
      if (postings.length > budget && this.#touched.length > 0) break;
      budget -= postings.length;
      this.#score(postings, weight * this.#idf(postings.length), meanLength);
    }
    return this.#best(limit, accept);
  }

  /** The words of a text that the index does not hold, as `scorer` takes them. */
  wordsOf(fields: readonly LexicalField[]): CountedWords {
    return countWords(fields, (word) => this.#words.find(word));
  }

  /** What such a text would score: words are as rare, and texts as long, as in what the index holds. */
  scorer(query: string, typing: boolean): (text: CountedWords) => number {
    const meanLength = this.#totalLength / this.#live || 1;
    const words = this.#weightedWords(query, typing).map(({ word, weight }) => ({
      word,
      most: weight * this.#idf(this.#postings.length(word)) * (k1 + 1),
    }));
    return ({ frequencies, length }) => {
      const base = k1 * (1 - b + (b * length) / meanLength);
      return words.reduce((sum, { word, most }) => {
        const frequency = Math.min(255, frequencies.get(word) ?? 0);
        return frequency === 0 ? sum : sum + (most * frequency) / (frequency + base);
      }, 0);
    };
  }

  /** The words to look for, rarest first, so that a bounded search drops the words that say least. */
  #weightedWords(query: string, typing: boolean): { word: number; weight: number }[] {
    const tokens = tokenise(query, maximumWordsPerQuery);
    const weights = new Map<number, number>();
    const add = (word: number, weight: number) => weights.set(word, Math.max(weight, weights.get(word) ?? 0));
    tokens.forEach((token, index) => {
      const exact = this.#words.find(token);
      if (exact !== undefined) add(exact, 1);
      if (!typing) return;
      if (index === tokens.length - 1) {
        for (const word of this.#words.startingWith(token, maximumExpansions)) add(word, prefixWeight);
      }
      if (exact === undefined || this.#postings.length(exact) === 0) {
        for (const word of this.#words.oneEditFrom(token, maximumExpansions)) add(word, typoWeight);
      }
    });
    return [...weights]
      .map(([word, weight]) => ({ word, weight }))
      .sort((a, b) => this.#postings.length(a.word) - this.#postings.length(b.word) || a.word - b.word);
  }

  #score(postings: Uint32Array, weight: number, meanLength: number): void {
    // The one loop that is long: fields are read once, and what does not depend on the posting is worked out before.
    const [rowOf, lengthOf, scores, touched] = [this.#rowOf, this.#lengthOf, this.#scores, this.#touched];
    const [most, base, slope] = [weight * (k1 + 1), k1 * (1 - b), (k1 * b) / meanLength];
    for (let at = 0; at < postings.length; at++) {
      const posting = postings[at] as number;
      const document = posting >>> 8;
      if ((rowOf[document] as number) < 0) continue;
      const frequency = posting & 255;
      const before = scores[document] as number;
      if (before === 0) touched.push(document);
      scores[document] =
        before + (most * frequency) / (frequency + base + slope * (lengthOf[document] as number));
    }
  }

  #best(limit: number, accept: (row: number) => boolean): LexicalHit[] {
    const hits: LexicalHit[] = [];
    const [rowOf, scores] = [this.#rowOf, this.#scores];
    let threshold = 0;
    for (const document of this.#touched) {
      const score = scores[document] as number;
      scores[document] = 0;
      const row = rowOf[document] as number;
      if (score < threshold || !accept(row)) continue;
      hits.push({ row, score });
      if (hits.length < limit * 4) continue;
      hits.sort(byScoreThenRow).length = limit;
      threshold = hits[limit - 1]?.score ?? 0;
    }
    this.#touched.length = 0;
    hits.sort(byScoreThenRow);
    return hits.length > limit ? hits.slice(0, limit) : hits;
  }

  #idf(documents: number): number {
    // Dead postings are counted too until they are swept: never more than there are documents.
    const found = Math.min(documents, this.#live);
    return Math.log(1 + (this.#live - found + 0.5) / (found + 0.5));
  }

  #growDocuments(): void {
    const size = this.#rowOf.length * 2;
    const [rowOf, lengthOf, scores] = [
      new Int32Array(size).fill(-1),
      new Float32Array(size),
      new Float64Array(size),
    ];
    rowOf.set(this.#rowOf);
    lengthOf.set(this.#lengthOf);
    scores.set(this.#scores);
    [this.#rowOf, this.#lengthOf, this.#scores] = [rowOf, lengthOf, scores];
  }
}

export interface LexicalField {
  /** A small whole number: how many times a word of this field counts. */
  readonly weight: number;
  readonly texts: readonly string[];
}

/** By word: how often it stands in a text, the field's weight for each time; and the length of the text so counted. */
export interface CountedWords {
  readonly frequencies: ReadonlyMap<number, number>;
  readonly length: number;
}

/** A word without an id makes a text longer, and is found by nobody. */
function countWords(
  fields: readonly LexicalField[],
  idOf: (word: string) => number | undefined,
): CountedWords {
  const frequencies = new Map<number, number>();
  let length = 0;
  for (const { weight, texts } of fields) {
    for (const text of texts) {
      for (const word of tokenise(text, maximumWordsPerText)) {
        const id = idOf(word);
        if (id !== undefined) frequencies.set(id, (frequencies.get(id) ?? 0) + weight);
        length += weight;
      }
    }
  }
  return { frequencies, length };
}

// The constants of the literature; b and k1 hardly matter within [0.3, 0.9] and [1.2, 2].
const k1 = 1.2;
const b = 0.75;
const prefixWeight = 0.6;
const typoWeight = 0.5;
const maximumWordsPerQuery = 32;
const maximumWordsPerText = 2_000;
const maximumExpansions = 16;
/** Half a millisecond. The rarest word is always looked up, however frequent it is. */
const maximumPostingsPerSearch = 50_000;
const wordsPerSweep = 20_000;

const byScoreThenRow = (a: LexicalHit, b: LexicalHit) => b.score - a.score || a.row - b.row;

import { isBoilerplate } from './boilerplate.js';
import { stripMarkup } from './strip-markup.js';

export interface CleaningOptions {
  /** Read at most this many characters of the raw text, and return at most as many. */
  readonly maximumCharacters?: number;
  /** Titles keep what would be boilerplate in a description: a film may well be called "Buy Now". */
  readonly keepBoilerplate?: boolean;
}

/**
 * Raw characters looked at. The widest window of a BERT is 512 tokens, some 2,500 characters; eight times that
 * leaves room for markup and makes the cost of a 100 kB description that of a short one.
 */
export const defaultMaximumCharacters = 20_000;

/** Shorter sentences repeat for effect ("Run! Run!"); longer ones repeat because a template did it. */
const repeatedCharacters = { latin: 12, cjk: 6 };

// Zero-width and direction marks, soft hyphens and the like are invisible, but they split words.
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Surrogate}\ufffd]/gu;
const control = /(?!\n)[\p{Control}\p{Private_Use}]/gu;
const lineBreak = /\r\n?|[\u0085\u2028\u2029]/g;
const webAddress = /\b(?:https?:\/\/|www\.)[^\s<>"']+|\bmailto:[^\s<>"']+/gi;
const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * What a person would read of a text, one thought a line: no markup, entities, invisible characters, addresses,
 * boilerplate or repeats; compatibility forms folded (NFKC). Case and punctuation stay: the tokenizer knows them.
 */
export function cleanText(raw: string, options: CleaningOptions = {}): string {
  const maximum = options.maximumCharacters ?? defaultMaximumCharacters;
  const text = stripMarkup(raw.slice(0, maximum))
    .normalize('NFKC')
    .replace(lineBreak, '\n')
    .replace(control, ' ')
    .replace(invisible, '')
    .replace(webAddress, ' ');
  const seen = new Set<string>();
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const sentences = splitSentences(line.replace(/\s+/g, ' ').trim()).filter(
      (sentence) =>
        /[\p{L}\p{N}\p{S}]/u.test(sentence) &&
        (options.keepBoilerplate || !isBoilerplate(sentence)) &&
        !isRepeat(sentence, seen),
    );
    if (sentences.length > 0) lines.push(sentences.join(cjk.test(line) ? '' : ' '));
  }
  return cut(lines.join('\n'), maximum);
}

/** Drops lines that were there before, whatever their case: descriptions love to open with the title. */
export function dropRepeatedLines(text: string): string {
  const seen = new Set<string>();
  return text
    .split('\n')
    .filter((line) => {
      const key = line.toLowerCase().trim();
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    })
    .join('\n');
}

/** The first characters of a text, never half of a surrogate pair. */
export function cut(text: string, maximumCharacters: number): string {
  if (text.length <= maximumCharacters) return text;
  const last = text.charCodeAt(maximumCharacters - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? maximumCharacters - 1 : maximumCharacters).trimEnd();
}

function splitSentences(line: string): string[] {
  return line.split(/(?<=[.!?…]) (?=[\p{Lu}\p{Lt}\p{Lo}\p{N}"'(©])|(?<=[。！？]) ?/u);
}

function isRepeat(sentence: string, seen: Set<string>): boolean {
  const key = sentence
    .toLowerCase()
    .replace(/[\s\p{P}]+/gu, ' ')
    .trim();
  if (key.length < (cjk.test(key) ? repeatedCharacters.cjk : repeatedCharacters.latin)) return false;
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}

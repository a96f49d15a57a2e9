/**
 * The words of a text, for every script: runs of letters and digits, lower case, Latin diacritics folded. Scripts
 * that are written without spaces (Chinese, Japanese, Thai, Lao, Khmer, Myanmar) become overlapping pairs of
 * characters, the usual substitute for a dictionary. Stop words stay: BM25 gives them next to no weight.
 */
export function tokenise(text: string, limit = Number.POSITIVE_INFINITY): string[] {
  const words: string[] = [];
  for (const [run] of folded(text).matchAll(runs)) {
    if (words.length >= limit) break;
    if (!unspaced.test(run)) {
      words.push(run.replace(apostrophes, '').slice(0, maximumWordLength));
      continue;
    }
    for (const [part] of run.matchAll(partsByScript)) {
      if (unspaced.test(part)) words.push(...pairs(part));
      else words.push(part.replace(apostrophes, '').slice(0, maximumWordLength));
    }
  }
  return words.length > limit ? words.slice(0, limit) : words;
}

/** Text in the form in which words are compared. */
export function folded(text: string): string {
  if (isAscii.test(text)) return text.toLowerCase();
  // Only the marks that Latin, Greek and Cyrillic put on letters: in Indic scripts a mark is a vowel, in Japanese it
  // makes another letter. Recomposed afterwards, so that those stay whole.
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase();
}

const maximumWordLength = 64;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what ASCII is
const isAscii = /^[\x00-\x7f]*$/;
const runs = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['\u2019][\p{L}\p{N}\p{M}]+)*/gu;
const apostrophes = /['\u2019]s?$|['\u2019]s(?=$)|['\u2019]/g;
const scripts = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc`;
const unspaced = new RegExp(`[${scripts}]`, 'u');
const partsByScript = new RegExp(`[${scripts}]+|[^${scripts}]+`, 'gu');

function pairs(run: string): string[] {
  const characters = [...run];
  if (characters.length === 1) return characters;
  return characters.slice(0, -1).map((character, index) => character + characters[index + 1]);
}

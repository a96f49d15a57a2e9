import type { Random } from '@kindling/domain';
import type { Subject } from '../../subject.js';

/**
 * People of whom only told interests are known, in a catalogue's own words (its categories and tags, most frequent
 * first): one a word, then pairs of words by chance, until there are `count`. Fewer where there are too few words.
 */
export function describedProfiles(words: readonly string[], count: number, random: Random): Subject[] {
  const told = words.slice(0, count).map((word) => [word]);
  const known = new Set(told.map(String));
  const pairs = (words.length * (words.length - 1)) / 2;
  const wanted = Math.min(count, words.length + pairs);
  // Pairs run into each other the more of them are taken; a bound keeps a small vocabulary from going round for ever.
  for (let tries = 0; told.length < wanted && tries < 20 * count; tries++) {
    const pair = [word(), word()].sort();
    if (pair[0] === pair[1] || known.has(String(pair))) continue;
    known.add(String(pair));
    told.push(pair);
  }
  return told.map((interests) => ({ interests }));

  function word(): string {
    return words[Math.floor(random() * words.length)] ?? '';
  }
}

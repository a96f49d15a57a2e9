import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LexicalIndex } from './lexical-index.js';
import { tokenise } from './tokenise.js';

const everything = () => true;

function indexOf(titles: readonly string[]): LexicalIndex {
  const index = new LexicalIndex();
  titles.forEach((title, row) => {
    index.set(row, [{ weight: 3, texts: [title] }]);
  });
  return index;
}
const rowsOf = (index: LexicalIndex, query: string, typing = true) =>
  index.search(query, 10, everything, typing).map(({ row }) => row);

describe('search by words', () => {
  it('puts the rarer word and the shorter title first', () => {
    const index = indexOf([
      'the wild river of the north',
      'river',
      'the mountain',
      'the lake',
      'the river and the lake house',
    ]);
    expect(rowsOf(index, 'river')).toEqual([1, 0, 4]);
    expect(rowsOf(index, 'the wild')[0]).toBe(0);
  });

  it('counts a word in the title for more than one in the description', () => {
    const index = new LexicalIndex();
    index.set(0, [
      { weight: 3, texts: ['quiet lake'] },
      { weight: 1, texts: ['a story of a dragon'] },
    ]);
    index.set(1, [
      { weight: 3, texts: ['quiet dragon'] },
      { weight: 1, texts: ['a story of a lake'] },
    ]);
    expect(rowsOf(index, 'dragon')).toEqual([1, 0]);
  });

  it('completes the last word, forgives one typo, and does neither for a text that nobody is typing', () => {
    const index = indexOf(['Casablanca', 'Metropolis', 'The Third Man', '千と千尋の神隠し']);
    expect(rowsOf(index, 'casab')).toEqual([0]);
    expect(rowsOf(index, 'Metroplis')).toEqual([1]);
    expect(rowsOf(index, 'metropoils')).toEqual([1]);
    expect(rowsOf(index, 'thi')).toEqual([2]);
    expect(rowsOf(index, '千')).toEqual([3]);
    expect(rowsOf(index, 'casab', false)).toEqual([]);
  });

  it('finds what is accepted only, at most as many as asked for', () => {
    const index = indexOf(Array.from({ length: 500 }, (_, row) => `story number ${row}`));
    const hits = index.search('story', 7, (row) => row % 2 === 1, false);
    expect(hits.map(({ row }) => row)).toEqual([1, 3, 5, 7, 9, 11, 13]);
  });

  it('is not disturbed by words of any kind', () => {
    const index = indexOf(['constructor', '__proto__', 'toString']);
    for (const query of [
      'constructor',
      '__proto__',
      'tostring',
      '',
      '   ',
      '\u{1F3AC}',
      'x'.repeat(100_000),
    ]) {
      expect(() => index.search(query, 10, everything, true)).not.toThrow();
    }
    expect(rowsOf(index, 'constructor')).toEqual([0]);
  });
});

it('finds exactly what has one of the words, after any sequence of changes and removals', () => {
  const text = fc
    .array(fc.constantFrom('a', 'bb', 'ccc', 'dddd', 'e', 'f'), { maxLength: 6 })
    .map((words) => words.join(' '));
  const step = fc.record({ row: fc.integer({ min: 0, max: 12 }), text: fc.option(text) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 900 }), text, (steps, query) => {
      const index = new LexicalIndex();
      const truth = new Map<number, string>();
      for (const { row, text } of steps) {
        if (text === null) {
          index.remove(row);
          truth.delete(row);
        } else {
          index.set(row, [{ weight: 2, texts: [text] }]);
          truth.set(row, text);
        }
        index.tidy();
      }
      const hits = index.search(query, 20, everything, false);
      const wanted = new Set(tokenise(query));
      const expected = [...truth].filter(([, one]) => tokenise(one).some((word) => wanted.has(word)));
      expect(new Set(hits.map(({ row }) => row))).toEqual(new Set(expected.map(([row]) => row)));
    }),
    { numRuns: 60 },
  );
});

it('gives back the space of what was replaced', () => {
  const index = new LexicalIndex();
  const write = (round: number) => {
    for (let row = 0; row < 2_000; row++) {
      index.set(row, [{ weight: 1, texts: [`word${row % 97} word${(row + round) % 89} word${row % 7}`] }]);
      if (row % 100 === 0) index.tidy();
    }
  };
  for (let round = 0; round < 5; round++) write(round);
  const before = index.bytes;
  for (let round = 0; round < 50; round++) write(round);
  expect(index.bytes).toBeLessThan(before * 1.5);
});

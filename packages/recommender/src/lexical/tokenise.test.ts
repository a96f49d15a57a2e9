import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenise } from './tokenise.js';

describe('tokenise', () => {
  it.each([
    ['Ocean’s Eleven (2001)', ['ocean', 'eleven', '2001']],
    ["don't, rock'n'roll", ['dont', 'rocknroll']],
    ['Amélie à Zürich — ÉTÉ', ['amelie', 'a', 'zurich', 'ete']],
    ['千と千尋の神隠し', ['千と', 'と千', '千尋', '尋の', 'の神', '神隠', '隠し']],
    ['太空战争 robot 机', ['太空', '空战', '战争', 'robot', '机']],
    ['iPhone15手机壳', ['iphone15', '手机', '机壳']],
    ['한국 영화', ['한국', '영화']],
    ['हिन्दी फ़िल्म', ['हिन्दी', 'फ़िल्म'.normalize('NFC')]],
    ['がぎぐ', ['がぎ', 'ぎぐ']],
    ['ﬁle ＡＢＣ', ['file', 'abc']],
    ['!!! … 🎬', []],
    ['', []],
  ])('reads %s', (text, words) => {
    expect(tokenise(text)).toEqual(words);
  });

  it('gives the same words for a text in another case or normal form, and never an empty one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const words = tokenise(text);
        expect(tokenise(text.normalize('NFD'))).toEqual(tokenise(text.normalize('NFC')));
        expect(words.every((word) => word.length > 0 && word.length <= 64)).toBe(true);
      }),
    );
  });
});

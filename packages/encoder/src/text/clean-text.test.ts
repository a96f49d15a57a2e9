import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, cut } from './clean-text.js';

/** Texts made of what catalogues are full of, and of anything at all. */
const messy = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '<p>',
        '</p>',
        '<br/>',
        '<script>',
        '</script>',
        '<!--',
        '-->',
        '<',
        '>',
        '&amp;',
        '&lt;',
        '&#0;',
        '&nbsp;',
        'https://a.b/c ',
        'Read more. ',
        'Robots! ',
        '\u200b',
        '\0',
        '\r\n',
        '\ud800',
        'ﬁ',
        '①',
        '. ',
        '。',
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

describe('cleanText', () => {
  it.each([
    ['markup', '<p>Noise <b>can</b>celling</p><ul><li>red<li>blue</ul>', 'Noise cancelling\nred\nblue'],
    ['scripts and styles with their content', 'a<script>x < y</script>b<STYLE>p{}</style >c', 'a\nb\nc'],
    ['comments, closed or not', 'one<!-- two --> three <!-- four', 'one three'],
    ['an unclosed script', 'before<script>var a = 1', 'before'],
    ['entities', 'Tom &amp; Jerry &#8212; &eacute;t&eacute;', 'Tom & Jerry — été'],
    ['markup that a feed escaped', '&lt;p&gt;Cotton&lt;/p&gt; &amp;lt;b&amp;gt;shirt', 'Cotton\nshirt'],
    ['compatibility forms', 'ﬁne Ｋｉｎｄｌｉｎｇ ①', 'fine Kindling 1'],
    [
      'invisible and control characters',
      'wire\u200bless\u00ad \u0007head\ufeffphones',
      'wireless headphones',
    ],
    ['addresses', 'See https://shop.example/a?b=c, or www.shop.example today', 'See or today'],
    ['white space', '  a \t b \r\n\r\n c ', 'a b\nc'],
    ['boilerplate sentences', 'Soft wool. Read more. Buy now!\nWe use cookies to improve.', 'Soft wool.'],
    ['boilerplate lines in Chinese', '纯棉衬衫\n立即购买\n查看更多>>', '纯棉衬衫'],
    ['copyright lines', 'Soft wool.\n© 2024 Acme Ltd. All rights reserved.', 'Soft wool.'],
    [
      'repeated sentences and lines',
      'Fits all sizes. Soft wool here. Fits all sizes.\nFITS ALL SIZES',
      'Fits all sizes. Soft wool here.',
    ],
    ['repeated Chinese sentences', '这件衬衫非常舒适。这件衬衫非常舒适。透气。', '这件衬衫非常舒适。透气。'],
  ])('removes %s', (_, raw, clean) => {
    expect(cleanText(raw)).toBe(clean);
  });

  it.each([
    ['a comparison', 'weight < 3 kg and > 1 kg, a<b'],
    ['a heart', 'I <3 robots'],
    ['words that only begin like boilerplate', 'Read more poetry this year'],
    ['emphasis by repeating', 'Run! Run! Run!'],
    ['unknown tags', 'the <unobtainium> element'],
    ['case and punctuation', "Don't Panic: it's C++"],
  ])('keeps %s', (_, text) => {
    expect(cleanText(text)).toBe(text);
  });

  it('leaves neither control, invisible nor unpaired characters, nor white space that a reader does not see', () => {
    fc.assert(
      fc.property(messy, (raw) => {
        const clean = cleanText(raw);
        expect(clean).not.toMatch(/(?!\n)\p{Cc}|\p{Cs}|\p{Default_Ignorable_Code_Point}/u);
        expect(clean).not.toMatch(/^\s|\s$| {2}|\n\n/);
        expect(clean).toBe(clean.normalize('NFKC'));
      }),
    );
  });

  it('takes time in proportion to the text, however hostile it is', () => {
    const hostile = [
      '<',
      '<a ',
      '<script>',
      '&amp;',
      '<!--',
      'a. ',
      ' ',
      'http://',
      '</',
      '&lt;script&gt;',
      '. A',
    ];
    for (const piece of hostile) {
      const before = process.cpuUsage();
      cleanText(piece.repeat(200_000));
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000, JSON.stringify(piece)).toBeLessThan(500);
    }
  });
});

describe('cut', () => {
  it('never cuts a character in half', () => {
    expect(cut('ab😀', 3)).toBe('ab');
    expect(cut('ab😀', 4)).toBe('ab😀');
  });
});

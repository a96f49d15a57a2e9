import { catalogueTemplates } from '@kindling/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentHash } from './content-hash.js';
import { type ItemToRender, maximumItemTextCharacters, renderItemText } from './render-item-text.js';
import { parseTextTemplate } from './text-template.js';

const item: ItemToRender = {
  title: 'Star <i>Voyage</i>',
  description: 'Star Voyage\nDroids &amp; pilots fight an empire. Read more',
  categories: ['Science Fiction', 'Adventure'],
  tags: [],
  attributes: {
    majorGenre: 'Action',
    IMDB_Rating: 8.1,
    cast: ['Ada', 'Bo'],
    awards: { oscars: 2 },
    dubbed: true,
    x: null,
  },
  price: 9.5,
  currency: 'EUR',
};

describe('renderItemText', () => {
  it('fills the template with clean values, one attribute a line, and drops lines without a value or said before', () => {
    expect(renderItemText(item, catalogueTemplates.streaming.textTemplate)).toBe(
      [
        'Star Voyage',
        'Genre: Science Fiction, Adventure',
        'Droids & pilots fight an empire.',
        'imdb rating: 8.1',
        'awards oscars: 2',
        'cast: Ada, Bo',
        'dubbed: yes',
        'major genre: Action',
      ].join('\n'),
    );
  });

  it('takes single attributes, prices and literal words', () => {
    expect(
      renderItemText(item, '{title} with {attributes.cast}\nfor {price} {currency}\nby {attributes.none}'),
    ).toBe('Star Voyage with Ada, Bo\nfor 9.5 EUR');
  });

  it('never takes an attribute from the prototype', () => {
    expect(renderItemText(item, '{title}\n{attributes.constructor}')).toBe('Star Voyage');
  });

  it('keeps a title that would be boilerplate in a description', () => {
    expect(renderItemText({ ...item, title: 'Buy Now' }, '{title}')).toBe('Buy Now');
  });

  it('leaves out how an item looks, which another model tells in numbers', () => {
    const image = Array.from({ length: 16 }, (_, at) => at / 16);
    const told = { ...item, attributes: { ...item.attributes, image } };
    expect(renderItemText(told, '{title}\n{attributes}')).toBe(renderItemText(item, '{title}\n{attributes}'));
  });

  it('does not depend on the order of attributes, so that the same item has the same content hash', () => {
    const reversed = Object.fromEntries(Object.entries(item.attributes).reverse());
    const template = '{attributes}';
    expect(contentHash(renderItemText({ ...item, attributes: reversed }, template))).toBe(
      contentHash(renderItemText(item, template)),
    );
  });

  it('bounds its length and its time whatever the item holds', () => {
    const words = Array.from({ length: 20_000 }, (_, at) => `word${at}`).join(' ');
    const huge = {
      ...item,
      description: words,
      categories: Array.from({ length: 200 }, () => words.slice(0, 500)),
    };
    const before = process.cpuUsage();
    const text = renderItemText(huge, catalogueTemplates.shop.textTemplate);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(500);
    expect(text.length).toBeLessThanOrEqual(maximumItemTextCharacters);
  });

  it('is a plain text without empty lines for any item and every scenario', () => {
    const anyItem = fc.record({
      title: fc.string({ unit: 'binary', minLength: 1 }),
      description: fc.option(fc.string({ unit: 'binary' })),
      categories: fc.array(fc.string()),
      tags: fc.array(fc.string()),
      attributes: fc.dictionary(
        fc.string(),
        fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.array(fc.string())),
      ),
      price: fc.constant(null),
      currency: fc.constant(null),
    });
    fc.assert(
      fc.property(anyItem, fc.constantFrom(...Object.values(catalogueTemplates)), (any, { textTemplate }) => {
        const text = renderItemText(any, textTemplate);
        expect(text).not.toMatch(/\n\s*\n|^\s|\s$/);
      }),
    );
  });
});

describe('parseTextTemplate', () => {
  it('takes the template of every scenario', () => {
    for (const { textTemplate } of Object.values(catalogueTemplates)) {
      expect(parseTextTemplate(textTemplate).length).toBeGreaterThan(3);
    }
  });

  it.each([
    [
      '{title}\n{desciption}',
      /Line 2 .* unknown field \{desciption\}. Known fields are \{title\}, \{description\}/,
    ],
    ['{title', /Line 1 .* brace without its partner/],
    ['title}', /Line 1 .* brace without its partner/],
    ['just words', /names no field/],
    ['', /names no field/],
    ['{attributes.}', /unknown field \{attributes\.\}/],
    ['{toString}', /unknown field/],
  ])('refuses %j with the line, the field and the known ones', (template, message) => {
    expect(() => parseTextTemplate(template)).toThrow(message);
  });
});

describe('contentHash', () => {
  it('is the SHA-256 of the text in hex', () => {
    expect(contentHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

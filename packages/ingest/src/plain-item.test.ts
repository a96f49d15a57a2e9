import { itemLimits, itemSchema } from '@kindling/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainItem } from './plain-item.js';

const text = fc.oneof(
  fc.string({ maxLength: 12, unit: 'binary' }),
  fc.constantFrom(
    '',
    ' ',
    ' a ',
    'a\0b',
    'EUR',
    '\\u0000',
    'https://example.com/x',
    'http://',
    'ACTIVE',
    'HIDDEN',
  ),
);
const long = (characters: number) =>
  fc.integer({ min: -1, max: 1 }).map((more) => 'x'.repeat(characters + more));
const odd = fc.oneof(fc.constantFrom(undefined, null, 7, true, {}, []), text);
const list = fc.oneof(fc.array(text, { maxLength: 4 }), fc.array(odd, { maxLength: 2 }), odd);
const scalar = fc.oneof(fc.double(), fc.integer(), fc.boolean(), fc.constant(null), text);
const attributes = fc.oneof(
  fc.dictionary(text, fc.oneof(scalar, scalar, fc.array(scalar, { maxLength: 2 })), { maxKeys: 4 }),
  long(itemLimits.attributesBytes / 6).map((value) => ({ name: value })),
  odd,
);
const date = fc.oneof(
  fc.date({ noInvalidDate: false }),
  fc.date({ min: new Date('2020-01-01'), max: new Date('2020-01-03') }),
  odd,
);
const fields = fc.record(
  {
    id: fc.oneof(text, long(itemLimits.idCharacters), odd),
    title: fc.oneof(text, long(itemLimits.titleCharacters), odd),
    description: fc.oneof(text, odd),
    categories: list,
    tags: list,
    attributes,
    price: fc.oneof(fc.double(), odd),
    currency: fc.oneof(fc.constantFrom('EUR', 'eur', 'EURO', 'EUR\n'), odd),
    imageUrl: fc.oneof(fc.webUrl(), odd),
    url: fc.oneof(fc.webUrl(), fc.constantFrom('HTTPS://a.b', 'https://', 'ftp://a.b'), odd),
    publishedAt: date,
    expiresAt: date,
    status: fc.oneof(fc.constantFrom('ACTIVE', 'HIDDEN', 'active'), odd),
  },
  { requiredKeys: ['attributes'] },
);

describe('plainItem', () => {
  it('makes of fields what the schema makes of them, or leaves them to the schema', () => {
    fc.assert(
      fc.property(fields, (given) => {
        const plain = plainItem(given);
        if (plain !== null) expect(plain).toEqual(itemSchema.parse(given));
      }),
      { numRuns: 3_000 },
    );
  });

  it('takes the rows that most files consist of', () => {
    const given = {
      id: ' a1 ',
      title: ' A title ',
      description: 'Text',
      categories: ['drama', ' drama', 'comedy'],
      attributes: { year: 1999, brand: 'Ember', inStock: true },
      price: 0,
      currency: 'EUR',
      url: 'https://example.com/p/1',
      publishedAt: new Date('2024-01-01'),
    };
    expect(plainItem(given)).toEqual(itemSchema.parse(given));
    expect(plainItem(given)).not.toBeNull();
  });
});

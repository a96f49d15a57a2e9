import { expect, test } from 'vitest';
import { attributeValue } from './attribute-value.js';
import { DuplicateIds } from './duplicate-ids.js';
import { parseDate } from './parse-date.js';
import { parseList } from './parse-list.js';
import { parsePrice } from './parse-price.js';
import { csvCell } from './reject-report.js';

test.each([
  ['2024-01-31', '2024-01-31T00:00:00.000Z'],
  ['2024/1/31', '2024-01-31T00:00:00.000Z'],
  ['20240131', '2024-01-31T00:00:00.000Z'],
  ['2024-01-31T12:30:00Z', '2024-01-31T12:30:00.000Z'],
  ['2024-01-31T12:30:15.250+02:00', '2024-01-31T10:30:15.250Z'],
  ['2024-01-31 12:30', '2024-01-31T12:30:00.000Z'],
  ['1706659200', '2024-01-31T00:00:00.000Z'],
  ['1706659200000', '2024-01-31T00:00:00.000Z'],
  ['1998', '1998-01-01T00:00:00.000Z'],
  ['Jan 31 2024', '2024-01-31T00:00:00.000Z'],
  ['January 31st, 2024', '2024-01-31T00:00:00.000Z'],
  ['31 Jan 2024', '2024-01-31T00:00:00.000Z'],
  ['31-Jan-2024', '2024-01-31T00:00:00.000Z'],
  ['Wed, 31 Jan 2024 10:00:00 GMT', '2024-01-31T10:00:00.000Z'],
  ['31/01/2024', '2024-01-31T00:00:00.000Z'],
  ['01/31/2024', '2024-01-31T00:00:00.000Z'],
  ['31.01.2024', '2024-01-31T00:00:00.000Z'],
  ['03/03/2024', '2024-03-03T00:00:00.000Z'],
  ['2024年1月31日', '2024-01-31T00:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
])('the date %s is %s', (text, expected) => {
  const parsed = parseDate(text);
  expect('date' in parsed ? parsed.date.toISOString() : parsed).toBe(expected);
});

test.each([
  '2023-02-29',
  '2024-13-01',
  '2024-01-31T25:00',
  'yesterday',
  '31/12/24',
  '12345',
  '99999999999999999999',
])('the date %s is refused', (text) => {
  expect(parseDate(text)).toHaveProperty('refused');
});

test('a date that can be read in two ways is refused with both spellings', () => {
  expect(parseDate('01/02/2024')).toEqual({
    refused: '"01/02/2024" can mean the 1. feb or the 2. jan',
    fix: 'Write it as 2024-02-01 or 2024-01-02.',
  });
});

test.each([
  ['12.5', 12.5, null],
  ['12,50', 12.5, null],
  ['$1,234.56', 1234.56, null],
  ['1.234,56 €', 1234.56, 'EUR'],
  ['EUR 12', 12, 'EUR'],
  ['12 CHF', 12, 'CHF'],
  ['1 234,50', 1234.5, null],
  ["1'234.50", 1234.5, null],
  ['1,234', 1234, null],
  ['1.234.567', 1234567, null],
  ['£0.99', 0.99, 'GBP'],
  ['-3', -3, null],
])('the price %s is %d', (text, price, currency) => {
  expect(parsePrice(text)).toEqual({ price, currency });
});

test.each(['free', '1e5', '12,34,', '1..2', '--1', 'EUR'])('the price %s is refused', (text) => {
  expect(parsePrice(text)).toHaveProperty('refused');
});

test.each([
  ['a|b, c|d', ['a', 'b, c', 'd']],
  ['a; b ;', ['a', 'b']],
  ['a,b', ['a', 'b']],
  ['["a|b", 1, null]', ['a|b', '1']],
  ['[not json', ['[not json']],
  ['one entry', ['one entry']],
  ['  ', []],
])('the list %s has its entries', (text, entries) => {
  expect(parseList(text)).toEqual(entries);
});

test.each([
  ['12', 12],
  ['-0.5', -0.5],
  ['007', '007'],
  ['12345678901234567890', '12345678901234567890'],
  ['1e5', '1e5'],
  ['TRUE', true],
  ['false', false],
  ['["a"]', ['a']],
  ['{"a":1}', { a: 1 }],
  ['{broken', '{broken'],
  ['=1+1', '=1+1'],
  [' text ', 'text'],
  ['', undefined],
])('the attribute %j is %j', (text, value) => {
  expect(attributeValue(text)).toEqual(value);
});

test('every id of a large file is remembered with its first line', () => {
  const ids = new DuplicateIds();
  for (let line = 1; line <= 200_000; line++) expect(ids.firstLine(`item-${line}`, line)).toBeNull();
  for (let line = 1; line <= 200_000; line += 997) expect(ids.firstLine(`item-${line}`, 300_000)).toBe(line);
});

test.each([
  ['=1+1', `"'=1+1"`],
  ['+1 (2)', `"'+1 (2)"`],
  ['@cmd', `"'@cmd"`],
  ['-2', '-2'],
  ['-a', `"'-a"`],
  ['say "hi"', '"say ""hi"""'],
  ['plain', 'plain'],
])('a spreadsheet shows %s instead of running it', (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});

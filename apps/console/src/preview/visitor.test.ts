import { expect, it } from 'vitest';
import { attributeValue, isStranger, subjectOf, type Visitor } from './visitor';

const nobody: Visitor = {
  placement: 'home',
  interests: [],
  liked: [],
  profile: '',
  attributes: [],
  first: 10,
};

it('sends only what was told of a visitor', () => {
  expect(
    subjectOf({
      ...nobody,
      interests: ['robots'],
      attributes: [
        ['age', '42'],
        ['', 'x'],
        ['city', ' '],
      ],
    }),
  ).toEqual({
    interests: ['robots'],
    attributes: { age: 42 },
  });
});

it('makes a stranger of a visitor of whom nothing was told', () => {
  expect(isStranger(nobody)).toBe(true);
  expect(subjectOf({ ...nobody, profile: '  ' })).toEqual({ sessionId: 'console-preview' });
  expect(isStranger({ ...nobody, liked: ['a'] })).toBe(false);
});

it.each([
  ['42', 42],
  ['-1.5', -1.5],
  ['true', true],
  ['007 agent', '007 agent'],
  ['Infinity', 'Infinity'],
])('reads %s as %o', (text, value) => {
  expect(attributeValue(text)).toBe(value);
});

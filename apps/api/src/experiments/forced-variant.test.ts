import { expect, test } from 'vitest';
import { forcedVariantToken, readForcedVariant } from './forced-variant.js';

const now = new Date('2026-11-24T12:00:00Z');
const mine = { number: 7, secret: 'of the seventh' };
const token = forcedVariantToken(
  { experiment: 7, variant: 'b', expiresAt: now.getTime() + 1_000 },
  mine.secret,
);

test('a token names its variant, for its own experiment alone', () => {
  expect(readForcedVariant(token, mine, now)).toBe('b');
  expect(readForcedVariant(token, { number: 8, secret: 'other' }, now)).toBeNull();
});

test.each([
  [
    'another variant under the old signature',
    `${Buffer.from(JSON.stringify({ experiment: 7, variant: 'a', expiresAt: 9e15 })).toString('base64url')}.${token.split('.')[1]}`,
  ],
  [
    'a signature of another secret',
    forcedVariantToken({ experiment: 7, variant: 'b', expiresAt: 9e15 }, 'guessed'),
  ],
  ['no signature', token.split('.')[0] ?? ''],
  ['something else', 'hello'],
])('%s is refused', (_, forged) => {
  expect(() => readForcedVariant(forged, mine, now)).toThrow(/context.forcedVariant/);
});

test('it expires', () => {
  expect(() => readForcedVariant(token, mine, new Date(now.getTime() + 2_000))).toThrow(/expired/);
});

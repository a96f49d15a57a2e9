import { expect, it } from 'vitest';
import { type KeyPress, shortcutOf } from './shortcut';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  typing: false,
  ...more,
});

it('goes to a page with g and its letter, and not without the g', () => {
  expect(shortcutOf(press('c'), 'g')).toEqual({ kind: 'go', key: 'c' });
  expect(shortcutOf(press('c'), null)).toBeNull();
});

it('leaves single keys to whoever is typing, but opens the palette anywhere', () => {
  expect(shortcutOf(press('?', { typing: true }), null)).toBeNull();
  expect(shortcutOf(press('/', { typing: true }), null)).toBeNull();
  expect(shortcutOf(press('k', { typing: true, metaKey: true }), null)).toEqual({ kind: 'palette' });
  expect(shortcutOf(press('K', { ctrlKey: true }), null)).toEqual({ kind: 'palette' });
});

it('leaves the browser its own shortcuts', () => {
  expect(shortcutOf(press('c', { ctrlKey: true }), 'g')).toBeNull();
});

import { expect, it } from 'vitest';
import { returnPath } from './return-path';

it('leads back to where someone was', () => {
  expect(returnPath('/catalogue?q=robots&item=1')).toBe('/catalogue?q=robots&item=1');
});

it.each([
  null,
  '',
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '/..//evil.example',
])('never leads out of the console: %s', (from) => {
  const path = returnPath(from);
  expect(new URL(path, 'http://console.example').host).toBe('console.example');
  expect(path.startsWith('/')).toBe(true);
});

import { describe, expect, it } from 'vitest';
import { checkOrigin, preflightHeader } from './origin';

const headers = (more: Record<string, string>) =>
  new Headers({ host: 'console.example:4001', [preflightHeader]: 'console', ...more });

describe('the origin check', () => {
  it('takes requests of its own pages', () => {
    expect(checkOrigin(headers({ origin: 'https://console.example:4001' }), undefined).ok).toBe(true);
  });

  it('takes requests of the configured address, when a proxy changes the host', () => {
    expect(checkOrigin(headers({ origin: 'https://kindling.shop' }), 'https://kindling.shop').ok).toBe(true);
  });

  it.each([
    'https://evil.example',
    'http://console.example',
    'null',
    'https://console.example:4001.evil.example',
  ])('refuses a request of another origin: %s', (origin) => {
    expect(checkOrigin(headers({ origin }), undefined).ok).toBe(false);
  });

  it('refuses a request without the header that forces a preflight', () => {
    expect(
      checkOrigin(new Headers({ host: 'console.example', origin: 'https://console.example' }), undefined).ok,
    ).toBe(false);
  });
});

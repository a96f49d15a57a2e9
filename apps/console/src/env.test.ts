import { expect, it } from 'vitest';
import { readEnv } from './env';

it('names every problem of the environment at once', () => {
  expect(() => readEnv({ KINDLING_API_URL: 'nowhere', CONSOLE_URL: 'ftp://x' })).toThrow(
    /KINDLING_API_URL[\s\S]*CONSOLE_URL/,
  );
});

it('asks the local API when nothing is said', () => {
  expect(readEnv({})).toEqual({ apiUrl: 'http://127.0.0.1:4000', consoleOrigin: undefined });
});

it('takes an API address with a slash at its end', () => {
  expect(readEnv({ KINDLING_API_URL: 'https://api.example/base/' }).apiUrl).toBe('https://api.example/base');
});

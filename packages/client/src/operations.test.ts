import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { documentIds } from './manifest.js';
import { operationTexts } from './operations.js';
import { manifestSource } from './write-manifest.js';

const schema = buildSchema(
  readFileSync(new URL('../../../apps/api/src/public/schema.graphql', import.meta.url), 'utf8'),
);

describe('the registered operations', () => {
  it.each(Object.entries(operationTexts))('%s fits the public schema', (_, text) => {
    expect(validate(schema, parse(text))).toEqual([]);
  });

  it('are known by the SHA-256 of their texts: run `npm run manifest -w @kindling/client`', () => {
    expect(readFileSync(new URL('./manifest.ts', import.meta.url), 'utf8')).toBe(manifestSource());
    expect(documentIds.item).toBe(createHash('sha256').update(operationTexts.item).digest('hex'));
  });
});

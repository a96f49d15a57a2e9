import { describe, expect, it } from 'vitest';
import { fragments } from '@/generated/fragments';
import { graphql } from './operation';

/** The function is typed by the operations that there are; here it is given others. */
const whole = graphql as unknown as (text: string) => string;
const names = Object.keys(fragments);
const nested = names.find((name) => /\.\.\.\s*[A-Z]/.test(fragments[name] ?? '')) ?? '';

describe('an operation', () => {
  it('is its own text where it spreads no fragment, inline ones aside', () => {
    const text = 'query { node { ... on Item { id } } }';
    expect(whole(text)).toBe(text);
  });

  it('brings each fragment that it spreads once, and those that they spread', () => {
    expect(nested).not.toBe('');
    const text = whole(`query { a { ...${nested} } b { ...${nested} } }`);
    const defined = [...text.matchAll(/^fragment (\w+) on/gm)].map(([, name]) => name);
    expect(defined).toContain(nested);
    expect(new Set(defined).size).toBe(defined.length);
    for (const [, spread] of text.matchAll(/\.\.\.\s*([A-Z]\w*)/g)) expect(defined).toContain(spread);
  });
});

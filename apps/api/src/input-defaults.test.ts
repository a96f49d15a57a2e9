import { buildSchema, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { InputDefaults } from './input-defaults.js';

const schema = buildSchema(`
  input Inner { weight: Float! = 0.5 note: String }
  input Outer { size: Int! = 10 inner: Inner inners: [Inner!] }
  type Query { ask(outer: Outer, first: Int): Int }
`);
const fill = (operation: string, variables: Record<string, unknown>) =>
  new InputDefaults(schema, parse(operation), null).fill(variables);

describe('defaults of inputs', () => {
  const query = 'query ($outer: Outer!, $first: Int! = 3) { ask(outer: $outer, first: $first) }';

  it('are put where nothing was sent, at any depth, and nowhere else', () => {
    const outer = { inner: {}, inners: [{ weight: 1 }, {}] };
    expect(fill(query, { outer })).toEqual({
      first: 3,
      outer: { size: 10, inner: { weight: 0.5 }, inners: [{ weight: 1 }, { weight: 0.5 }] },
    });
    expect(fill(query, { outer: { size: null, inner: null }, first: 1 })).toEqual({
      first: 1,
      outer: { size: null, inner: null },
    });
    expect(outer.inner).toEqual({});
  });

  it('leave variables alone that have none', () => {
    const variables = { first: 1 };
    expect(fill('query ($first: Int) { ask(first: $first) }', variables)).toBe(variables);
  });
});

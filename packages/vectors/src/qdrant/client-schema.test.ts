import { describe, expect, it } from 'vitest';
import { readClientSchema } from './client-schema.fixture.js';

const schema = readClientSchema();
const query = '/collections/c/points/query';

describe('the schema read from the types of Qdrant’s client', () => {
  it('admits a request that the client’s types admit', () => {
    const body = {
      query: { nearest: [1, 0], mmr: { diversity: 0.5, candidates_limit: 10 } },
      filter: {
        must: [{ key: 'tenant', match: { value: 'a' } }, { has_id: [] }],
        must_not: [{ has_id: ['x', 1] }],
      },
      params: { quantization: { rescore: true, oversampling: 2 } },
      limit: 3,
    };
    expect(schema.checkRequest('POST', `${query}?timeout=3`, body)).toEqual([]);
  });

  it.each([
    ['a misspelt property', { query: [1], filters: {} }, /filters is not known/],
    [
      'a misspelt property deep inside',
      { query: [1], filter: { must: [{ key: 'a', mach: { value: 1 } }] } },
      /mach/,
    ],
    ['a wrong type', { query: [1], limit: '3' }, /limit is "3"/],
    ['a wrong enum value', { query: { recommend: { positive: [[1]], strategy: 'mean' } } }, /mean/],
    ['NaN, which JSON makes null', { query: [null] }, /null/],
    [
      'a mixed list to match',
      { query: [1], filter: { must: [{ key: 'a', match: { any: ['x', 1] } }] } },
      /any/,
    ],
  ])('refuses %s', (_, body, problem) => {
    expect(schema.checkRequest('POST', query, body)?.join('\n')).toMatch(problem);
  });

  it('refuses an unknown query parameter and does not know other paths', () => {
    expect(schema.checkRequest('POST', `${query}?wait=true`, { query: [1] })).toEqual([
      'query parameter wait is not known',
    ]);
    expect(schema.checkRequest('POST', '/collections/c/points/queries', {})).toBeNull();
  });

  it('refuses a response that lacks what the client promises', () => {
    const hit = { id: 'a', version: 1, score: 0.5 };
    expect(schema.checkResponse('POST', query, { result: { points: [hit] }, status: 'ok', time: 0 })).toEqual(
      [],
    );
    expect(schema.checkResponse('POST', query, { result: { points: [{ id: 'a' }] } }).join()).toMatch(
      /score|version/,
    );
  });
});

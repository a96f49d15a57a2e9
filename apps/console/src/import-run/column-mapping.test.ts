import { expect, it } from 'vitest';
import { assign, mappingFrom, missingFields } from './column-mapping';

const columns = ['sku', 'name', 'colour'].map((name) => ({ name, samples: [] }));

it('takes the proposal of the server, and makes the other columns attributes', () => {
  expect(mappingFrom(columns, [{ column: 'sku', field: 'id' }])).toEqual({
    sku: 'id',
    name: 'attributes.name',
    colour: 'attributes.colour',
  });
});

it('never gives a field with one value to two columns', () => {
  const mapping = assign({ sku: 'id', name: 'title', colour: 'ignore' }, 'colour', 'title');
  expect(mapping).toEqual({ sku: 'id', name: 'attributes.name', colour: 'title' });
});

it('lets several columns fill a list', () => {
  expect(assign({ genre: 'categories', kind: 'ignore' }, 'kind', 'categories')).toEqual({
    genre: 'categories',
    kind: 'categories',
  });
});

it('names the fields that an item cannot do without', () => {
  expect(missingFields({ a: 'title' })).toEqual(['id']);
});

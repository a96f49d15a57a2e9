import { describe, expect, it } from 'vitest';
import { formNode } from './form-node';
import { initialValue, shortcomings, withField } from './form-value';

/** As the API describes a rule: a union by kind, a filter that refers to itself, parts that may be left out. */
const schema = {
  oneOf: [
    { type: 'object', properties: { kind: { const: 'other' }, colour: { type: 'string' } } },
    {
      type: 'object',
      properties: {
        kind: { type: 'string', const: 'boost' },
        key: { type: 'string', pattern: '^[a-z]+$', label: 'Key', help: 'A name.' },
        condition: {
          type: 'object',
          default: {},
          properties: {
            window: {
              label: 'Time',
              type: 'object',
              properties: { timeZone: { type: 'string', picks: 'timeZone' } },
              required: ['timeZone'],
            },
            matches: { label: 'Which', $ref: '#/$defs/ItemFilter' },
          },
        },
        arguments: {
          type: 'object',
          properties: {
            weight: { type: 'number', exclusiveMinimum: 0, maximum: 2, default: 0.2, unit: 'points' },
            sources: { type: 'array', minItems: 1, items: { enum: ['a', 'b'], optionLabels: ['A', 'B'] } },
          },
          required: ['sources'],
        },
      },
      required: ['key', 'kind', 'arguments'],
    },
  ],
  $defs: {
    ItemFilter: { $ref: '#/$defs/__schema0' },
    __schema0: {
      anyOf: [
        { properties: { all: { items: { $ref: '#/$defs/__schema0' } } } },
        { properties: { any: { items: { $ref: '#/$defs/__schema0' } } } },
        { properties: { not: { $ref: '#/$defs/__schema0' } } },
        { properties: { field: { pattern: '^(tags|events\\.[A-Z_]+|attributes\\..+)$' }, in: {} } },
      ],
    },
  },
};
const form = formNode(schema, 'boost');

describe('a form from a schema', () => {
  it('draws the branch of its kind, with the kind itself left out', () => {
    expect(form.kind === 'object' && form.fields.map(({ name }) => name)).toEqual([
      'key',
      'condition',
      'arguments',
    ]);
  });

  it('knows a filter by its shape, with the fields that it may use', () => {
    const condition = form.kind === 'object' ? form.fields[1]?.node : undefined;
    const matches = condition?.kind === 'object' ? condition.fields[1]?.node : undefined;
    expect(matches).toMatchObject({
      kind: 'filter',
      label: 'Which',
      fields: ['tags', 'events.', 'attributes.'],
    });
  });

  it('begins with every default, and without parts that may be left out', () => {
    expect(initialValue(form)).toEqual({ condition: {}, arguments: { weight: 0.2 } });
  });

  it('can edit what it does not know, as JSON', () => {
    expect(formNode({ type: 'array', items: { type: 'array' } }).kind).toBe('json');
    expect(formNode(null).kind).toBe('json');
  });
});

describe('the shortcomings of a form', () => {
  const problems = (value: unknown) => shortcomings(form, value).map(({ path, problem }) => [path, problem]);

  it('name each field by its path', () => {
    const given = { condition: { window: {} }, arguments: { weight: 0, sources: [] } };
    expect(problems(given)).toEqual([
      ['key', 'missing'],
      ['condition.window.timeZone', 'missing'],
      ['arguments.weight', 'range'],
      ['arguments.sources', 'missing'],
    ]);
  });

  it('are none where all fits, though what may be empty is', () => {
    expect(problems({ key: 'a', arguments: { sources: ['a'] } })).toEqual([]);
    expect(problems({ key: 'A1', arguments: { weight: 3, sources: ['a'] } })).toEqual([
      ['key', 'pattern'],
      ['arguments.weight', 'range'],
    ]);
  });
});

it('keeps the order of fields when one changes, and takes out what is left empty', () => {
  expect(Object.entries(withField({ a: 1, b: 2 }, 'a', 3))).toEqual([
    ['a', 3],
    ['b', 2],
  ]);
  expect(withField({ a: 1, b: 2 }, 'a', undefined)).toEqual({ b: 2 });
});

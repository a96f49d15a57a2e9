import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi } from '../api.fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const call = (query: string, variables: object) =>
  api.ask(api.shop.secretKey, query, variables, { path: '/admin/graphql' });
const placement = {
  key: 'spot',
  expectedVersion: 0,
  name: 'Spot',
  kind: 'PERSONAL',
  strategyKey: 'cold-start',
  size: 5,
};
const savePlacement = (input: object) =>
  call('mutation ($input: PlacementInput!) { savePlacement(input: $input) { version } }', { input });
const saveStrategy = (input: object) =>
  call('mutation ($input: StrategyInput!) { saveStrategy(input: $input) { version } }', { input });
const saveRule = (input: object) =>
  call('mutation ($input: RuleInput!) { saveRule(input: $input) { revision } }', { input });
const saveSegment = (input: object) =>
  call('mutation ($input: SegmentInput!) { saveSegment(input: $input) { version } }', { input });
const saveFlow = (config: object, expectedVersion = 0) =>
  call(
    'mutation ($config: JSONObject!, $v: Int!) { saveOnboardingFlow(config: $config, expectedVersion: $v) { version } }',
    {
      config,
      v: expectedVersion,
    },
  );
const boost = { key: 'b', kind: 'boost', arguments: {} };
const matches = (filter: object) => ({ ...boost, condition: { items: { matches: filter } } });
const flow = { key: 'f', name: 'F' };

type Case = readonly [
  what: string,
  answer: () => ReturnType<typeof call>,
  code: string,
  fields: readonly string[],
];
const cases: readonly Case[] = [
  [
    'every strategy of a placement that is not there',
    () => savePlacement({ ...placement, fallback: ['cold-start', 'nobody', 'nowhere'] }),
    'NOT_FOUND',
    ['input.fallback.1', 'input.fallback.2'],
  ],
  [
    'its own strategy',
    () => savePlacement({ ...placement, strategyKey: 'nobody' }),
    'NOT_FOUND',
    ['input.strategyKey'],
  ],
  ['its size', () => savePlacement({ ...placement, size: 0 }), 'BAD_INPUT', ['input.size']],
  [
    'a placement that is not at that version',
    () => savePlacement({ ...placement, key: 'home', expectedVersion: 9 }),
    'CONFLICT',
    ['input.expectedVersion'],
  ],
  [
    'an argument of a strategy',
    () => saveStrategy({ key: 's', expectedVersion: 0, name: 'S', config: { weights: { freshness: 7 } } }),
    'BAD_INPUT',
    ['input.config.weights.freshness'],
  ],
  [
    'a strategy that is not at that version',
    () => saveStrategy({ key: 'cold-start', expectedVersion: 9, name: 'S', config: {} }),
    'CONFLICT',
    ['input.expectedVersion'],
  ],
  [
    'a misspelt field deep in the filter of a rule',
    () =>
      saveRule(matches({ all: [{ field: 'tags', in: ['a'] }, { not: { field: 'colour', in: ['red'] } }] })),
    'BAD_INPUT',
    ['input.condition.items.matches.all.1.not.field'],
  ],
  [
    'a bound that is no number',
    () => saveRule(matches({ field: 'price', range: { gte: 'cheap' } })),
    'BAD_INPUT',
    ['input.condition.items.matches.range.gte'],
  ],
  ['a kind of rule', () => saveRule({ ...boost, kind: 'magic' }), 'BAD_INPUT', ['input.kind']],
  [
    'a rule that is not there at a revision',
    () => saveRule({ ...boost, expectedRevision: 3 }),
    'NOT_FOUND',
    ['input.expectedRevision'],
  ],
  [
    'a misspelt field of a segment',
    () =>
      saveSegment({ key: 'g', label: 'G', expectedVersion: 0, when: { any: [{ field: 'age', in: [1] }] } }),
    'BAD_INPUT',
    ['input.when.any.0.field'],
  ],
  [
    'a segment that is not at that version',
    () =>
      saveSegment({ key: 'g', label: 'G', expectedVersion: 4, when: { field: 'coldness', in: ['COLD'] } }),
    'CONFLICT',
    ['input.expectedVersion'],
  ],
  [
    'what a strategy does not know, each by its place',
    () =>
      saveStrategy({
        key: 's',
        expectedVersion: 0,
        name: 'S',
        config: { weigths: {}, sources: [{ source: 'popular', limt: 3 }] },
      }),
    'BAD_INPUT',
    ['input.config.weigths', 'input.config.sources.0.limt'],
  ],
  [
    'a misspelt condition, which would let a rule act everywhere',
    () => saveRule({ ...boost, condition: { placement: ['home'] } }),
    'BAD_INPUT',
    ['input.condition.placement'],
  ],
  [
    'a misspelt argument of a rule',
    () => saveRule({ ...boost, arguments: { wieght: 1 } }),
    'BAD_INPUT',
    ['input.arguments.wieght'],
  ],
  [
    'what a flow does not know',
    () => saveFlow({ ...flow, skipable: true }),
    'BAD_INPUT',
    ['config.skipable'],
  ],
  ['the cards of a flow', () => saveFlow({ ...flow, cards: 31 }), 'BAD_INPUT', ['config.cards']],
  [
    'the only answer to a question of a flow',
    () => saveFlow({ ...flow, questions: [{ key: 'q', text: 'Q?', options: ['yes'] }] }),
    'BAD_INPUT',
    ['config.questions.0.options'],
  ],
  ['a flow that is not at that version', () => saveFlow(flow, 7), 'CONFLICT', ['expectedVersion']],
];

describe('an error of what a merchandiser saves', () => {
  it.each(cases)(
    'names %s where it was sent, and says what is wrong',
    async (_what, answer, code, fields) => {
      const [error] = (await answer()).errors;
      expect(error?.extensions).toMatchObject({ code, field: fields[0] });
      const problems = (error?.extensions['problems'] ?? []) as { field: string; message: string }[];
      if (fields.length > 1) expect(problems.map(({ field }) => field)).toEqual(fields);
      expect(error?.message).not.toMatch(/Invalid input$/);
    },
  );
});

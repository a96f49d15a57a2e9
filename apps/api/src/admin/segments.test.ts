import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi } from '../api.fixture.js';

const admin = { path: '/admin/graphql' };
let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  await api.store(
    api.shop,
    {
      id: 'tent',
      title: 'a light tent for two',
      description: 'for two people and three nights in the hills',
    },
    {
      id: 'same-tent',
      title: 'a light tent for two',
      description: 'for two people and three nights in the hills',
    },
    { id: 'short', title: 'x' },
  );
  const profiles = Array.from({ length: 6 }, (_, index) => ({
    id: `p${index}`,
    attributes: { plan: index < 2 ? 'pro' : 'free' },
  }));
  await call('mutation ($profiles: [ProfileInput!]!) { upsertProfiles(profiles: $profiles) { created } }', {
    profiles,
  });
  const events = Array.from({ length: 12 }, (_, index) => ({
    id: `e${index}`,
    type: 'PURCHASE',
    profileId: 'p0',
    itemId: 'tent',
  }));
  await api.ask(
    api.shop.secretKey,
    'mutation ($events: [EventInput!]!) { trackEvents(events: $events) { accepted } }',
    { events },
  );
});
afterAll(() => api.close());

const ask = (query: string, variables: object = {}) => api.ask(api.shop.secretKey, query, variables, admin);
const call = async (query: string, variables: object = {}) => {
  const answer = await ask(query, variables);
  expect(answer.errors).toEqual([]);
  return answer.data;
};
const save = (input: object) =>
  ask('mutation ($input: SegmentInput!) { saveSegment(input: $input) { key version } }', { input });
const sizes = async () => {
  const { segments } = await call('{ segments { profiles sampled nodes { key size share version } } }');
  return Object.fromEntries(
    segments.nodes.map(({ key, size }: { key: string; size: number }) => [key, size]),
  );
};

describe('segments', () => {
  it('have their live size: by coldness, attributes and behaviour', async () => {
    await save({ key: 'pro', label: 'Paying', when: { field: 'attributes.plan', in: ['pro'] } });
    await save({ key: 'buyers', label: 'Buyers', when: { field: 'events.PURCHASE', range: { gte: 3 } } });
    expect(await sizes()).toEqual({ cold: 5, warming: 0, warm: 1, pro: 2, buyers: 1 });
  });

  it('tell their size before they are saved, and refuse a filter that could never be true', async () => {
    const sizeOf = (when: object) =>
      ask('query ($when: JSONObject!) { segmentSize(when: $when) { size share profiles sampled } }', {
        when,
      });
    expect((await sizeOf({ field: 'attributes.plan', in: ['pro'] })).data.segmentSize).toEqual({
      size: 2,
      share: 1 / 3,
      profiles: 6,
      sampled: 6,
    });
    expect((await sizeOf({ not: { field: 'coldness', in: ['WARM'] } })).data.segmentSize.size).toBe(5);
    const misspelt = await sizeOf({ field: 'colour', in: ['red'] });
    expect(misspelt.errors[0]?.extensions['code']).toBe('BAD_INPUT');
  });

  it('are refused with the field that is wrong, and when somebody was faster', async () => {
    const bad = await save({ key: 'bad', label: 'Bad', when: { field: 'colour', in: ['red'] } });
    expect(bad.errors[0]?.extensions['code']).toBe('BAD_INPUT');
    expect(String(bad.errors[0]?.extensions['field'])).toMatch(/^input\.when/);
    const stale = await save({ key: 'pro', label: 'Other', when: { field: 'attributes.plan', in: ['x'] } });
    expect(stale.errors[0]?.extensions).toMatchObject({ code: 'CONFLICT', current: { version: 1 } });
  });

  it('of a rule decide whether it acts, within a second of being saved', async () => {
    const rule = {
      key: 'pros-see-tents',
      kind: 'pin',
      arguments: { itemId: 'short', position: 1 },
      condition: { profile: { segments: ['pro'] } },
    };
    await call('mutation ($input: RuleInput!) { saveRule(input: $input) { key } }', { input: rule });
    await call(
      'mutation { submitRule(key: "pros-see-tents") { key } publishRule(key: "pros-see-tents") { key } }',
    );
    const first = async (profileId: string) => {
      const query = `{ recommendations(subject: { profileId: "${profileId}", interests: ["tent"] }, first: 1) { nodes { id } } }`;
      return (await api.ask(api.shop.publicKey, query)).data.recommendations.nodes[0].id as string;
    };
    await expect.poll(() => first('p1'), { timeout: 5_000 }).toBe('short');
    expect(await first('p4')).not.toBe('short');
    const remove = (version: number) =>
      api.ask(
        api.shop.secretKey,
        `mutation { deleteSegment(key: "pro", expectedVersion: ${version}) }`,
        {},
        admin,
      );
    const stale = (await remove(0)).errors[0]?.extensions;
    expect(stale).toMatchObject({
      code: 'CONFLICT',
      field: 'expectedVersion',
      current: { version: 1, segment: { key: 'pro' } },
    });
    expect((await remove(1)).data.deleteSegment).toBe(true);
    expect((await remove(1)).data.deleteSegment).toBe(false);
    await expect.poll(() => first('p1'), { timeout: 5_000 }).not.toBe('short');
  });

  it('of one catalogue are not those of another', async () => {
    const remove = 'mutation { deleteSegment(key: "buyers", expectedVersion: 1) }';
    const answer = await api.ask(api.other.secretKey, remove, {}, admin);
    expect(answer.data.deleteSegment).toBe(false);
  });
});

describe('the day-0 check of an item', () => {
  const codes = async (id: string) =>
    (await call(`{ lintItem(id: "${id}") { code message itemIds } }`)).lintItem as {
      code: string;
      message: string;
      itemIds: string[];
    }[];

  it('finds twins and too little text', async () => {
    expect(await codes('tent')).toEqual([
      {
        code: 'nearDuplicate',
        message: 'It says nearly the same as same-tent: merge them, or tell them apart',
        itemIds: ['same-tent'],
      },
    ]);
    expect((await codes('short')).map(({ code }) => code)).toContain('tooLittleText');
  });

  it('knows no item of another catalogue', async () => {
    const answer = await api.ask(api.other.secretKey, '{ lintItem(id: "tent") { code } }', {}, admin);
    expect(answer.errors[0]?.extensions['code']).toBe('NOT_FOUND');
  });
});

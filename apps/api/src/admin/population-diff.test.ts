import { randomUUID } from 'node:crypto';
import { startPopulationDiff } from '@kindling/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi } from '../api.fixture.js';

const admin = { path: '/admin/graphql' };
const fields = `id status done total error placement ruleKey draft result { lists changed changedShare meanRankMove durationMs
  groups { group lists changed } displaced { slots items top { itemId title lists } } entering { slots top { itemId } }
  newItemExposure { before after } coverage { before after } caveats
  clickRate { lists observed { mean } doublyRobust { mean low high } effectiveSlots warnings { code message } } }`;
let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  await api.store(
    api.shop,
    ...Array.from({ length: 30 }, (_, index) => ({
      id: `film-${index}`,
      title: `space film number ${index}`,
      categories: [index < 10 ? 'war' : 'peace'],
    })),
  );
  const events = Array.from({ length: 60 }, (_, index) => ({
    id: randomUUID(),
    type: 'VIEW',
    profileId: `person-${index % 20}`,
    itemId: `film-${(index * 7) % 30}`,
  }));
  await api.ask(
    api.shop.secretKey,
    'mutation ($events: [EventInput!]!) { trackEvents(events: $events) { accepted } }',
    { events },
  );
});
afterAll(() => api.close());

const call = (query: string, variables: object = {}) => api.ask(api.shop.secretKey, query, variables, admin);
const saveRule = (input: object) =>
  call('mutation ($input: RuleInput!) { saveRule(input: $input) { revision } }', { input });
const start = (input: object) =>
  call(`mutation ($input: PopulationDiffInput!) { startPopulationDiff(input: $input) { ${fields} } }`, {
    input,
  });
const read = async (id: string) =>
  (await call(`query ($id: ID!) { populationDiff(id: $id) { ${fields} } }`, { id })).data.populationDiff;
async function ended(id: string) {
  await expect.poll(async () => (await read(id)).status, { timeout: 30_000 }).toMatch(/SUCCEEDED|FAILED/);
  return read(id);
}
const measured = async (input: object) => ended((await start(input)).data.startPopulationDiff.id);
const noWar = {
  key: 'no-war',
  kind: 'filter',
  condition: { items: { matches: { field: 'categories', in: ['war'] } } },
  arguments: { keeps: 'others' },
};

describe('a population diff', () => {
  it('compares real, described and unknown people, and says what the draft does to them', async () => {
    await saveRule(noWar);
    const diff = await measured({ ruleKey: 'no-war', profiles: 30 });
    expect(diff).toMatchObject({ status: 'SUCCEEDED', placement: 'home', ruleKey: 'no-war', error: null });
    expect([diff.done, diff.total]).toEqual([diff.result.lists, diff.result.lists]);
    const { groups, displaced, coverage, changedShare, lists, changed } = diff.result;
    // two words allow three described people; all of the twenty real ones are there, one of the 21 that were wanted is not
    expect(groups.map((one: { group: string; lists: number }) => [one.group, one.lists])).toEqual([
      ['REAL', 20],
      ['DESCRIBED', 3],
      ['UNKNOWN', 1],
    ]);
    expect(diff.result.caveats.join()).toContain('fewer profiles');
    expect(changed).toBeGreaterThan(0);
    expect(groups.reduce((sum: number, one: { changed: number }) => sum + one.changed, 0)).toBe(changed);
    expect(changedShare).toBeCloseTo(changed / lists, 12);
    const isWar = ({ itemId }: { itemId: string }) => Number(itemId.slice(5)) < 10;
    expect(displaced.top.every(isWar)).toBe(true);
    expect(displaced.top[0].title).toContain('space film');
    expect(diff.result.entering.top.some(isWar)).toBe(false);
    expect(coverage.after).toBeLessThanOrEqual(20 / 30);
    expect(diff.result.clickRate.warnings[0]).toMatchObject({ code: 'NOTHING_LOGGED' });
  });

  it('finds nothing to change where the draft is what is live', async () => {
    const strategies = await call('{ strategies { key config } placements { key strategyKey } }');
    const { strategyKey } = strategies.data.placements.find(({ key }: { key: string }) => key === 'home');
    const { config } = strategies.data.strategies.find(({ key }: { key: string }) => key === strategyKey);
    const diff = await measured({ strategy: config, profiles: 20 });
    expect(diff.result).toMatchObject({ changed: 0, meanRankMove: 0, displaced: { slots: 0 } });
    const newest = { ...config, sources: [{ source: 'newArrivals', limit: 100 }] };
    expect((await measured({ strategy: newest, profiles: 20 })).result.changed).toBeGreaterThan(0);
  });

  const groupsOf = (diff: { result: { groups: { group: string; lists: number }[] } }) =>
    Object.fromEntries(diff.result.groups.map(({ group, lists }) => [group, lists]));
  const forPlacement = (placement: string) => ({
    ...noWar,
    key: `no-war-${placement}`,
    condition: { ...noWar.condition, placements: [placement] },
  });
  const ask = async (query: string) => {
    expect((await api.ask(api.shop.publicKey, query)).errors).toEqual([]);
    await api.api.services.exposures.flush();
  };

  it('of similar items is over pages that were looked at, and over items by chance', async () => {
    await ask('{ similarItems(itemId: "film-12", subject: { sessionId: "s" }) { nodes { id } } }');
    await saveRule(forPlacement('similar'));
    const diff = await measured({ ruleKey: 'no-war-similar', placement: 'similar', profiles: 40 });
    // 1 logged, the others of the 60 events that people left on items: 28 wanted; somebody always looks at an item
    expect(groupsOf(diff)).toEqual({ REAL: 28, DESCRIBED: 12 });
    expect(diff.result.changed).toBeGreaterThan(0);
    expect(diff.result.entering.slots).toBeGreaterThan(0);
    const isWar = ({ itemId }: { itemId: string }) => Number(itemId.slice(5)) < 10;
    expect(diff.result.displaced.top.every(isWar)).toBe(true);
    expect(diff.result.clickRate.lists).toBe(1);
  });

  it('of a search is over searches that were made, and over the words of the catalogue', async () => {
    await saveRule(forPlacement('search'));
    const described = await measured({ ruleKey: 'no-war-search', placement: 'search', profiles: 10 });
    expect(groupsOf(described)).toEqual({ DESCRIBED: 3, UNKNOWN: 1 });
    expect(described.result.caveats.join()).toContain('Fewer visits');
    await ask('{ search(query: "war film number", subject: { sessionId: "s" }) { nodes { id } } }');
    const searched = ['space war', 'peace'].map((query, index) => ({
      id: randomUUID(),
      type: 'SEARCH',
      profileId: `person-${index}`,
      query,
    }));
    await api.ask(
      api.shop.secretKey,
      'mutation ($events: [EventInput!]!) { trackEvents(events: $events) { accepted } }',
      { events: searched },
    );
    const diff = await measured({ ruleKey: 'no-war-search', placement: 'search', profiles: 10 });
    expect(groupsOf(diff)).toEqual({ REAL: 3, DESCRIBED: 3, UNKNOWN: 1 });
    expect(diff.result.changed).toBeGreaterThan(1);
  });

  it('of what goes with a cart is over carts, real ones and carts of items by chance', async () => {
    const added = ['film-1', 'film-2', 'film-15'].map((itemId, index) => ({
      id: randomUUID(),
      type: 'ADD_TO_CART',
      profileId: index < 2 ? 'person-1' : 'person-2',
      itemId,
    }));
    await api.ask(
      api.shop.secretKey,
      'mutation ($events: [EventInput!]!) { trackEvents(events: $events) { accepted } }',
      { events: added },
    );
    await saveRule(forPlacement('cart'));
    const diff = await measured({ ruleKey: 'no-war-cart', placement: 'cart', profiles: 20 });
    expect(groupsOf(diff)).toEqual({ REAL: 2, DESCRIBED: 15, UNKNOWN: 1 });
    expect(diff.result.changed).toBeGreaterThan(0);
  });

  it('is taken up again when the process that worked on it is gone, and fails for good when it always goes', async () => {
    const lost = await startPopulationDiff(api.pool, api.shop.id, {
      placement: 'home',
      ruleKey: null,
      draft: {},
      profiles: 10,
      actor: 'test',
    });
    const died = (attempt: number) =>
      api.pool.query(
        `UPDATE population_diff SET status = 'RUNNING', attempt = $2, lease_until = now() - interval '1 s' WHERE id = $1`,
        [lost.id, attempt],
      );
    await died(1);
    expect(await ended(lost.id)).toMatchObject({ status: 'SUCCEEDED' });
    await died(3);
    expect(await ended(lost.id)).toMatchObject({ status: 'FAILED' });
    expect((await read(lost.id)).error).toMatch(/start it again/);
  });

  it('is told as it goes', async () => {
    const { id } = (await start({ ruleKey: 'no-war', profiles: 10 })).data.startPopulationDiff;
    const response = await fetch(`${api.api.url}/admin/graphql/stream`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${api.shop.secretKey}`,
      },
      body: JSON.stringify({
        query: `subscription { populationDiffProgress(id: "${id}") { status done total } }`,
      }),
    });
    expect(await response.text()).toContain('SUCCEEDED');
    const page = await call(`{ populationDiffs(ruleKey: "no-war", first: 1) { id ruleKey } }`);
    expect(page.data.populationDiffs).toEqual([{ id, ruleKey: 'no-war' }]);
    const older = await call(`query ($id: ID!) { populationDiffs(first: 50, after: $id) { id } }`, { id });
    expect(older.data.populationDiffs.length).toBeGreaterThan(2);
  });

  it.each([
    [{ profiles: 10 }, 'input.ruleKey'],
    [{ ruleKey: 'no-war', profiles: 5_000 }, 'input.profiles'],
    [{ ruleKey: 'no-war', placement: 'attic' }, 'input.placement'],
    [{ ruleKey: 'nobody' }, 'ruleKey'],
    [{ strategy: { weights: { freshness: 7 } } }, 'input.strategy.weights.freshness'],
  ])('is refused for %j, and names the field', async (input, field) => {
    expect((await start(input)).errors[0]?.extensions).toMatchObject({ field });
  });
});

describe('the publish gate of a catalogue', () => {
  const policy = async (limits: object) => {
    const { version } = (await call('{ merchandisingPolicy { version } }')).data.merchandisingPolicy;
    return call(
      `mutation ($input: MerchandisingPolicyInput!) { saveMerchandisingPolicy(input: $input) { reviewByAnother limits { mostListsChanged leastClickRate } } }`,
      { input: { reviewByAnother: false, limits, expectedVersion: version } },
    );
  };
  const publish = (reason: string | null = null) =>
    call(
      'mutation ($reason: String) { publishRule(key: "no-war", overrideReason: $reason) { status liveRevision } }',
      { reason },
    );
  const gate = async () =>
    (await call('{ publishGate(ruleKey: "no-war") { passes problems { code message } } }')).data.publishGate;
  const codes = async () => (await gate()).problems.map(({ code }: { code: string }) => code);
  const revision = async () => (await call('{ rule(key: "no-war") { revision } }')).data.rule.revision;

  it('keeps a rule back until its own newest diff is within the limits, or somebody says why', async () => {
    const saved = await policy({ mostListsChanged: 0.1 });
    expect(saved.data.saveMerchandisingPolicy.limits).toEqual({
      mostListsChanged: 0.1,
      leastClickRate: null,
    });
    await measured({ ruleKey: 'no-war', profiles: 20 });
    expect(await codes()).toEqual(['LISTS_CHANGED']);
    await saveRule({ ...noWar, priority: 3, expectedRevision: await revision() });
    expect(await codes()).toEqual(['DRAFT_CHANGED']);
    await call('mutation { submitRule(key: "no-war") { status } }');

    await measured({ ruleKey: 'no-war', profiles: 20 });
    const [refused] = (await publish()).errors;
    expect(refused?.extensions).toMatchObject({ code: 'CONFLICT', field: 'overrideReason' });
    expect(refused?.message).toMatch(/changes [\d.]+ % of the lists; the limit is 10 %/);

    // another rule goes live: what was compared is not what is live any more
    await policy({ mostListsChanged: null });
    const other = { key: 'front', kind: 'pin', arguments: { itemId: 'film-20', position: 1 } };
    await saveRule(other);
    await call('mutation { submitRule(key: "front") { status } publishRule(key: "front") { status } }');
    await policy({ mostListsChanged: 1 });
    expect(await codes()).toEqual(['LIVE_CHANGED']);
    await measured({ ruleKey: 'no-war', profiles: 20 });
    expect(await gate()).toEqual({ passes: true, problems: [] });

    await policy({ mostListsChanged: 0 });
    const { data } = await publish('the war is over');
    expect(data.publishRule).toMatchObject({ status: 'PUBLISHED' });
    const audit = await call('{ auditLog(first: 5) { nodes { action detail } } }');
    const [entry] = audit.data.auditLog.nodes.filter(
      ({ action }: { action: string }) => action === 'rule.publish',
    );
    expect(entry.detail.overridden.reason).toBe('the war is over');
    expect(entry.detail.overridden.problems[0]).toContain('the limit is 0 %');
  });

  it('holds in bulk too, row by row: one reason for all, or one each, and each of them is kept', async () => {
    await policy({ mostListsChanged: 1 });
    const keys = ['many-1', 'many-2', 'many-3'];
    for (const key of keys) {
      await saveRule({ key, kind: 'boost', arguments: {} });
      await call(`mutation { submitRule(key: "${key}") { status } }`);
    }
    await measured({ ruleKey: 'many-1', profiles: 10 });
    const publishAll = (changes: object[], overrideReason: string | null = null) =>
      call(
        `mutation ($changes: [RuleStepInput!]!, $overrideReason: String) {
          changeRules(changes: $changes, action: PUBLISH, overrideReason: $overrideReason) {
            key rule { status } problems { code field message } current { status } } }`,
        { changes, overrideReason },
      );
    const { data } = await publishAll([
      { key: 'many-1', expectedRevision: 2 },
      { key: 'many-2', expectedRevision: 2 },
      { key: 'many-3', expectedRevision: 2, overrideReason: 'for the fair' },
    ]);
    const [passed, kept, forced] = data.changeRules;
    expect(passed).toMatchObject({ rule: { status: 'PUBLISHED' }, problems: [] });
    expect(kept).toMatchObject({ rule: null, current: { status: 'IN_REVIEW' } });
    expect(kept.problems[0]).toMatchObject({ code: 'CONFLICT', field: 'changes.1.overrideReason' });
    expect(kept.problems[0].message).toMatch(/no population diff/);
    expect(forced).toMatchObject({ rule: { status: 'PUBLISHED' }, problems: [] });
    expect((await publishAll([{ key: 'many-2' }], 'the same for all')).data.changeRules[0].problems).toEqual(
      [],
    );
    const audit = await call('{ auditLog(first: 10) { nodes { action target detail } } }');
    const reasons = audit.data.auditLog.nodes
      .filter(({ action }: { action: string }) => action === 'rule.publish')
      .map(({ target, detail }: { target: string; detail: { overridden?: { reason: string } } }) => [
        target,
        detail.overridden?.reason ?? null,
      ]);
    expect(reasons).toEqual(
      expect.arrayContaining([
        ['many-1', null],
        ['many-2', 'the same for all'],
        ['many-3', 'for the fair'],
      ]),
    );
    for (const key of keys) await call(`mutation { archiveRule(key: "${key}") { status } }`);
  });

  it('asks for a diff of every placement that the rule names', async () => {
    await policy({ mostListsChanged: 1 });
    await saveRule({
      ...noWar,
      key: 'two',
      condition: { ...noWar.condition, placements: ['home', 'trending'] },
    });
    const problems = async () =>
      (await call('{ publishGate(ruleKey: "two") { problems { code placement message } } }')).data.publishGate
        .problems;
    await measured({ ruleKey: 'two', placement: 'home', profiles: 20 });
    expect(await problems()).toEqual([
      {
        code: 'NO_DIFF',
        placement: 'trending',
        message: expect.stringMatching(/^trending: This rule has no population diff/),
      },
    ]);
    await measured({ ruleKey: 'two', placement: 'trending', profiles: 20 });
    expect(await problems()).toEqual([]);
  });

  it.each(['similar', 'search', 'cart', 'new-arrivals'])(
    'lets a rule for the placement %s through when its diff is within the limits',
    async (placement) => {
      await policy({ mostListsChanged: 1 });
      const key = `gate-${placement}`;
      await saveRule({ ...noWar, key, condition: { ...noWar.condition, placements: [placement] } });
      await call(`mutation { submitRule(key: "${key}") { status } }`);
      const publish = () => call(`mutation { publishRule(key: "${key}") { status } }`);
      const [refused] = (await publish()).errors;
      expect(refused?.message).toMatch(new RegExp(`${placement}: This rule has no population diff`));
      await measured({ ruleKey: key, placement, profiles: 20 });
      expect((await publish()).data.publishRule.status).toBe('PUBLISHED');
      await call(`mutation { archiveRule(key: "${key}") { status } }`);
    },
  );

  it('refuses a limit that is no share, and names it', async () => {
    const { errors } = await policy({ mostListsChanged: 2 });
    expect(errors[0]?.extensions).toMatchObject({ field: 'input.limits.mostListsChanged' });
  });

  it('takes several rules together: one diff over all of them speaks for each that is published with the others', async () => {
    await policy({ mostListsChanged: null });
    const keys = ['second', 'third'];
    for (const [index, key] of keys.entries()) {
      const given = { itemId: `film-${11 + index}`, position: 2 + index };
      await saveRule({ key, kind: 'pin', arguments: given });
      await call(`mutation { submitRule(key: "${key}") { status } }`);
    }
    await policy({ mostListsChanged: 0 });
    const gateOf = async (ruleKeys: string[]) =>
      (
        await call(
          'query ($ruleKeys: [String!]!) { jointPublishGate(ruleKeys: $ruleKeys) { passes problems { code } } }',
          { ruleKeys },
        )
      ).data.jointPublishGate;
    const publishTogether = async (ruleKeys: string[]) =>
      (
        await call(
          `mutation ($changes: [RuleStepInput!]!) { changeRules(changes: $changes, action: PUBLISH) {
            rule { status } problems { message } } }`,
          { changes: ruleKeys.map((key) => ({ key })) },
        )
      ).data.changeRules as { rule: { status: string } | null; problems: { message: string }[] }[];
    expect(await gateOf(keys)).toEqual({ passes: false, problems: [{ code: 'NO_DIFF' }] });

    const joint = await measured({ ruleKeys: [...keys].reverse(), profiles: 20 });
    expect(joint).toMatchObject({ status: 'SUCCEEDED', ruleKey: null });
    expect(joint.draft.rules.map(({ key }: { key: string }) => key).sort()).toEqual(keys);
    expect(joint.result.changed).toBeGreaterThan(0);
    expect((await gateOf(keys)).problems).toEqual([{ code: 'LISTS_CHANGED' }]);
    const refused = await publishTogether(keys);
    expect(refused.map(({ rule }) => rule)).toEqual([null, null]);
    expect(refused[0]?.problems[0]?.message).toContain('the limit is 0 %');

    // each of these, once live, makes of the other's own diff one of another state: together they pass
    await policy({ mostListsChanged: 1 });
    expect(await gateOf(keys)).toEqual({ passes: true, problems: [] });
    const published = await publishTogether(keys);
    expect(published.map(({ rule }) => rule?.status)).toEqual(['PUBLISHED', 'PUBLISHED']);
    expect((await gateOf(keys)).problems[0]).toEqual({ code: 'LIVE_CHANGED' });
  });

  it('holds back what was changed since the diff of all, and lets no part of them through as the whole', async () => {
    await policy({ mostListsChanged: null });
    const keys = ['pair-a', 'pair-b'];
    for (const key of keys) {
      await saveRule({ key, kind: 'boost', arguments: {} });
      await call(`mutation { submitRule(key: "${key}") { status } }`);
    }
    await measured({ ruleKeys: keys, withoutRuleKeys: ['second'], profiles: 10 });
    await policy({ mostListsChanged: 1 });
    const problemsOf = async (changes: object[]) =>
      (
        await call(
          `mutation ($changes: [RuleStepInput!]!) { changeRules(changes: $changes, action: PUBLISH) {
            rule { status } problems { message } } }`,
          { changes },
        )
      ).data.changeRules.map(
        ({ problems }: { problems: { message: string }[] }) => problems[0]?.message ?? null,
      );
    // it was of another change: one where a published rule goes as well
    for (const message of await problemsOf(keys.map((key) => ({ key })))) {
      expect(message).toMatch(/was changed since/);
    }
    await measured({ ruleKeys: keys, profiles: 10 });
    const [stale, alone] = await problemsOf([{ key: 'pair-a', expectedRevision: 1 }, { key: 'pair-b' }]);
    expect(stale).toMatch(/revision/);
    expect(alone).toMatch(/no population diff/);
    expect(await problemsOf(keys.map((key) => ({ key })))).toEqual([null, null]);
  });

  it.each([
    [{ ruleKeys: ['nobody'] }, 'input.ruleKeys.0'],
    [{ ruleKeys: ['no-war', 'no-war'] }, 'input.ruleKeys.1'],
    [{ withoutRuleKeys: ['no-war'] }, 'input.ruleKey'],
    [{ ruleKeys: ['no-war'], ruleKey: 'no-war' }, 'input.ruleKey'],
    [{ ruleKeys: ['no-war-similar'], placement: 'home' }, 'input.placement'],
    [{ ruleKeys: ['no-war'], withoutRuleKeys: ['pair-c'] }, 'input.withoutRuleKeys.0'],
  ])('of several rules is refused for %j, and names the field', async (input, field) => {
    expect((await start(input)).errors[0]?.extensions).toMatchObject({ field });
  });
});

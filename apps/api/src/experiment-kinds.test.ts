import { beginRound, rollUpExperiment } from '@kindling/storage';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi } from './api.fixture.js';

const admin = { path: '/admin/graphql' };
const list = `query ($subject: SubjectInput!, $context: ContextInput, $first: Int! = 6) {
  recommendations(placement: "home", subject: $subject, context: $context, first: $first) {
    recommendationId strategy { key } experiment { variant counted } nodes { id categories } } }`;

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  await api.store(
    api.shop,
    ...Array.from({ length: 30 }, (_, index) => ({
      id: `film-${index}`,
      title: `film number ${index}`,
      categories: [index % 2 === 0 ? 'war' : 'peace'],
      publishedAt: new Date(Date.UTC(2026, 0, 1 + index)),
    })),
  );
});
afterAll(() => api.close());

const manage = async (query: string, variables: object = {}) => {
  const answer = await api.ask(api.shop.secretKey, query, variables, admin);
  expect(answer.errors).toEqual([]);
  await (await api.api.services.runtimes.get(api.shop.id)).refresh();
  return answer.data;
};
const refused = async (query: string, variables: object = {}) =>
  (await api.ask(api.shop.secretKey, query, variables, admin)).errors[0];
const recommend = async (profileId: string, more: object = {}) => {
  const answer = await api.ask(api.shop.publicKey, list, { subject: { profileId }, ...more });
  expect(answer.errors).toEqual([]);
  return answer.data.recommendations;
};
/** Asked again where a machine was too busy to store the exposure in time: such a list is no part of the experiment. */
const visit = async (profileId: string) => {
  for (;;) {
    const connection = await recommend(profileId);
    if (connection.experiment !== null) return connection;
  }
};
/** Ten at a time: their exposures share a commit. */
const visitEach = async (units: readonly string[]) => {
  const lists = new Map<string, Awaited<ReturnType<typeof visit>>>();
  for (let from = 0; from < units.length; from += 10) {
    const some = units.slice(from, from + 10);
    const made = await Promise.all(some.map(visit));
    for (const [at, unit] of some.entries()) lists.set(unit, made[at]);
  }
  return [...lists];
};
const create = 'mutation ($input: ExperimentInput!) { createExperiment(input: $input) { key } }';
const inputOf = (key: string, fields: object) => ({
  input: {
    key,
    name: key,
    hypothesis: 'It makes a difference',
    placements: ['home'],
    variants: ['control', 'changed'].map((variant) => ({
      key: variant,
      name: variant,
      strategyKey: 'cold-start',
    })),
    primaryMetric: 'list-clicks',
    minimumUnitsPerArm: 10,
    ...fields,
  },
});
const start = async (key: string, fields: object = {}) => {
  await manage(create, inputOf(key, fields));
  await manage(`mutation { startExperiment(key: "${key}") { status } }`);
};
const changed = (fields: object) => ({
  variants: [
    { key: 'control', name: 'control', strategyKey: 'cold-start' },
    { key: 'changed', name: 'changed', strategyKey: 'cold-start', ...fields },
  ],
});
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}-${at}`);
const exposed = async (key: string) =>
  (
    await api.pool.query(
      `SELECT x.unit, x.variant, x.round, x.propensity, x.placement FROM experiment_exposure AS x
       JOIN experiment AS e ON e.number = x.experiment WHERE e.key = $1 ORDER BY x.unit`,
      [key],
    )
  ).rows;
const numberOf = async (key: string) =>
  (await api.pool.query('SELECT number::float8 AS number FROM experiment WHERE key = $1', [key])).rows[0]
    .number as number;
const track = async (events: object[]) => {
  const answer = await api.ask(
    api.shop.publicKey,
    'mutation ($events: [EventInput!]!) { trackEvents(events: $events) { accepted rejected { message } } }',
    { events },
  );
  expect(answer.data.trackEvents.rejected).toEqual([]);
};
const rule = (key: string, fields: object = {}) => ({
  key,
  kind: 'filter',
  condition: { items: { matches: { field: 'categories', in: ['war'] } } },
  arguments: { keeps: 'others' },
  ...fields,
});
const saveRule = (input: object) =>
  manage('mutation ($input: RuleInput!) { saveRule(input: $input) { key } }', { input });
const publish = async (key: string) => {
  await manage(`mutation { submitRule(key: "${key}") { status } }`);
  await manage(`mutation { publishRule(key: "${key}", overrideReason: "a test") { status } }`);
};
const hasWar = ({ nodes }: { nodes: { categories: string[] }[] }) =>
  nodes.some(({ categories }) => categories.includes('war'));

afterEach(async () => {
  for (const { key, status } of (await manage('{ experiments { key status } }')).experiments) {
    if (status === 'RUNNING')
      await manage(`mutation { stopExperiment(key: "${key}", reason: "the test is over") { status } }`);
  }
  for (const { key, status } of (await manage('{ rules { key status } }')).rules) {
    if (status === 'PUBLISHED') await manage(`mutation { archiveRule(key: "${key}") { status } }`);
  }
});

describe('rules as variants', () => {
  it('a draft acts in its arm alone, as it was at the start', async () => {
    await saveRule(rule('draft-no-war'));
    await start('draft-rule', changed({ rulesOn: ['draft-no-war'] }));
    await saveRule(rule('draft-no-war', { arguments: { keeps: 'matching' }, expectedRevision: 1 }));
    const arms = new Set<string>();
    for (const unit of names('d', 16)) {
      const connection = await visit(unit);
      expect(hasWar(connection)).toBe(connection.experiment.variant === 'control');
      expect(connection.experiment.counted).toBe(true);
      arms.add(connection.experiment.variant);
    }
    expect(arms.size).toBe(2);
  });

  it('a published rule is off in an arm, and one that is off inside experiments acts in none', async () => {
    await saveRule(rule('no-war'));
    await publish('no-war');
    await start('rule-off', changed({ rulesOff: ['no-war'] }));
    for (const unit of names('o', 16)) {
      const connection = await visit(unit);
      expect(hasWar(connection)).toBe(connection.experiment.variant === 'changed');
    }
    await manage('mutation { stopExperiment(key: "rule-off", reason: "next") { status } }');
    await manage('mutation { archiveRule(key: "no-war") { status } }');
    await saveRule(rule('outside', { condition: { ...rule('x').condition, outsideExperiments: true } }));
    await publish('outside');
    expect(hasWar(await recommend('before'))).toBe(false);
    await start('inside', {
      variants: [
        { key: 'control', name: 'control', strategyKey: 'cold-start' },
        { key: 'newest', name: 'newest', strategyKey: 'new-arrivals' },
      ],
    });
    for (const unit of names('i', 8)) expect(hasWar(await visit(unit))).toBe(true);
  });

  it('is no exposure where the rule in which the arms differ is not for the request', async () => {
    const only = (coldness: string) => ({
      condition: {
        ...rule('x').condition,
        profile: { matches: { field: 'coldness', in: [coldness] } },
      },
    });
    await saveRule(rule('warm-no-war', only('WARM')));
    await start('warm-rule', changed({ rulesOn: ['warm-no-war'] }));
    for (const unit of names('w', 10)) {
      const connection = await visit(unit);
      expect(connection.experiment.counted).toBe(false);
      expect(hasWar(connection)).toBe(true);
    }
    expect(await exposed('warm-rule')).toEqual([]);
    await api.api.services.funnel.flush();
    const { experiment } = await manage(
      '{ experiment(key: "warm-rule") { results { funnel { stage lists } } } }',
    );
    expect(experiment.results.funnel).toEqual([{ stage: 'NO_DIFFERENCE', lists: 10 }]);
    await manage('mutation { stopExperiment(key: "warm-rule", reason: "next") { status } }');
    await saveRule(rule('cold-no-war', only('COLD')));
    await start('cold-rule', changed({ rulesOn: ['cold-no-war'] }));
    for (const unit of names('c', 10)) expect((await visit(unit)).experiment.counted).toBe(true);
    expect(await exposed('cold-rule')).toHaveLength(10);
  });

  it('says which rule is not there when it is started', async () => {
    await manage(create, inputOf('no-rule', changed({ rulesOff: ['nowhere'] })));
    const error = await refused('mutation { startExperiment(key: "no-rule") { status } }');
    expect(error?.message).toContain('There is no rule "nowhere"');
  });
});

describe('placements and onboarding flows as variants', () => {
  it('an arm has its own size of the list; decided, the placement has it, and rules are named for review', async () => {
    await saveRule(rule('size-rule'));
    await start('size', changed({ size: 3, fallback: ['new-arrivals'], rulesOn: ['size-rule'] }));
    for (const unit of names('s', 12)) {
      const { nodes, experiment } = await visit(unit);
      expect(nodes).toHaveLength(experiment.variant === 'changed' ? 3 : 6);
      expect(experiment.counted).toBe(true);
    }
    const { decideExperiment } = await manage(
      'mutation { decideExperiment(key: "size", variant: "changed", reason: "x") { decision { rulesToPublish rulesToArchive strategiesRestored } } }',
    );
    expect(decideExperiment.decision).toEqual({
      rulesToPublish: ['size-rule'],
      rulesToArchive: [],
      strategiesRestored: [],
    });
    const { placements } = await manage('{ placements { key size fallback } }');
    expect(placements).toContainEqual({ key: 'home', size: 3, fallback: ['new-arrivals'] });
  });

  it('a visitor is asked by the flow of the arm and answers it; seeing it is the exposure', async () => {
    const flow = (key: string, text: string) => ({
      config: {
        key,
        name: key,
        cards: 2,
        questions: [{ key: 'taste', text, options: ['war', 'peace'] }],
      },
    });
    const save = 'mutation ($config: JSONObject!) { saveOnboardingFlow(config: $config) { version } }';
    await manage(save, flow('short', 'Which?'));
    await start('flows', { placements: [], onboardingFlow: 'default', ...changed({ flow: 'short' }) });
    const ask = (profileId: string) =>
      api.ask(
        api.shop.publicKey,
        'query ($subject: SubjectInput!) { onboarding(subject: $subject) { key questions { key } cards { id } } }',
        { subject: { profileId } },
      );
    const seen = new Map<string, string>();
    for (const unit of names('v', 16)) seen.set(unit, (await ask(unit)).data.onboarding.key);
    expect(new Set(seen.values())).toEqual(new Set(['default', 'short']));
    const rows = await exposed('flows');
    expect(rows.map(({ unit, variant }) => [unit, variant === 1 ? 'short' : 'default'])).toEqual(
      [...seen].sort(),
    );
    expect(rows[0].placement).toBe('onboarding default');
    const [unit] = [...seen].find(([, key]) => key === 'short') ?? [];
    const answered = await api.ask(
      api.shop.publicKey,
      `mutation ($subject: SubjectInput!) { answerOnboarding(subject: $subject, answers: [{ question: "taste", option: "war" }]) { accepted } }`,
      { subject: { profileId: unit } },
    );
    expect(answered.data.answerOnboarding).toEqual({ accepted: 1 });
    // of somebody who tests, too: the flow of the arm that was asked for, and nothing is counted
    await api.api.services.funnel.flush();
    const funnel = async () =>
      (await manage('{ experiment(key: "flows") { results { funnel { stage lists } } } }')).experiment.results
        .funnel;
    const before = await funnel();
    const { forcedVariantToken } = await manage('{ forcedVariantToken(key: "flows", variant: "changed") }');
    const tester = (context: object | null) =>
      api.ask(
        api.shop.publicKey,
        `mutation ($subject: SubjectInput!, $context: ContextInput) { answerOnboarding(subject: $subject, context: $context,
           answers: [{ question: "taste", option: "peace" }]) { accepted } }`,
        { subject: { profileId: [...seen].find(([, flow]) => flow === 'default')?.[0] }, context },
      );
    expect((await tester(null)).errors[0]?.message).toContain('has no question "taste"');
    const forced = await tester({ forcedVariant: forcedVariantToken });
    expect(forced.data.answerOnboarding).toEqual({ accepted: 1 });
    await api.api.services.funnel.flush();
    expect(await funnel()).toEqual(before);
    expect(await exposed('flows')).toHaveLength(16);
    await manage('mutation { decideExperiment(key: "flows", variant: "changed", reason: "x") { status } }');
    expect((await ask('afterwards')).data.onboarding.questions).toHaveLength(1);
  });
});

describe('a bandit', () => {
  it('moves its shares to what brings more, keeps everybody in their arm, and logs the chances', async () => {
    await start('bandit', {
      kind: 'BANDIT',
      bandit: { floor: 0.1, everyMinutes: 1 },
      primaryMetric: 'click-conversion',
      minimumUnitsPerArm: 100,
      variants: [
        { key: 'control', name: 'control', strategyKey: 'cold-start' },
        { key: 'newest', name: 'newest', strategyKey: 'new-arrivals' },
      ],
    });
    const number = await numberOf('bandit');
    const rate = { control: 0.2, newest: 0.6 } as Record<string, number>;
    const arms = new Map<string, string>();
    const visitAll = async (units: readonly string[]) => {
      const events: object[] = [];
      for (const [at, [profileId, list]] of (await visitEach(units)).entries()) {
        const { experiment, nodes, recommendationId } = list;
        arms.set(profileId, experiment.variant);
        const event = { profileId, itemId: nodes[0].id, recommendationId };
        events.push({ ...event, id: `${profileId}-seen`, type: 'IMPRESSION' });
        if ((at * 0.618) % 1 < (rate[experiment.variant] ?? 0)) {
          events.push({ ...event, id: `${profileId}-click`, type: 'CLICK' });
        }
      }
      await track(events);
      await rollUpExperiment(api.pool, number);
    };
    const later = () =>
      api.pool.query(
        `UPDATE experiment_round SET started_at = started_at - interval '2 minutes' WHERE experiment = $1`,
        [number],
      );
    await visitAll(names('b0', 240));
    expect(await beginRound(api.pool, number)).toBeNull();
    await later();
    expect(await beginRound(api.pool, number)).toBe(1);
    expect(await beginRound(api.pool, number)).toBeNull();
    await (await api.api.services.runtimes.get(api.shop.id)).refresh();
    await visitAll(names('b1', 100));
    const newest = names('b1', 100).filter((unit) => arms.get(unit) === 'newest').length;
    expect(newest).toBeGreaterThan(60);
    api.api.services.exposureWriter.forget(names('b0', 40));
    for (const [unit, { experiment }] of await visitEach(names('b0', 40))) {
      expect(experiment.variant).toBe(arms.get(unit));
    }
    for (let round = 2; round <= 3; round++) {
      await later();
      expect(await beginRound(api.pool, number)).toBe(round);
    }
    const { experiment } = await manage(
      `{ experiment(key: "bandit") { results { hidden severalArms metrics { role } sampleChecks { dimension value units p mismatch }
         bandit { arms { variant n mean share chanceToBeBest } rounds { round shares units } } advice { variant advice } warnings { code } } } }`,
    );
    const { bandit, sampleChecks, ...results } = experiment.results;
    expect(results).toMatchObject({ hidden: null, severalArms: 0, metrics: [] });
    expect(results.advice).toEqual([{ variant: 'newest', advice: 'SHIP' }]);
    expect(bandit.arms[1].chanceToBeBest).toBeGreaterThan(0.95);
    expect(bandit.arms[1].share).toBeGreaterThan(0.5);
    expect(bandit.rounds[0].shares).toEqual([0.5, 0.5]);
    expect(bandit.rounds[0].units.reduce((sum: number, n: number) => sum + n, 0)).toBe(240);
    expect(bandit.rounds[1].units).toEqual([100 - newest, newest]);
    expect(sampleChecks[0]).toMatchObject({ dimension: 'all', mismatch: false });
    const cold = sampleChecks.find((check: { value: string }) => check.value === 'COLD');
    expect(cold).toMatchObject({ dimension: 'coldness', mismatch: false });
    // the same people, in the rounds that are counted: both of them had shares of their own
    expect(cold.units).toEqual(sampleChecks[0].units);
    const [first, second] = [bandit.rounds[0].shares, bandit.rounds[1].shares];
    for (const row of await exposed('bandit')) {
      const shares = row.round === 0 ? first : second;
      expect(row.propensity).toBeCloseTo(shares[row.variant], 12);
    }
  }, 120_000);
});

describe('interleaving', () => {
  it('drafts one list from two rankings, credits clicks to who drafted the slot, and advises a test', async () => {
    const wanted = { kind: 'INTERLEAVING', minimumUnitsPerArm: 20, plan: { unitsPerArm: 100 } };
    await saveRule(rule('peace-only'));
    const { variants } = changed({ rulesOn: ['peace-only'] });
    await manage(create, inputOf('wrong-metric', { ...wanted, variants }));
    expect(
      (await refused('mutation { startExperiment(key: "wrong-metric") { status } }'))?.message,
    ).toContain('WIN_SHARE');
    await start('screen', { ...wanted, variants, primaryMetric: 'win-share' });
    const events: object[] = [];
    for (const [profileId, list] of await visitEach(names('t', 90))) {
      const { nodes, recommendationId, experiment } = list;
      expect(experiment).toEqual({ variant: 'interleaved', counted: true });
      expect(new Set(nodes.map(({ id }: { id: string }) => id)).size).toBe(6);
      // visitors like peace, whoever put it there
      for (const { id, categories } of nodes as { id: string; categories: string[] }[]) {
        events.push({
          id: `${profileId}-${id}-seen`,
          type: 'IMPRESSION',
          profileId,
          itemId: id,
          recommendationId,
        });
        if (categories.includes('peace'))
          events.push({ id: `${profileId}-${id}`, type: 'CLICK', profileId, itemId: id, recommendationId });
      }
    }
    await api.api.services.exposures.flush();
    await track(events);
    await rollUpExperiment(api.pool, await numberOf('screen'));
    const { rows } = await api.pool.query(
      `SELECT teams FROM recommendation WHERE variant_key = 'interleaved' AND experiment_key = 'screen'`,
    );
    expect(rows).toHaveLength(90);
    expect(rows.every(({ teams }) => teams.filter((team: number) => team === 1).length === 3)).toBe(true);
    const { experiment } = await manage(
      `{ experiment(key: "screen", fixed: true) { results { hidden sampleChecks { dimension value mismatch units } metrics { role }
         interleaving { role n winShare low high p fixed { p } } interleavingSlices { dimension value reading { n winShare } } advice { variant advice } } } }`,
    );
    const [reading] = experiment.results.interleaving;
    expect(experiment.results).toMatchObject({ hidden: null, metrics: [] });
    // what stands for the sample ratio: of the six slots that everybody saw, three were drafted by each
    expect(experiment.results.sampleChecks[0]).toEqual({
      ...{ dimension: 'drafted', value: '', mismatch: false, units: [45, 45] },
    });
    expect(reading).toMatchObject({ role: 'PRIMARY', n: 90 });
    expect(experiment.results.interleavingSlices).toContainEqual({
      dimension: 'coldness',
      value: 'COLD',
      reading: { n: 90, winShare: reading.winShare },
    });
    expect(reading.low).toBeGreaterThan(0.5);
    expect(reading.fixed.p).toBeLessThan(0.001);
    expect(experiment.results.advice).toEqual([{ variant: 'changed', advice: 'TEST' }]);
    const decide = 'mutation { decideExperiment(key: "screen", variant: "changed", reason: "x") { status } }';
    expect((await refused(decide))?.message).toContain('A/B test');
  }, 120_000);
});

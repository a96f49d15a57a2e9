import { rollUpExperiment } from '@kindling/storage';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type ApiFixture, openApi, wordEncoder } from './api.fixture.js';
import { readEnv } from './env.js';
import { jsonLog } from './log.js';
import { startApi } from './start.js';

const admin = { path: '/admin/graphql' };
const list = `query ($subject: SubjectInput!, $context: ContextInput, $after: String, $placement: String! = "home") {
  recommendations(placement: $placement, subject: $subject, context: $context, after: $after, first: 3) {
    recommendationId strategy { key version } experiment { experiment version variant counted }
    nodes { id } degraded { part reason } pageInfo { endCursor } } }`;

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  await api.store(
    api.shop,
    ...Array.from({ length: 30 }, (_, index) => ({ id: `film-${index}`, title: `film number ${index}` })),
  );
});
afterAll(() => api.close());

const manage = async (query: string, variables: object = {}, key = api.shop.secretKey) => {
  const answer = await api.ask(key, query, variables, admin);
  expect(answer.errors).toEqual([]);
  await (await api.api.services.runtimes.get(api.shop.id)).refresh();
  return answer.data;
};
const refused = async (query: string, variables: object = {}) =>
  (await api.ask(api.shop.secretKey, query, variables, admin)).errors[0];
const recommend = async (variables: object, key = api.shop.publicKey) => {
  const answer = await api.ask(key, list, variables);
  expect(answer.errors).toEqual([]);
  return answer.data.recommendations;
};
/** Twenty at a time; asked again where a machine was too busy to store an exposure in time. */
const recommendEach = async (units: readonly string[]) => {
  // biome-ignore lint/suspicious/noExplicitAny: the shape that the query asked for
  const lists: any[] = [];
  const listOf = async (profileId: string) => {
    for (;;) {
      const made = await recommend({ subject: { profileId } });
      if (made.degraded.every(({ part }: { part: string }) => part !== 'experiment')) return made;
    }
  };
  for (let from = 0; from < units.length; from += 20) {
    lists.push(...(await Promise.all(units.slice(from, from + 20).map(listOf))));
  }
  return lists;
};
const inputOf = (key: string, fields: object = {}) => ({
  input: {
    key,
    name: 'Newest first',
    hypothesis: 'People come for what is new',
    placements: ['home'],
    variants: [
      { key: 'control', name: 'As it is', strategyKey: 'cold-start' },
      { key: 'newest', name: 'Newest first', strategyKey: 'new-arrivals' },
    ],
    primaryMetric: 'list-clicks',
    minimumUnitsPerArm: 20,
    ...fields,
  },
});
const create =
  'mutation ($input: ExperimentInput!) { createExperiment(input: $input) { key version status } }';
const start = async (key: string, fields: object = {}) => {
  await manage(create, inputOf(key, fields));
  return (await manage(`mutation { startExperiment(key: "${key}") { status version startedAt } }`))
    .startExperiment;
};
const stored = async (key: string) =>
  (
    await api.pool.query(
      `SELECT x.unit, x.variant, x.counted_as, x.coldness, x.device, x.category, x.several_arms FROM experiment_exposure AS x
       JOIN experiment AS e ON e.number = x.experiment WHERE e.key = $1 ORDER BY x.unit`,
      [key],
    )
  ).rows;
const rollUp = async (key: string) => {
  const found = await api.pool.query('SELECT number::float8 AS number FROM experiment WHERE key = $1', [key]);
  for (const { number } of found.rows) await rollUpExperiment(api.pool, number);
};
const track = (events: object[]) =>
  api.ask(
    api.shop.publicKey,
    'mutation ($events: [EventInput!]!) { trackEvents(events: $events) { accepted rejected { message } } }',
    { events },
  );
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}-${at}`);

afterEach(async () => {
  for (const { key, status } of (await manage('{ experiments { key status } }')).experiments) {
    if (status === 'RUNNING')
      await manage(`mutation { stopExperiment(key: "${key}", reason: "the test is over") { status } }`);
  }
});

describe('a list of a running experiment', () => {
  it('is made by the strategy of its arm, the same one every time, and is stored when the answer is there', async () => {
    await start('arms');
    const arms = new Map<string, string>();
    for (const unit of names('arm', 40)) {
      const connection = await recommend({ subject: { profileId: unit }, context: { device: 'Mobile' } });
      const { variant, counted, experiment } = connection.experiment;
      expect([experiment, counted]).toEqual(['arms', true]);
      expect(connection.strategy.key).toBe(variant === 'control' ? 'cold-start' : 'new-arrivals');
      expect((await stored('arms')).find((row) => row.unit === unit)).toMatchObject({
        variant: variant === 'control' ? 0 : 1,
        coldness: 'COLD',
        device: 'mobile',
      });
      arms.set(unit, variant);
    }
    expect(new Set(arms.values()).size).toBe(2);
    for (const [unit, variant] of arms) {
      expect((await recommend({ subject: { profileId: unit } })).experiment.variant).toBe(variant);
    }
    expect(await stored('arms')).toHaveLength(40);
  });

  it('keeps its arm on later pages, whose ids are of the experiment, too', async () => {
    await start('pages');
    const first = await recommend({ subject: { profileId: 'reader' } });
    const second = await recommend({ subject: { profileId: 'reader' }, after: first.pageInfo.endCursor });
    expect(second.experiment).toEqual(first.experiment);
    expect(second.recommendationId.slice(0, 8)).toBe(first.recommendationId.slice(0, 8));
    expect(second.recommendationId).not.toBe(first.recommendationId);
  });

  it('is no exposure where the arms do not differ, without a unit, in a preview, or of another time', async () => {
    await start('same', {
      variants: ['a', 'b'].map((key) => ({ key, name: key, strategyKey: 'cold-start' })),
    });
    const connection = await recommend({ subject: { profileId: 'nobody-counts' } });
    expect(connection.experiment).toMatchObject({ counted: false });
    expect(await stored('same')).toEqual([]);
    await manage('mutation { stopExperiment(key: "same", reason: "x") { status } }');
    await start('uncounted');
    expect((await recommend({ subject: { interests: ['film'] } })).experiment).toBeNull();
    const now = { now: new Date('2026-01-01') };
    const past = await recommend({ subject: { profileId: 'past' }, context: now }, api.shop.secretKey);
    expect(past.experiment).toMatchObject({ counted: false });
    const { preview } = await manage(
      '{ preview(subject: { profileId: "looked-at" }) { experiment { variant counted } } }',
    );
    expect(preview.experiment.counted).toBe(false);
    expect(await stored('uncounted')).toEqual([]);
  });

  it('shows a forced arm to whoever brings its token, uncounted; a token that was changed is refused', async () => {
    await start('forced');
    const { forcedVariantToken: token } = await manage(
      '{ forcedVariantToken(key: "forced", variant: "newest") }',
    );
    const control = (
      await Promise.all(names('f', 12).map((profileId) => recommend({ subject: { profileId } })))
    ).findIndex(({ experiment }) => experiment.variant === 'control');
    const subject = { profileId: `f-${control}` };
    const before = await stored('forced');
    const forced = await recommend({ subject, context: { forcedVariant: token } });
    expect(forced).toMatchObject({
      experiment: { variant: 'newest', counted: false },
      strategy: { key: 'new-arrivals' },
    });
    expect(await stored('forced')).toEqual(before);
    const wrong = await api.ask(api.shop.publicKey, list, {
      subject,
      context: { forcedVariant: `${token}x` },
    });
    expect(wrong.errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'context.forcedVariant' });
  });

  it('follows ramp and kill switch on every process without being asked to', async () => {
    await start('traffic');
    const second = await startApi(
      readEnv({ DATABASE_URL: api.databaseUrl, DATA_DIR: '/tmp', API_PORT: '0' }),
      jsonLog('error', () => {}),
      { encoder: wordEncoder },
    );
    onTestFinished(() => second.close());
    const exposedAt = async (url: string) => {
      const body = names('t', 20).map(
        (profileId, at) =>
          `a${at}: recommendations(subject: { profileId: "${profileId}" }) { experiment { variant } }`,
      );
      const lists = await Promise.all(
        body.map(async (field) => {
          const response = await fetch(`${url}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', authorization: `Bearer ${api.shop.publicKey}` },
            body: JSON.stringify({ query: `{ ${field} }` }),
          });
          return Object.values(
            ((await response.json()) as { data: Record<string, { experiment: object | null }> }).data,
          );
        }),
      );
      return lists.flat().filter(({ experiment }) => experiment !== null).length;
    };
    const set =
      'mutation ($ramp: Float, $killed: Boolean) { setExperimentTraffic(key: "traffic", ramp: $ramp, killed: $killed) { ramp killed } }';
    const becomes = async (wanted: number) => {
      for (const url of [api.api.url, second.url]) {
        await expect.poll(() => exposedAt(url), { timeout: 10_000, interval: 50 }).toBe(wanted);
      }
    };
    await api.ask(api.shop.secretKey, set, { killed: true }, admin);
    await becomes(0);
    await api.ask(api.shop.secretKey, set, { killed: false, ramp: 0 }, admin);
    await becomes(0);
    await api.ask(api.shop.secretKey, set, { ramp: 1 }, admin);
    await becomes(20);
  });

  it('keeps two profiles that became one in the arm that was first, under each id', async () => {
    await start('merge');
    const shown = await Promise.all(
      names('m', 20).map(async (unit) => ({
        unit,
        variant: (await recommend({ subject: { profileId: unit } })).experiment.variant as string,
      })),
    );
    const [first, other] = [
      shown.find(({ variant }) => variant === 'newest'),
      shown.find(({ variant }) => variant === 'control'),
    ];
    if (!first || !other) throw new Error('both arms are needed');
    await api.pool.query(
      `UPDATE experiment_exposure SET exposed_at = exposed_at - interval '1 minute' WHERE unit = $1`,
      [first.unit],
    );
    await api.ask(
      api.shop.secretKey,
      `mutation { mergeProfiles(from: "${first.unit}", into: "${other.unit}") { id } }`,
    );
    await (await api.api.services.runtimes.get(api.shop.id)).refresh();
    for (const { unit } of [first, other]) {
      expect((await recommend({ subject: { profileId: unit } })).experiment.variant).toBe('newest');
    }
    expect((await stored('merge')).filter(({ several_arms }) => several_arms)).toEqual([]);
    await rollUp('merge');
    const { experiment } = await manage(
      '{ experiment(key: "merge") { results { mergedAcrossArms severalArms units { n } } } }',
    );
    expect(experiment.results).toMatchObject({ mergedAcrossArms: 1, severalArms: 0 });
    expect(experiment.results.units.reduce((sum: number, { n }: { n: number }) => sum + n, 0)).toBe(19);
  });

  it('lets in only the coldness it is for, and who is in stays in', async () => {
    await start('cold-only', { coldness: ['COLD'] });
    await track(
      Array.from({ length: 5 }, (_, at) => ({
        id: `warm-${at}`,
        type: 'VIEW',
        profileId: 'warm',
        itemId: 'film-1',
      })),
    );
    expect((await recommend({ subject: { profileId: 'warm' } })).experiment).toBeNull();
    expect((await recommend({ subject: { profileId: 'new-here' } })).experiment).not.toBeNull();
    await track(
      Array.from({ length: 5 }, (_, at) => ({
        id: `in-${at}`,
        type: 'VIEW',
        profileId: 'new-here',
        itemId: 'film-1',
      })),
    );
    api.api.services.exposureWriter.forget(['new-here']);
    expect((await recommend({ subject: { profileId: 'new-here' } })).experiment).not.toBeNull();
  });

  it('lets in only the segment it is for, as it was at the start, and who is in stays in', async () => {
    const save = 'mutation ($input: SegmentInput!) { saveSegment(input: $input) { version } }';
    const segment = (plan: string, version: number) => ({
      input: {
        ...{ key: 'paying', label: 'Paying', expectedVersion: version },
        when: { field: 'attributes.plan', in: [plan] },
      },
    });
    await manage(save, segment('pro', 0));
    await start('paying-only', { segments: ['paying'] });
    const of = async (profileId: string, plan: string) =>
      (await recommend({ subject: { profileId, attributes: { plan } } })).experiment;
    expect(await of('pays', 'pro')).toMatchObject({ counted: true });
    expect(await of('pays-not', 'free')).toBeNull();
    expect(await of('pays', 'free')).toMatchObject({ counted: true });
    await manage(save, segment('free', 1));
    expect(await of('pays-not-2', 'free')).toBeNull();
    await manage('mutation { stopExperiment(key: "paying-only", reason: "next") { status } }');
    await manage(create, inputOf('nobody', { segments: ['nowhere'] }));
    expect((await refused('mutation { startExperiment(key: "nobody") { status } }'))?.message).toContain(
      'There is no segment "nowhere"',
    );
  });

  it('leaves a holdout out, and shares the people of a layer with another experiment', async () => {
    const layer = (from: number, to: number) => ({
      layer: { key: 'home-lists', from, to },
      holdoutShare: 0.3,
    });
    await start('left', layer(0, 0.5));
    await start('right', layer(0.5, 1));
    const lists = await recommendEach(names('l', 200));
    const seen = lists.map(({ experiment }) => experiment?.experiment ?? 'none');
    const count = (wanted: string) => seen.filter((one) => one === wanted).length;
    expect(count('none')).toBeGreaterThan(35);
    expect(count('none')).toBeLessThan(85);
    expect(Math.min(count('left'), count('right'))).toBeGreaterThan(45);
    const [left, right] = [await stored('left'), await stored('right')];
    expect(left.filter(({ unit }) => right.some((row) => row.unit === unit))).toEqual([]);
    expect(left.length + right.length + count('none')).toBe(200);
    await api.api.services.funnel.flush();
    const { experiment } = await manage('{ experiment(key: "left") { results { funnel { stage lists } } } }');
    const funnel = Object.fromEntries(
      experiment.results.funnel.map(({ stage, lists }: { stage: string; lists: number }) => [stage, lists]),
    );
    expect(funnel).toMatchObject({ EXPOSED: left.length, HOLDOUT: count('none') });
  });

  it('is the one of the placement, and says so, when its exposure cannot be stored', async () => {
    await start('no-store');
    const client = await api.pool.connect();
    try {
      await client.query('BEGIN; LOCK TABLE experiment_exposure IN ACCESS EXCLUSIVE MODE');
      const connection = await recommend({ subject: { profileId: 'unlucky' } });
      expect(connection).toMatchObject({ experiment: null, strategy: { key: 'cold-start' } });
      expect(connection.degraded.map(({ part }: { part: string }) => part)).toEqual(['experiment']);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});

describe('results and decision', () => {
  const results = `{ experiment(key: "story", fixed: true, bayesian: true) { status
    decision { variant reason by results } results { hidden isBehind units { variant n }
      sampleChecks { dimension value mismatch units }
      metrics { role metric { key version } arms { variant n value }
        comparisons { variant significant adjustedP decisive { test adjustment estimate low high p }
          others { test adjustment estimate low high p chanceToWin expectedLoss lossOfKeeping } } }
      slices { dimension value } overTime { day n } novelty { variant fades }
      warnings { code sentence } advice { variant advice sentence reasons { code sentence } } } } }`;

  it('a broken split hides every lift and blocks the decision; repaired, the decision changes the placement', async () => {
    await start('story', { plan: { unitsPerArm: 100 } });
    const clickRate = { control: 0.2, newest: 0.9 } as Record<string, number>;
    let at = 0;
    const visit = async (units: readonly string[], sends: (variant: string) => boolean) => {
      const lists = await recommendEach(units);
      await track(units.flatMap((unit, index) => eventsOf(unit, lists[index], sends)));
    };
    // biome-ignore lint/suspicious/noExplicitAny: the shape that the query asked for
    const eventsOf = (unit: string, connection: any, sends: (variant: string) => boolean): object[] => {
      const { variant } = connection.experiment;
      if (!sends(variant)) return [];
      const of = (type: string) => ({
        id: `story-${++at}`,
        type,
        profileId: unit,
        itemId: connection.nodes[0].id,
        recommendationId: connection.recommendationId,
      });
      return [
        of('IMPRESSION'),
        ...((at * 0.618) % 1 < (clickRate[variant] ?? 0) ? [of('CLICK'), of('CLICK')] : []),
      ];
    };
    await visit(names('broken', 120), (variant) => variant === 'control');
    await rollUp('story');
    const broken = (await manage(results)).experiment.results;
    expect(broken).toMatchObject({ hidden: 'SAMPLE_RATIO_MISMATCH', metrics: [], slices: [], overTime: [] });
    expect(broken.advice).toMatchObject([{ advice: 'BROKEN', reasons: [{ code: 'SAMPLE_RATIO_MISMATCH' }] }]);
    const decide = (variant: string) =>
      `mutation { decideExperiment(key: "story", variant: "${variant}", reason: "it is better") { status } }`;
    expect((await refused(decide('newest')))?.extensions).toMatchObject({
      code: 'CONFLICT',
      field: 'variant',
    });

    await manage(create, inputOf('story', { plan: { unitsPerArm: 100 }, expectedVersion: 1 }));
    await manage('mutation { startExperiment(key: "story") { version } }');
    await visit(names('repaired', 160), () => true);
    await rollUp('story');
    const repaired = (await manage(results)).experiment.results;
    expect(repaired).toMatchObject({ hidden: null, isBehind: false });
    expect(repaired.units.reduce((sum: number, { n }: { n: number }) => sum + n, 0)).toBe(160);
    expect(repaired.metrics[0].comparisons[0]).toMatchObject({ variant: 'newest', significant: true });
    expect(repaired.metrics[0].comparisons[0].others.map(({ test }: { test: string }) => test)).toEqual([
      'FIXED',
      'BAYESIAN',
    ]);
    expect(repaired.advice).toMatchObject([{ variant: 'newest', advice: 'SHIP' }]);
    const chinese = await api.ask(
      api.shop.secretKey,
      results,
      {},
      { ...admin, headers: { 'accept-language': 'zh-CN' } },
    );
    expect(chinese.data.experiment.results.advice[0].sentence).toBe('上线');

    const decided = await manage(decide('newest'));
    expect(decided.decideExperiment.status).toBe('DECIDED');
    const { placements } = await manage('{ placements { key strategyKey } }');
    expect(placements).toContainEqual({ key: 'home', strategyKey: 'new-arrivals' });
    const { experiment } = await manage(results);
    expect(experiment.decision).toMatchObject({ variant: 'newest', reason: 'it is better' });
    expect(experiment.decision.results.metrics[0].comparisons[0].variant).toBe('newest');
    const list = await recommend({ subject: { profileId: 'afterwards' } });
    expect(list).toMatchObject({ experiment: null, strategy: { key: 'new-arrivals' } });
  });

  it('are not there below the minimum sample', async () => {
    await start('small');
    for (const unit of names('s', 4)) await recommend({ subject: { profileId: unit } });
    await rollUp('small');
    const { experiment } = await manage(
      '{ experiment(key: "small") { results { hidden metrics { role } advice { advice } } } }',
    );
    expect(experiment.results).toEqual({
      hidden: 'MINIMUM_SAMPLE_NOT_REACHED',
      metrics: [],
      advice: [{ advice: 'GO_ON' }],
    });
  });
});

describe('a fixed horizon', () => {
  const ask = `{ experiment(key: "horizon") { stopping { rule maximumLoss } results { hidden readsAt warnings { code }
    metrics { role comparisons { significant decisive { test p } } } advice { variant advice reasons { code sentence } } } }
    experimentHealth { key hidden readsAt needsDecision advice { advice } } }`;

  it('is frozen with the draft, says nothing before its date but when that is, and is read then, once', async () => {
    await start('horizon', {
      stopping: { rule: 'FIXED_HORIZON' },
      plan: { unitsPerArm: 40, days: 14 },
      minimumUnitsPerArm: 10,
    });
    let at = 0;
    const visit = async (units: readonly string[]) => {
      const events: object[] = [];
      for (const list of (await recommendEach(units)).map((made, index) => ({
        ...made,
        unit: units[index],
      }))) {
        const isClicked = list.experiment.variant === 'newest' || at++ % 5 === 0;
        for (const [slot, { id }] of list.nodes.entries()) {
          const event = { profileId: list.unit, itemId: id, recommendationId: list.recommendationId };
          events.push({ ...event, id: `${list.unit}-seen-${slot}`, type: 'IMPRESSION' });
          if (isClicked) events.push({ ...event, id: `${list.unit}-click-${slot}`, type: 'CLICK' });
        }
      }
      await api.api.services.exposures.flush();
      await track(events);
      await rollUp('horizon');
    };
    await visit(names('horizon', 80));
    const early = await manage(ask);
    const [{ started_at: startedAt }] = (
      await api.pool.query("SELECT started_at FROM experiment WHERE key = 'horizon'")
    ).rows;
    const end = new Date(startedAt.getTime() + 14 * 86_400_000).toISOString();
    expect(early.experiment.stopping).toEqual({ rule: 'FIXED_HORIZON', maximumLoss: 0.0025 });
    expect(early.experiment.results).toMatchObject({
      ...{ hidden: 'HORIZON_NOT_REACHED', readsAt: end, metrics: [], warnings: [] },
      advice: [{ advice: 'GO_ON', reasons: [{ code: 'HORIZON_NOT_REACHED' }] }],
    });
    expect(early.experiment.results.advice[0].reasons[0].sentence).toContain(end.slice(0, 10));
    expect(early.experimentHealth[0]).toMatchObject({
      ...{ key: 'horizon', hidden: 'HORIZON_NOT_REACHED', readsAt: end, needsDecision: false },
    });

    // fourteen days are over at this moment
    await api.pool.query(
      "UPDATE experiment SET started_at = clock_timestamp() - interval '14 days' WHERE key = 'horizon'",
    );
    await rollUp('horizon');
    const read = await manage(ask);
    expect(read.experiment.results).toMatchObject({
      hidden: null,
      metrics: [{ role: 'PRIMARY', comparisons: [{ significant: true, decisive: { test: 'FIXED' } }] }],
      advice: [{ variant: 'newest', advice: 'SHIP' }],
    });
    expect(read.experimentHealth[0]).toMatchObject({ needsDecision: true, advice: [{ advice: 'SHIP' }] });
    await visit(names('horizon-later', 40));
    expect((await manage(ask)).experiment.results).toEqual(read.experiment.results);
  }, 60_000);

  it('is no rule of a bandit, and a loss out of range is refused by its field', async () => {
    const of = async (key: string, fields: object) =>
      (await refused(create, inputOf(key, fields)))?.extensions;
    expect(await of('rule-of-bandit', { kind: 'BANDIT', stopping: { rule: 'FIXED_HORIZON' } })).toMatchObject(
      {
        ...{ code: 'BAD_INPUT', field: 'input.stopping.rule' },
      },
    );
    const guardrails = [{ metric: 'rejections', margin: 0.1 }];
    expect(await of('guarded-bandit', { kind: 'BANDIT', guardrails })).toMatchObject({
      ...{ code: 'BAD_INPUT', field: 'input.guardrails' },
    });
    expect(await of('loss', { stopping: { rule: 'BAYESIAN', maximumLoss: 0.5 } })).toMatchObject({
      ...{ code: 'BAD_INPUT', field: 'input.stopping.maximumLoss' },
    });
  });
});

describe('planning', () => {
  it('says how each stands that somebody has still to decide on, and marks simulated visitors', async () => {
    await start('standing', { minimumUnitsPerArm: 5 });
    const units = names('standing', 60);
    for (const profileId of units) await recommend({ subject: { profileId } });
    await api.api.services.exposures.flush();
    await track(
      units.map((profileId) => ({ id: `${profileId}-seen`, type: 'VIEW', profileId, itemId: 'film-2' })),
    );
    await api.pool.query("UPDATE profile SET simulated = true WHERE id LIKE 'standing-1%'");
    await rollUp('standing');
    await manage(create, { input: { ...inputOf('standing').input, expectedVersion: 1 } });
    const ask =
      '{ experimentHealth { key version status daysRun hidden units { variant n } needsDecision advice { variant advice sentence } } }';
    const of = async (key: string) =>
      (await manage(ask)).experimentHealth.find((one: { key: string }) => one.key === key);
    const health = await of('standing');
    expect(health).toMatchObject({ version: 1, status: 'RUNNING', hidden: null, needsDecision: false });
    expect(health.units.reduce((sum: number, { n }: { n: number }) => sum + n, 0)).toBe(60);
    const { results } = (
      await manage(
        '{ experiment(key: "standing", version: 1) { results { units { variant n } simulatedShare advice { variant advice sentence } } } }',
      )
    ).experiment;
    expect([health.units, health.advice]).toEqual([results.units, results.advice]);
    expect(results.simulatedShare).toBeCloseTo(11 / 60, 9);
    await manage('mutation { stopExperiment(key: "standing", reason: "enough") { status } }');
    expect(await of('standing')).toMatchObject({ status: 'STOPPED', needsDecision: true });
    await manage(
      'mutation { decideExperiment(key: "standing", variant: "control", reason: "x") { status } }',
    );
    expect(await of('standing')).toBeUndefined();
  });

  it('estimates power from what profiles did here, and shows what peeking does', async () => {
    const units = names('plan', 150);
    await Promise.all(units.map((profileId) => recommend({ subject: { profileId } })));
    await track(
      units.flatMap((profileId, at) =>
        Array.from({ length: at % 4 }, (_, click) => ({
          id: `${profileId}-${click}`,
          type: 'CLICK',
          profileId,
          itemId: 'film-2',
        })),
      ),
    );
    await api.api.services.exposures.flush();
    const { powerEstimate } = await manage(
      '{ powerEstimate(input: { metric: "clicks", placements: ["home"], lift: 0.1 }) { units mean unitsPerArm days power byDays { days minimumDetectableLift } } }',
    );
    expect(powerEstimate.units).toBeGreaterThanOrEqual(150);
    expect(powerEstimate.mean).toBeGreaterThan(0);
    expect(Math.abs(powerEstimate.power - 0.8)).toBeLessThan(0.02);
    expect(powerEstimate.unitsPerArm).toBeGreaterThan(100);
    // two visits of one person are two sessions
    for (const sessionId of names('session', 60)) {
      await recommend({ subject: { profileId: `plan-${sessionId.length}`, sessionId } });
    }
    await api.api.services.exposures.flush();
    const sessions = await manage(
      '{ powerEstimate(input: { metric: "clicks", placements: ["home"], unit: SESSION }) { units } }',
    );
    expect(sessions.powerEstimate.units).toBe(60);
    const once = await manage(
      '{ powerEstimate(input: { metric: "clicks", placements: ["home"], lift: 0.1, stopping: { rule: FIXED_HORIZON } }) { unitsPerArm } }',
    );
    expect(once.powerEstimate.unitsPerArm).toBeLessThan(powerEstimate.unitsPerArm);
    const ask = `{ peekingCheck(input: { metric: "clicks", placements: ["home"], looks: 20, unitsPerLook: 50 }) { runs sequential fixedHorizon } }`;
    const { peekingCheck } = await manage(ask);
    expect(peekingCheck.runs).toBe(1_000);
    expect(peekingCheck.sequential).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / 1_000));
    expect(peekingCheck.fixedHorizon).toBeGreaterThan(0.1);
    expect((await manage(ask)).peekingCheck).toEqual(peekingCheck);
  });

  it('says which metric is not there, and which field of an experiment is wrong', async () => {
    const unknown = await refused(
      '{ powerEstimate(input: { metric: "x", placements: ["home"] }) { units } }',
    );
    expect(unknown?.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'input.metric' });
    expect((await refused(create, inputOf('new')))?.extensions).toMatchObject({
      code: 'BAD_INPUT',
      field: 'input.key',
    });
    const one = inputOf('one-arm', { variants: [{ key: 'a', name: 'a', strategyKey: 'cold-start' }] });
    expect((await refused(create, one))?.extensions).toMatchObject({
      code: 'BAD_INPUT',
      field: 'input.variants',
    });
  });
});

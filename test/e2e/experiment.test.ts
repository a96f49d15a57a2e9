import { seededRandom } from '@kindling/domain';
import { expect, test } from 'vitest';
import { demo } from '../stack/demo-stack.js';
import { until } from '../stack/stack.js';

const key = 'story';
const placement = 'experiment-spot';

interface Results {
  readonly status: string;
  readonly decision: { readonly variant: string; readonly reason: string } | null;
  readonly results: {
    readonly asOf: string;
    readonly isBehind: boolean;
    readonly hidden: string | null;
    readonly units: readonly { readonly variant: string; readonly n: number }[];
    readonly metrics: readonly {
      readonly role: string;
      readonly comparisons: readonly {
        readonly significant: boolean;
        readonly decisive: { readonly low: number; readonly high: number; readonly estimate: number } | null;
      }[];
    }[];
    readonly advice: readonly {
      readonly advice: string;
      readonly reasons: readonly { readonly code: string; readonly sentence: string }[];
    }[];
  };
}

/** What the worker has counted of everything that was sent until now. */
async function results(): Promise<Results> {
  const from = Date.now();
  let experiment: Results | undefined;
  await until(async () => {
    const answer = await demo().admin<{ experiment: Results }>(
      `{ experiment(key: "${key}") { status decision { variant reason } results { asOf isBehind hidden units { variant n }
         metrics { role comparisons { significant decisive { low high estimate } } }
         advice { advice reasons { code sentence } } } } }`,
    );
    experiment = answer.experiment;
    return !experiment.results.isBehind && Date.parse(experiment.results.asOf) > from;
  });
  return experiment as Results;
}

const random = seededRandom('experiment story');
/** The simulated truth: chance of each of eight looks to become a click. */
const clickRate: Readonly<Record<string, number>> = { control: 0.2, newest: 0.45 };

interface List {
  readonly recommendationId: string;
  readonly experiment: { readonly variant: string };
  readonly nodes: readonly { readonly id: string }[];
}

/** Asked again where a machine was too busy to store the exposure in time: such a list is no part of the experiment. */
async function listOf(profileId: string): Promise<List> {
  let list: List | null = null;
  await until(async () => {
    const answer = await demo().query<{
      recommendations: Omit<List, 'experiment'> & Partial<Pick<List, 'experiment'>>;
    }>(
      `query ($subject: SubjectInput!) { recommendations(placement: "${placement}", subject: $subject, first: 8) {
         recommendationId experiment { variant } nodes { id } } }`,
      { subject: { profileId } },
    );
    const { experiment, ...rest } = answer.recommendations;
    if (experiment) list = { ...rest, experiment };
    return list !== null;
  });
  return list as unknown as List;
}

/** Visitors ask for a list, see it, and click; `loses` drops the events of an arm on their way. */
async function visit(prefix: string, count: number, loses: (variant: string) => boolean): Promise<void> {
  const events: object[] = [];
  for (let number = 0; number < count; number++) {
    const profileId = `${prefix}-${number}`;
    const { recommendationId, nodes, experiment } = await listOf(profileId);
    const { variant } = experiment;
    if (loses(variant)) continue;
    for (const [slot, { id: itemId }] of nodes.entries()) {
      const event = { profileId, itemId, recommendationId };
      events.push({ ...event, id: `${profileId}-seen-${slot}`, type: 'IMPRESSION' });
      if (random() < (clickRate[variant] ?? 0))
        events.push({ ...event, id: `${profileId}-click-${slot}`, type: 'CLICK' });
    }
  }
  for (let from = 0; from < events.length; from += 500) {
    await demo().query('mutation ($events: [EventInput!]!) { trackEvents(events: $events) { accepted } }', {
      events: events.slice(from, from + 500),
    });
  }
}

const start = async (expectedVersion: number) => {
  const input = {
    key,
    expectedVersion,
    name: 'Newest first',
    hypothesis: 'People come for what is new',
    placements: [placement],
    variants: [
      { key: 'control', name: 'As it is', strategyKey: 'cold-start' },
      { key: 'newest', name: 'Newest first', strategyKey: 'new-arrivals' },
    ],
    primaryMetric: 'list-clicks',
    secondaryMetrics: ['click-through'],
    minimumUnitsPerArm: 30,
    plan: { unitsPerArm: 80 },
  };
  await demo().admin('mutation ($input: ExperimentInput!) { createExperiment(input: $input) { key } }', {
    input,
  });
  await demo().admin(`mutation { startExperiment(key: "${key}") { version } }`);
  await until(async () => {
    // the new placement, too, takes a moment
    const probe = await demo()
      .query<{ recommendations: { experiment: { version: number } | null } }>(
        `{ recommendations(placement: "${placement}", subject: { profileId: "probe" }) { experiment { version } } }`,
      )
      .catch(() => null);
    return probe?.recommendations.experiment?.version === expectedVersion + 1;
  });
};
const decide = () =>
  demo().admin<{ decideExperiment: { status: string } }>(
    `mutation { decideExperiment(key: "${key}", variant: "newest", reason: "more clicks, nothing harmed") { status } }`,
  );

test('an experiment from draft to decision: lost events of one arm block it, repaired it changes the placement', async () => {
  await demo().admin(
    `mutation { savePlacement(input: { key: "${placement}", expectedVersion: 0, name: "Story", kind: PERSONAL, strategyKey: "cold-start" }) { key } }`,
  );
  await start(0);
  await visit('broken', 160, (variant) => variant === 'newest');
  const broken = await results();
  expect(broken.results).toMatchObject({ hidden: 'SAMPLE_RATIO_MISMATCH', metrics: [] });
  expect(broken.results.advice[0]).toMatchObject({
    advice: 'BROKEN',
    reasons: [{ code: 'SAMPLE_RATIO_MISMATCH' }],
  });
  await expect(decide()).rejects.toThrow(/broken split/);

  await start(1);
  await visit('repaired', 160, () => false);
  const repaired = await results();
  expect(repaired.results.hidden).toBeNull();
  const primary = repaired.results.metrics.find(({ role }) => role === 'PRIMARY')?.comparisons[0];
  const truth = 0.45 / 0.2 - 1;
  expect(primary?.significant).toBe(true);
  expect(primary?.decisive?.low).toBeLessThan(truth);
  expect(primary?.decisive?.high).toBeGreaterThan(truth);
  expect(repaired.results.advice[0]?.advice).toBe('SHIP');

  expect((await decide()).decideExperiment.status).toBe('DECIDED');
  const { placements } = await demo().admin<{ placements: { key: string; strategyKey: string }[] }>(
    '{ placements { key strategyKey } }',
  );
  expect(placements).toContainEqual({ key: placement, strategyKey: 'new-arrivals' });
  expect((await results()).decision).toEqual({ variant: 'newest', reason: 'more clicks, nothing harmed' });
}, 600_000);

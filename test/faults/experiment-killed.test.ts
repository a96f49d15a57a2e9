import { seededRandom } from '@kindling/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive, Stack, until } from '../stack/stack.js';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start({ flags: ['--no-demo', '--no-console'] });
});
afterAll(() => stack?.stopAndForget());

const seed = 'experiment killed 1';
const visitors = 240;
const key = 'survives';

interface List {
  readonly recommendations: {
    readonly recommendationId: string;
    readonly experiment: { readonly variant: string; readonly counted: boolean } | null;
  };
}
interface Results {
  readonly experiment: {
    readonly results: {
      readonly asOf: string;
      readonly isBehind: boolean;
      readonly severalArms: number;
      readonly units: readonly { readonly variant: string; readonly n: number }[];
      readonly metrics: readonly {
        readonly metric: { readonly key: string };
        readonly arms: readonly { readonly variant: string; readonly n: number; readonly value: number }[];
      }[];
    };
  };
}

/** Again until it is answered: what was under way in a killed process is not known to the client. */
async function untilAnswered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  let answer: Answer | undefined;
  await until(async () => {
    answer = await ask().catch(() => undefined);
    return answer !== undefined;
  });
  return answer as Answer;
}

test(`API and worker are killed at random moments (${seed}): the numbers are those of what visitors saw and did`, async () => {
  await stack.admin(
    'mutation ($items: [ItemInput!]!) { upsertItems(items: $items) { rejected { message } } }',
    {
      items: Array.from({ length: 20 }, (_, at) => ({ id: `item-${at}`, title: `item number ${at}` })),
    },
  );
  const input = {
    key,
    name: 'Survives',
    hypothesis: 'Nothing gets lost',
    placements: ['home'],
    variants: [
      { key: 'control', name: 'Control', strategyKey: 'cold-start' },
      { key: 'newest', name: 'Newest', strategyKey: 'new-arrivals' },
    ],
    primaryMetric: 'list-clicks',
    secondaryMetrics: ['clicks', 'revenue'],
    minimumUnitsPerArm: 2,
  };
  await stack.admin('mutation ($input: ExperimentInput!) { createExperiment(input: $input) { key } }', {
    input,
  });
  await stack.admin(`mutation { startExperiment(key: "${key}") { key } }`);
  await until(async () => (await list('warming-up')).experiment !== null);

  const arms = new Map<string, { n: number; clicks: number; revenue: number }>();
  let done = 0;
  let next = 0;
  const visit = async () => {
    while (next < visitors) {
      const number = next++;
      const profileId = `visitor-${number}`;
      const { recommendationId, experiment } = await untilAnswered(() => countedList(profileId));
      const clicks = number % 4;
      const event = (id: string, type: string, value: number | null) => ({
        id: `${profileId}-${id}`,
        type,
        profileId,
        itemId: 'item-1',
        recommendationId,
        value,
      });
      const events = [
        event('seen', 'IMPRESSION', null),
        ...Array.from({ length: clicks }, (_, at) => event(`click-${at}`, 'CLICK', null)),
        ...(number % 5 === 0 ? [event('bought', 'PURCHASE', number + 0.125)] : []),
      ];
      await untilAnswered(() =>
        stack.query('mutation ($events: [EventInput!]!) { trackEvents(events: $events) { accepted } }', {
          events,
        }),
      );
      const arm = arms.get(experiment.variant) ?? { n: 0, clicks: 0, revenue: 0 };
      arms.set(experiment.variant, {
        n: arm.n + 1,
        clicks: arm.clicks + clicks,
        revenue: arm.revenue + (number % 5 === 0 ? number + 0.125 : 0),
      });
      done += 1;
    }
  };
  const visiting = Promise.all(Array.from({ length: 6 }, visit));
  const random = seededRandom(seed);
  for (const name of ['api', 'worker', 'api', 'worker', 'worker', 'api']) {
    const from = done;
    const wait = 5 + Math.floor(random() * 25);
    await until(() => done >= Math.min(visitors, from + wait));
    const pid = stack.pid(name);
    process.kill(pid, 'SIGKILL');
    await until(() => stack.pid(name) !== pid && isAlive(stack.pid(name)));
  }
  await visiting;

  const finishedAt = Date.now();
  let results: Results['experiment']['results'] | undefined;
  await until(async () => {
    const answer = await untilAnswered(() =>
      stack.admin<Results>(
        `{ experiment(key: "${key}") { results { asOf isBehind severalArms units { variant n }
           metrics { metric { key } arms { variant n value } } } } }`,
      ),
    );
    results = answer.experiment.results;
    return !results.isBehind && Date.parse(results.asOf) > finishedAt;
  });
  // whoever warmed up was counted, too, and did nothing
  const warm = (await list('warming-up')).experiment?.variant ?? '';
  expect(results?.severalArms).toBe(0);
  for (const [variant, { n, clicks, revenue }] of arms) {
    const units = n + Number(variant === warm);
    expect(results?.units.find((arm) => arm.variant === variant)?.n).toBe(units);
    const value = (metric: string) =>
      results?.metrics.find((one) => one.metric.key === metric)?.arms.find((arm) => arm.variant === variant)
        ?.value;
    expect(value('list-clicks')).toBeCloseTo(clicks / units, 10);
    expect(value('clicks')).toBeCloseTo(clicks / units, 10);
    expect(value('revenue')).toBeCloseTo(revenue / units, 10);
  }
  expect([...arms.values()].reduce((sum, { n }) => sum + n, 0)).toBe(visitors);
}, 600_000);

/** A list whose exposure could not be stored in time is no part of the experiment: it is asked for again. */
async function countedList(profileId: string) {
  const { experiment, ...rest } = await list(profileId);
  if (experiment?.counted !== true) throw new Error(`${profileId} was not counted`);
  return { ...rest, experiment };
}

async function list(profileId: string): Promise<List['recommendations']> {
  const { recommendations } = await stack.query<List>(
    `query ($subject: SubjectInput!) { recommendations(subject: $subject, first: 3) {
       recommendationId experiment { variant counted } nodes { id } } }`,
    { subject: { profileId } },
  );
  return recommendations;
}

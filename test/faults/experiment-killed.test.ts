import { seededRandom } from '@kindling/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readyFolder } from '../stack/ready-folder.js';
import { isAlive, Stack, until } from '../stack/stack.js';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start({ flags: ['--no-demo', '--no-console'], dataDir: await readyFolder() });
});
afterAll(() => stack?.stopAndForget());

const seed = 'experiment killed 1';
const visitors = 240;

interface List {
  readonly recommendations: {
    readonly recommendationId: string;
    readonly experiment: { readonly variant: string; readonly counted: boolean } | null;
    readonly nodes: readonly { readonly id: string; readonly categories: readonly string[] }[];
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
      readonly bandit: {
        readonly arms: readonly { readonly variant: string; readonly n: number; readonly mean: number }[];
        readonly rounds: readonly { readonly round: number }[];
      } | null;
      readonly interleaving: readonly { readonly n: number; readonly winShare: number }[];
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

const strategies = [
  { key: 'control', name: 'Control', strategyKey: 'cold-start' },
  { key: 'newest', name: 'Newest', strategyKey: 'new-arrivals' },
];
/** One of each kind, each at a placement of its own; the key is the placement's. */
const experiments = [
  {
    key: 'home',
    variants: strategies,
    primaryMetric: 'list-clicks',
    secondaryMetrics: ['clicks', 'revenue'],
  },
  {
    key: 'bandit',
    kind: 'BANDIT',
    bandit: { floor: 0.2, everyMinutes: 1 },
    variants: strategies,
    primaryMetric: 'click-through',
  },
  {
    key: 'drafts',
    kind: 'INTERLEAVING',
    // whoever drafted a slot can be told from its item
    variants: ['war', 'peace'].map((key) => ({
      ...{ key, name: key, strategyKey: 'cold-start', rulesOn: [`only-${key}`] },
    })),
    primaryMetric: 'win-share',
  },
];

async function setUp() {
  await stack.admin(
    'mutation ($items: [ItemInput!]!) { upsertItems(items: $items) { rejected { message } } }',
    {
      items: Array.from({ length: 20 }, (_, at) => ({
        ...{ id: `item-${at}`, title: `item number ${at}`, categories: [at % 2 === 0 ? 'war' : 'peace'] },
      })),
    },
  );
  for (const key of ['war', 'peace']) {
    const input = {
      ...{ key: `only-${key}`, kind: 'filter', arguments: { keeps: 'matching' } },
      condition: { items: { matches: { field: 'categories', in: [key] } } },
    };
    await stack.admin('mutation ($input: RuleInput!) { saveRule(input: $input) { key } }', { input });
  }
  for (const { key, ...fields } of experiments) {
    if (key !== 'home') {
      const input = { key, name: key, kind: 'PERSONAL', strategyKey: 'cold-start', expectedVersion: 0 };
      await stack.admin('mutation ($input: PlacementInput!) { savePlacement(input: $input) { key } }', {
        input,
      });
    }
    const input = {
      ...{ ...fields, key, name: key, hypothesis: 'Nothing gets lost', placements: [key] },
      minimumUnitsPerArm: 2,
    };
    await stack.admin('mutation ($input: ExperimentInput!) { createExperiment(input: $input) { key } }', {
      input,
    });
    await stack.admin(`mutation { startExperiment(key: "${key}") { key } }`);
    await until(async () => {
      const warm = await list('warming-up', key).catch(() => null);
      return warm?.experiment?.counted === true;
    });
  }
}

/** What the visitors saw and did, by placement and arm. */
class Tally {
  private readonly arms = new Map<string, { n: number; clicks: number; revenue: number }>();

  add(placement: string, variant: string, clicks: number, revenue = 0): void {
    const key = `${placement} ${variant}`;
    const arm = this.arms.get(key) ?? { n: 0, clicks: 0, revenue: 0 };
    this.arms.set(key, { n: arm.n + 1, clicks: arm.clicks + clicks, revenue: arm.revenue + revenue });
  }

  of(placement: string, variant: string) {
    return this.arms.get(`${placement} ${variant}`) ?? { n: 0, clicks: 0, revenue: 0 };
  }
}

const kill = async (name: string) => {
  const pid = stack.pid(name);
  process.kill(pid, 'SIGKILL');
  await until(() => stack.pid(name) !== pid && isAlive(stack.pid(name)));
};

test(`API and worker are killed at random moments (${seed}): the numbers of a test, a bandit and a draft are those of what visitors saw and did`, async () => {
  await setUp();
  const tally = new Tally();
  const shares: number[] = [];
  const arms = new Map<string, string>();
  const track = (events: object[]) =>
    untilAnswered(() =>
      stack.query('mutation ($events: [EventInput!]!) { trackEvents(events: $events) { accepted } }', {
        events,
      }),
    );
  const visitBandit = async (profileId: string, number: number) => {
    const { recommendationId, experiment } = await untilAnswered(() => countedList(profileId, 'bandit'));
    arms.set(profileId, experiment.variant);
    const clicks = experiment.variant === 'newest' ? number % 4 : number % 2;
    tally.add('bandit', experiment.variant, clicks);
    return eventsOf(profileId, 'bandit', recommendationId, clicks);
  };
  let done = 0;
  let next = 0;
  const visit = async () => {
    while (next < visitors) {
      const number = next++;
      const profileId = `visitor-${number}`;
      const home = await untilAnswered(() => countedList(profileId, 'home'));
      const [clicks, bought] = [number % 4, number % 5 === 0 ? number + 0.125 : null];
      tally.add('home', home.experiment.variant, clicks, bought ?? 0);
      const drafted = await untilAnswered(() => countedList(profileId, 'drafts'));
      const chosen = [...itemsOf(drafted, 'war', number % 3), ...itemsOf(drafted, 'peace', number % 4)];
      const won = number % 4;
      if (chosen.length > 0) shares.push(won / chosen.length);
      await track([
        ...eventsOf(profileId, 'home', home.recommendationId, clicks),
        ...(bought === null
          ? []
          : [{ id: `${profileId}-bought`, type: 'PURCHASE', profileId, itemId: 'item-1', value: bought }]),
        ...(await visitBandit(profileId, number)),
        ...chosen.map((itemId) => ({
          ...{ id: `${profileId}-${itemId}`, type: 'CLICK', profileId, itemId },
          recommendationId: drafted.recommendationId,
        })),
      ]);
      done += 1;
    }
  };
  const visiting = Promise.all(Array.from({ length: 6 }, visit));
  const random = seededRandom(seed);
  for (const name of ['api', 'worker', 'api', 'worker', 'worker', 'api']) {
    const from = done;
    const wait = 5 + Math.floor(random() * 25);
    await until(() => done >= Math.min(visitors, from + wait));
    await kill(name);
  }
  await visiting;

  // shares have moved: who is in keeps the arm, and newcomers are killed away under, too
  await until(async () => {
    const { bandit } = await untilAnswered(() => resultsOf('bandit'));
    return (bandit?.rounds.at(-1)?.round ?? 0) >= 1;
  });
  const latecomers = Array.from({ length: 40 }, (_, at) => at);
  for (const number of latecomers.slice(0, 20)) await track(await visitBandit(`late-${number}`, number));
  await Promise.all([kill('api'), kill('worker')]);
  for (const number of latecomers.slice(20)) await track(await visitBandit(`late-${number}`, number));
  for (const [profileId, variant] of [...arms].slice(0, 40)) {
    const again = await untilAnswered(() => countedList(profileId, 'bandit'));
    expect(again.experiment.variant).toBe(variant);
  }

  const finishedAt = Date.now();
  const settled = async (key: string) => {
    let results: Results['experiment']['results'] | undefined;
    await until(async () => {
      results = await untilAnswered(() => resultsOf(key));
      return !results.isBehind && Date.parse(results.asOf) > finishedAt;
    });
    if (!results) throw new Error('no results');
    expect(results.severalArms).toBe(0);
    return results;
  };
  // whoever warmed up was counted, too, and did nothing
  const warmAt = async (key: string) => (await list('warming-up', key)).experiment?.variant ?? '';

  const home = await settled('home');
  const warm = await warmAt('home');
  for (const variant of ['control', 'newest']) {
    const { n, clicks, revenue } = tally.of('home', variant);
    const units = n + Number(variant === warm);
    expect(home.units.find((arm) => arm.variant === variant)?.n).toBe(units);
    const value = (metric: string) =>
      home.metrics.find((one) => one.metric.key === metric)?.arms.find((arm) => arm.variant === variant)
        ?.value;
    expect(value('list-clicks')).toBeCloseTo(clicks / units, 10);
    expect(value('revenue')).toBeCloseTo(revenue / units, 10);
  }
  expect(tally.of('home', 'control').n + tally.of('home', 'newest').n).toBe(visitors);

  const { bandit } = await settled('bandit');
  const warmBandit = await warmAt('bandit');
  for (const variant of ['control', 'newest']) {
    const { n, clicks } = tally.of('bandit', variant);
    const arm = bandit?.arms.find((one) => one.variant === variant);
    expect(arm?.n).toBe(n + Number(variant === warmBandit));
    // clicks over impressions, of which each visitor sent one
    expect(arm?.mean).toBeCloseTo(clicks / n, 10);
  }

  const [draft] = (await settled('drafts')).interleaving;
  expect(draft?.n).toBe(shares.length);
  const winShare = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  // kept in millionths
  expect(draft?.winShare).toBeCloseTo(winShare, 5);
}, 900_000);

function eventsOf(profileId: string, place: string, recommendationId: string, clicks: number): object[] {
  const event = (id: string, type: string) => ({
    ...{ id: `${profileId}-${place}-${id}`, type, profileId, itemId: 'item-1', recommendationId },
  });
  const clicked = Array.from({ length: clicks }, (_, at) => event(`click-${at}`, 'CLICK'));
  return [event('seen', 'IMPRESSION'), ...clicked];
}

const itemsOf = ({ nodes }: Pick<List['recommendations'], 'nodes'>, category: string, count: number) =>
  nodes
    .filter(({ categories }) => categories.includes(category))
    .slice(0, count)
    .map(({ id }) => id);

async function resultsOf(key: string): Promise<Results['experiment']['results']> {
  const { experiment } = await stack.admin<Results>(
    `{ experiment(key: "${key}") { results { asOf isBehind severalArms units { variant n }
       metrics { metric { key } arms { variant n value } } bandit { arms { variant n mean } rounds { round } }
       interleaving { n winShare } } } }`,
  );
  return experiment.results;
}

/** A list whose exposure could not be stored in time is no part of the experiment: it is asked for again. */
async function countedList(profileId: string, placement: string) {
  const { experiment, ...rest } = await list(profileId, placement);
  if (experiment?.counted !== true) throw new Error(`${profileId} was not counted at ${placement}`);
  return { ...rest, experiment };
}

async function list(profileId: string, placement: string): Promise<List['recommendations']> {
  const { recommendations } = await stack.query<List>(
    `query ($subject: SubjectInput!, $placement: String!) { recommendations(placement: $placement, subject: $subject, first: 6) {
       recommendationId experiment { variant counted } nodes { id categories } } }`,
    { subject: { profileId }, placement },
  );
  return recommendations;
}

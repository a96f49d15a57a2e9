import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { catalogueId, type ItemId, profileId } from '@kindling/domain';
import { Authenticator } from './authentication.js';
import { readEnv } from './env.js';
import { jsonLog } from './log.js';
import type { RecommendationConnection } from './public/recommendation-types.js';
import { publicSchema } from './public/schema.js';
import { RateLimits } from './rate-limits.js';
import type { ListOrder } from './recommendations.js';
import { ApiServer } from './server.js';
import type { Services } from './services.js';
import { type RunningApi, startApi } from './start.js';

/**
 * What `kindling bench serve` measures, in a process of its own so that its CPU time is its own:
 * - floor: node:http that answers a fixed body, the least that an HTTP answer costs here
 * - endpoint: the doors of the API (keys, limits, Apollo, compiled operations) over a fixed list of 20 items
 * - whole: the API as it is, on a real database
 * Told by IPC: {cpu: true} answers the CPU time used so far; {pause: true} the longest time since the last such question
 * in which nothing else could run; {time: …} times lists without HTTP around them.
 */
type Mode = 'floor' | 'endpoint' | 'whole';

const log = jsonLog('error', (line) => process.stderr.write(line));

async function main(mode: Mode, argument: string): Promise<void> {
  switch (mode) {
    case 'floor':
      return ready(await floor(argument));
    case 'endpoint':
      return ready(await endpoint(argument));
    case 'whole': {
      const api = await startApi(readEnv(process.env), log);
      answerTimings(api);
      return ready(api.port);
    }
  }
}

function ready(port: number): void {
  const pauses = monitorEventLoopDelay({ resolution: 1 });
  pauses.enable();
  process.on('message', (message: { cpu?: true; pause?: true }) => {
    if (message.cpu) process.send?.({ cpuSeconds: cpuSeconds() });
    if (!message.pause) return;
    process.send?.({ longestPauseMs: pauses.max / 1e6 });
    pauses.reset();
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ ready: true, port });
}

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Reads the request and answers a fixed body: what any server has to do. */
async function floor(body: string): Promise<number> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function endpoint(operation: string): Promise<number> {
  const catalogue = catalogueId('bench');
  const authenticator = new Authenticator({
    findKey: async () => ({
      id: 'bench',
      kind: 'public',
      prefix: 'pk_bench',
      catalogue,
      scopes: ['recommend', 'track'],
      origins: [],
      expiresAt: null,
    }),
    findSession: async () => null,
  });
  const list = fixedList();
  const services = {
    log,
    authenticator,
    rateLimits: new RateLimits(1e9),
    recommendations: { list: async () => list },
  } as unknown as Services;
  const server = new ApiServer({
    services,
    authenticator,
    publicSchema: publicSchema(),
    adminSchema: publicSchema(),
    operations: [operation],
    routes: [],
    notReady: async () => null,
    production: true,
    maximumInFlight: 1_000,
    bodyLimits: { bodyMs: 60_000, uploadSilenceMs: 60_000 },
    persistedOnly: false,
    consoleUrl: null,
    log,
  });
  return server.listen(0, '127.0.0.1');
}

function fixedList(): RecommendationConnection {
  const edges = Array.from({ length: 20 }, (_, index) => ({
    cursor: `cursor-${index}`,
    rank: index + 1,
    score: 1 / (index + 1),
    ledger: [],
    reason: 'Popular right now',
    coldness: 'WARM' as const,
    isExploration: false,
    propensity: 1,
    node: {
      id: `item-${index}`,
      title: `The title of item number ${index}`,
      description: 'A description of some length, as shops have them.',
      categories: ['drama', 'comedy'],
      tags: [],
      attributes: {},
      price: index + 0.99,
      currency: 'EUR',
      imageUrl: `https://example.com/images/${index}.jpg`,
      url: `https://example.com/items/${index}`,
      publishedAt: null,
      expiresAt: null,
      status: 'ACTIVE' as const,
      coldness: 'WARM' as const,
    },
  }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    recommendationId: '00000000-0000-4000-8000-000000000000',
    placement: 'home',
    strategy: { key: 'bench', version: 1, name: 'Bench' },
    experiment: null,
    model: null,
    coldness: 'WARM',
    served: { level: 'popularity', reason: 'bench' },
    degraded: [],
  };
}

interface TimingTask {
  readonly time: 'warm' | 'cold';
  readonly catalogue: string;
  readonly profiles: readonly string[];
  /** One for each cold list: distinct, so that no cache answers. */
  readonly texts: readonly string[];
}

/** Lists one after the other, from the store of events to the items, without HTTP. */
function answerTimings({ services }: RunningApi): void {
  process.on('message', (task: Partial<TimingTask>) => {
    if (task.time) void timeLists(services, task as TimingTask).then((timing) => process.send?.({ timing }));
  });
}

async function timeLists(services: Services, task: TimingTask) {
  const orders =
    task.time === 'warm'
      ? task.profiles.map((id) => ({ profileId: profileId(id) }))
      : task.texts.map((text) => ({ interests: [text] }));
  const times: number[] = [];
  const cpuBefore = cpuSeconds();
  let degraded = 0;
  let modelled = 0;
  for (const subject of orders) {
    const begun = performance.now();
    const list = await services.recommendations.list({
      ...order,
      catalogue: catalogueId(task.catalogue),
      subject,
      now: new Date(),
    });
    times.push(performance.now() - begun);
    if (list.degraded.length > 0) degraded += 1;
    if (list.model !== null && list.served.level === 'collaborative') modelled += 1;
  }
  return { times, cpuSeconds: cpuSeconds() - cpuBefore, degraded, modelled };
}

const order: Omit<ListOrder, 'catalogue' | 'subject' | 'now'> = {
  operation: { kind: 'recommendations' },
  placement: 'home',
  first: 20,
  after: null,
  filter: undefined,
  excludeItemIds: [] satisfies ItemId[],
  pageItemIds: [],
  cartItemIds: [],
  device: null,
  forcedVariant: null,
  locale: 'en',
  showsEvidence: true,
  wantsCursors: false,
  wantsLedgers: false,
};

await main((process.argv[2] ?? 'floor') as Mode, process.argv[3] ?? '');

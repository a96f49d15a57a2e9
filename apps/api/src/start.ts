import { readFileSync } from 'node:fs';
import { operationTexts } from '@kindling/client';
import { createEncoder, type Encoder } from '@kindling/encoder';
import {
  createPool,
  EventQueue,
  ExposureWriter,
  findKey,
  findSession,
  newestMapChanges,
  type Pool,
  RankingStore,
  RecommendationLog,
  readShown,
} from '@kindling/storage';
import { z } from 'zod';
import { uploadRoute } from './admin/file-upload.js';
import { rejectsRoute } from './admin/rejects-download.js';
import { adminSchema } from './admin/schema.js';
import { Authenticator, type Credentials } from './authentication.js';
import { CatalogueMaps } from './catalogue-map/catalogue-maps.js';
import type { ApiConfig } from './env.js';
import { Funnel } from './experiments/funnel.js';
import { Trials } from './experiments/trials.js';
import { failpoint } from './failpoint.js';
import type { HttpRoute } from './http-route.js';
import { ListExplanations } from './list-explanations.js';
import type { ShownReader } from './list-request.js';
import type { Log } from './log.js';
import { OffPolicyEstimates } from './off-policy/off-policy-estimates.js';
import { oidcRoutes } from './oidc/oidc-routes.js';
import { OnboardingCards } from './onboarding-cards.js';
import { PopulationDiffs } from './population-diff/population-diffs.js';
import { publicSchema } from './public/schema.js';
import { RateLimits } from './rate-limits.js';
import { Recommendations } from './recommendations.js';
import { CatalogueRuntimes } from './runtime/catalogue-runtimes.js';
import { within } from './runtime/deadline.js';
import { ModelThreads } from './runtime/model-threads.js';
import { type OpenIndex, openIndex } from './runtime/open-index.js';
import { CachedQueryEncoder } from './runtime/query-encoder.js';
import { ApiServer } from './server.js';
import type { Services } from './services.js';

export interface RunningApi {
  readonly port: number;
  readonly url: string;
  readonly services: Services;
  /** Stops accepting, finishes what runs, then closes every part, the last made first. */
  close(): Promise<void>;
}

/** What a test or a benchmark may bring instead of the real part. */
export interface ApiOverrides {
  readonly encoder?: Encoder;
  readonly index?: OpenIndex;
}

const version = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))).version;
const housekeepingMs = 60_000;

/** The composition root: every part is made here, once, and closed in the opposite order. */
export async function startApi(
  config: ApiConfig,
  log: Log,
  overrides: ApiOverrides = {},
): Promise<RunningApi> {
  const warn = (message: string) => (error: unknown) => log.warn(message, { error });
  const pool = createPool({
    databaseUrl: config.databaseUrl,
    applicationName: 'kindling-api',
    maxConnections: 20,
    statementTimeoutMs: 20_000,
    onError: warn('a database connection broke'),
  });
  const { index, followsVectors, save } = overrides.index ?? (await openIndex(config, log));
  const encoder = overrides.encoder ?? (await openEncoder(config, log));
  const queryEncoder = new CachedQueryEncoder(encoder);
  const fail = failpoint(config.failAt);

  const runtimes = new CatalogueRuntimes(
    {
      pool,
      index,
      followsVectors,
      encoder: queryEncoder,
      encoderModel: encoder?.model.id ?? null,
      modelThreads: new ModelThreads(config.databaseUrl),
      fail,
      log,
    },
    { databaseUrl: config.databaseUrl, maximum: config.limits.catalogues },
  );
  const rankings = new RankingStore(pool, { onError: warn('rankings were not stored') });
  const exposures = new RecommendationLog(pool, { onError: warn('exposures were not stored') });
  const events = new EventQueue(pool, { onCommitted: () => fail('events.committed') });
  const authenticator = new Authenticator(credentialsIn(pool));
  const shown = shownIn(pool, shownTimeoutMs);
  const patient = shownIn(pool, patientTimeoutMs);
  const exposureWriter = new ExposureWriter(pool);
  const funnel = new Funnel(pool, warn('what became of lists was not counted'));
  const trials = new Trials(pool, exposureWriter, funnel);
  const services: Services = {
    log,
    pool,
    authenticator,
    rateLimits: new RateLimits(config.limits.pointsPerSecond),
    runtimes,
    recommendations: new Recommendations(runtimes, rankings, exposures, shown, trials),
    rankings,
    exposures,
    exposureWriter,
    funnel,
    trials,
    shown: patient,
    explanations: new ListExplanations(pool, runtimes, patient),
    offPolicy: new OffPolicyEstimates(pool, patient),
    populationDiffs: new PopulationDiffs({ pool, runtimes, shown: patient, log }),
    maps: new CatalogueMaps({
      databaseUrl: config.databaseUrl,
      newestChanges: (catalogue, model) => newestMapChanges(pool, catalogue, model),
      log,
    }),
    onboardingCards: new OnboardingCards(pool),
    webhookPrivateTargets: config.webhookPrivateTargets,
    signInProvider: config.oidc?.name ?? null,
    events,
    engines: {
      vectors: index.engine,
      encoder: encoder?.device ?? null,
      model: encoder?.model ?? null,
      version,
    },
  };
  const routes: readonly HttpRoute[] = [uploadRoute, rejectsRoute, ...oidcRoutes(config.oidc)];
  let loading: string | null = 'catalogues are being loaded';
  const server = new ApiServer({
    services,
    authenticator,
    publicSchema: publicSchema(),
    adminSchema: adminSchema(),
    operations: Object.values(operationTexts),
    routes,
    notReady: async () => loading ?? (await databaseProblem(pool)),
    production: config.production,
    maximumInFlight: config.limits.inFlight,
    bodyLimits: config.limits.body,
    persistedOnly: config.limits.persistedOnly,
    consoleUrl: config.consoleUrl,
    log,
  });
  const port = await server.listen(config.port, config.host);
  await runtimes.preload();
  loading = null;
  const housekeeping = setInterval(() => {
    rankings.sweep().catch(warn('expired rankings were not removed'));
    save().catch(warn('the index was not saved'));
  }, housekeepingMs);

  return {
    port,
    url: `http://${config.host}:${port}`,
    services,
    close: async () => {
      await server.close();
      clearInterval(housekeeping);
      await services.populationDiffs.close();
      await services.maps.close();
      await events.drain();
      await exposureWriter.drain();
      await funnel.flush();
      await exposures.flush();
      await rankings.flush();
      await save().catch(warn('the index was not saved'));
      await runtimes.close();
      await index.close();
      await encoder?.close();
      await pool.end();
    },
  };
}

/** A list does not wait longer than this for what its visitor was shown. */
const shownTimeoutMs = 300;
/** What is only looked at waits longer: without it rotation would not act, and a replay differ for no reason. */
const patientTimeoutMs = 5_000;

const shownIn =
  (pool: Pool, timeoutMs: number): ShownReader =>
  (catalogue, { profileId = null, sessionId = null }, since, before) =>
    within(
      timeoutMs,
      'the exposure log',
      readShown(pool, catalogue, { profileId, sessionId }, since, before),
    );

function credentialsIn(pool: Pool): Credentials {
  return {
    findKey: (hash) => findKey(pool, hash),
    findSession: async (hash) => {
      const session = await findSession(pool, hash);
      if (!session) return null;
      const { id, email, name, memberships } = session.member;
      return { memberId: id, email, name, memberships, expiresAt: session.expiresAt };
    },
  };
}

/** Without an encoder there are still lists: by words, by items, by popularity. They say what is missing. */
async function openEncoder({ embedding, dataDir }: ApiConfig, log: Log): Promise<Encoder | null> {
  try {
    return await createEncoder({
      model: embedding.model ?? undefined,
      device: embedding.device,
      url: embedding.url ?? undefined,
      apiKey: embedding.apiKey ?? undefined,
      // A person's few words need one thread; the worker has the others.
      threads: embedding.threads ?? 1,
      dataDirectory: dataDir,
      log: (level, message) => log[level](message),
    });
  } catch (error) {
    log.error('there is no encoder: lists go on without free text', { error });
    return null;
  }
}

async function databaseProblem(pool: { query(text: string): Promise<unknown> }): Promise<string | null> {
  return pool.query('SELECT 1').then(
    () => null,
    (error: Error) => `the database does not answer: ${error.message}`,
  );
}

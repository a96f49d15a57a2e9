import { resolve } from 'node:path';
import { z } from 'zod';
import type { BodyLimits } from './body-deadline.js';
import { checkOidc, type OidcConfig, oidcConfig, oidcVariables } from './oidc/oidc-env.js';

const port = z.coerce.number().int().min(0).max(65_535);
const count = (fallback: number) => z.coerce.number().int().min(1).default(fallback);
const optionalUrl = z.url().optional();

const variables = z.object({
  DATABASE_URL: z
    .string({ error: 'is missing: a postgres:// address' })
    .regex(/^postgres(ql)?:\/\//, 'is not a postgres:// address'),
  REDIS_URL: optionalUrl,
  QDRANT_URL: optionalUrl,
  QDRANT_API_KEY: z.string().optional(),
  EMBEDDING_MODEL: z.string().optional(),
  EMBEDDING_DEVICE: z.enum(['auto', 'cpu', 'cuda']).default('auto'),
  EMBEDDING_URL: optionalUrl,
  EMBEDDING_API_KEY: z.string().optional(),
  EMBEDDING_THREADS: z.coerce.number().int().min(1).max(64).optional(),
  DATA_DIR: z.string().default('.kindling'),
  API_HOST: z.string().default('127.0.0.1'),
  API_PORT: port.default(4000),
  CONSOLE_URL: optionalUrl,
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  NODE_ENV: z.string().default('development'),
  API_MAX_IN_FLIGHT: count(256),
  API_POINTS_PER_SECOND: count(2_000),
  API_MAX_CATALOGUES: count(64),
  API_BODY_TIMEOUT_MS: count(60_000),
  API_UPLOAD_SILENCE_MS: count(60_000),
  WEBHOOK_PRIVATE_TARGETS: z.stringbool().default(false),
  API_PERSISTED_ONLY: z.stringbool().default(false),
  FAIL_AT: z
    .string()
    .regex(/^[a-z.-]+:\d+$/, 'is not a failpoint such as events.committed:3')
    .optional(),
  ...oidcVariables,
});
const schema = variables.superRefine(checkOidc);

export interface ApiConfig {
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
  readonly qdrant: { readonly url: string; readonly apiKey: string | null } | null;
  readonly embedding: {
    readonly model: string | null;
    readonly device: 'auto' | 'cpu' | 'cuda';
    readonly url: string | null;
    readonly apiKey: string | null;
    readonly threads: number | null;
  };
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly consoleUrl: string | null;
  /** Null: members sign in by password alone. */
  readonly oidc: OidcConfig | null;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly production: boolean;
  /** Whether webhooks may go to private addresses and without TLS; the worker's setting decides, this one tells early. */
  readonly webhookPrivateTargets: boolean;
  readonly limits: ApiLimits;
  /** For fault tests: where, and at which pass, this process kills itself. */
  readonly failAt: string | null;
}

export interface ApiLimits {
  /** Requests worked on at once; more are answered 503 with Retry-After. */
  readonly inFlight: number;
  /** Points a key may spend a second (a burst of two seconds is allowed); see `cost` in access.ts. */
  readonly pointsPerSecond: number;
  /** Catalogues held in memory at once. */
  readonly catalogues: number;
  /** Whether pk_ keys may send only the registered operations. */
  readonly persistedOnly: boolean;
  readonly body: BodyLimits;
}

/** Reads the environment once; every problem is named in one error. */
export function readEnv(variables: NodeJS.ProcessEnv): ApiConfig {
  const filled = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(filled);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')} ${issue.message}`);
    throw new Error(`The environment of the API is not usable:\n${problems.join('\n')}`);
  }
  const env = parsed.data;
  return {
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL ?? null,
    qdrant: env.QDRANT_URL ? { url: env.QDRANT_URL, apiKey: env.QDRANT_API_KEY ?? null } : null,
    embedding: {
      model: env.EMBEDDING_MODEL ?? null,
      device: env.EMBEDDING_DEVICE,
      url: env.EMBEDDING_URL ?? null,
      apiKey: env.EMBEDDING_API_KEY ?? null,
      threads: env.EMBEDDING_THREADS ?? null,
    },
    dataDir: resolve(env.DATA_DIR),
    host: env.API_HOST,
    port: env.API_PORT,
    consoleUrl: env.CONSOLE_URL ?? null,
    oidc: oidcConfig(env),
    logLevel: env.LOG_LEVEL,
    production: env.NODE_ENV === 'production',
    webhookPrivateTargets: env.WEBHOOK_PRIVATE_TARGETS,
    limits: {
      inFlight: env.API_MAX_IN_FLIGHT,
      pointsPerSecond: env.API_POINTS_PER_SECOND,
      catalogues: env.API_MAX_CATALOGUES,
      persistedOnly: env.API_PERSISTED_ONLY,
      body: { bodyMs: env.API_BODY_TIMEOUT_MS, uploadSilenceMs: env.API_UPLOAD_SILENCE_MS },
    },
    failAt: env.FAIL_AT ?? null,
  };
}

import { resolve } from 'node:path';
import { z } from 'zod';

/** What a worker may be kept to, so that machines with a GPU encode and others read files. */
const jobNames = [
  'embed-items',
  'import-catalogue',
  'edit-items',
  'follow-index',
  'train-model',
  'evaluate',
  'roll-up-experiments',
  'deliver-webhooks',
  'expire',
] as const;
export type JobName = (typeof jobNames)[number];

const optionalUrl = z.url().optional();

const schema = z.object({
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
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  WORKER_JOBS: z
    .string()
    .default(jobNames.join(','))
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(jobNames, `is not a list of ${jobNames.join(', ')}`))),
  WEBHOOK_PRIVATE_TARGETS: z.stringbool().default(false),
  TRAINING_WATTS: z.coerce.number().positive('is not a power in watts').default(10),
  EVALUATION_MEMORY_MB: z.coerce.number().int().min(256, 'is less than 256').default(4_096),
  FAIL_AT: z
    .string()
    .regex(/^[a-z.-]+:\d+$/, 'is not a failpoint such as embed.before-write:3')
    .optional(),
});

export interface WorkerConfig {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly qdrant: { readonly url: string; readonly apiKey: string | undefined } | undefined;
  readonly embedding: {
    readonly model: string | undefined;
    readonly device: 'auto' | 'cpu' | 'cuda';
    readonly url: string | undefined;
    readonly apiKey: string | undefined;
    readonly threads: number | undefined;
  };
  readonly dataDir: string;
  readonly jobs: readonly JobName[];
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Whether webhooks may go to private addresses and without TLS: for receivers in the operator's own network. */
  readonly webhookPrivateTargets: boolean;
  /** Power that a busy core is taken to draw: what the energy estimate of a training is made with. */
  readonly trainingWatts: number;
  /** An evaluation that takes more has failed. */
  readonly evaluationMemoryMb: number;
  /** For fault tests: where, and at which pass, this process kills itself. */
  readonly failAt: string | undefined;
}

/** Reads the environment once; every problem is named in one error. */
export function readEnv(variables: NodeJS.ProcessEnv): WorkerConfig {
  const filled = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(filled);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')} ${issue.message}`);
    throw new Error(`The environment of the worker is not usable:\n${problems.join('\n')}`);
  }
  const env = parsed.data;
  return {
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    qdrant: env.QDRANT_URL === undefined ? undefined : { url: env.QDRANT_URL, apiKey: env.QDRANT_API_KEY },
    embedding: {
      model: env.EMBEDDING_MODEL,
      device: env.EMBEDDING_DEVICE,
      url: env.EMBEDDING_URL,
      apiKey: env.EMBEDDING_API_KEY,
      threads: env.EMBEDDING_THREADS,
    },
    dataDir: resolve(env.DATA_DIR),
    jobs: env.WORKER_JOBS,
    logLevel: env.LOG_LEVEL,
    webhookPrivateTargets: env.WEBHOOK_PRIVATE_TARGETS,
    trainingWatts: env.TRAINING_WATTS,
    evaluationMemoryMb: env.EVALUATION_MEMORY_MB,
    failAt: env.FAIL_AT,
  };
}

import { join } from 'node:path';
import { createEncoder, type Encoder } from '@kindling/encoder';
import {
  createJobQueue,
  createPool,
  deliverWebhooksJob,
  editItemsJob,
  embedItemsJob,
  evaluateJob,
  expireJob,
  followIndexJob,
  importCatalogueJob,
  registerModel,
  rollUpExperimentsJob,
  trainModelJob,
} from '@kindling/storage';
import type { VectorIndex } from '@kindling/vectors';
import type { JobName, WorkerConfig } from './env.js';
import { failpoint } from './failpoint.js';
import { deliverWebhooks } from './jobs/deliver-webhooks.js';
import { editItems } from './jobs/edit-items.js';
import { embedItems } from './jobs/embed-items.js';
import { evaluate } from './jobs/evaluate.js';
import { expire } from './jobs/expire.js';
import { followIndex } from './jobs/follow-index.js';
import { importCatalogue } from './jobs/import-catalogue.js';
import { rollUpExperiments } from './jobs/roll-up-experiments.js';
import { trainModel } from './jobs/train-model.js';
import type { Log } from './log.js';
import { startSweeper } from './sweeper.js';

export interface RunningWorker {
  close(): Promise<void>;
}

/** What a test may bring instead of the real part. */
export interface WorkerOverrides {
  readonly encoder?: Encoder;
  readonly index?: VectorIndex;
}

/** The composition root: every part is made here, once, and closed in the opposite order. */
export async function startWorker(
  config: WorkerConfig,
  log: Log,
  overrides: WorkerOverrides = {},
): Promise<RunningWorker> {
  const does = (job: JobName) => config.jobs.includes(job);
  const encoder = does('embed-items') ? (overrides.encoder ?? (await openEncoder(config, log))) : null;
  const index = does('follow-index') ? (overrides.index ?? (await openIndex(config))) : null;
  const pool = createPool({
    databaseUrl: config.databaseUrl,
    applicationName: 'kindling-worker',
    maxConnections: 12,
    onError: (error) => log.warn('a database connection broke', { error }),
  });
  if (encoder !== null) await registerModel(pool, encoder.model);
  const queue = await createJobQueue({
    databaseUrl: config.databaseUrl,
    redisUrl: config.redisUrl,
    onError: (error, during) => log.warn('the queue reports a fault', { during, error }),
  });

  const fail = failpoint(config.failAt);
  if (encoder !== null) queue.work(embedItemsJob, embedItems({ pool, encoder, log, failpoint: fail }));
  if (does('import-catalogue'))
    queue.work(importCatalogueJob, importCatalogue({ pool, log, failpoint: fail }));
  if (does('edit-items')) queue.work(editItemsJob, editItems({ pool, log, failpoint: fail }));
  if (does('roll-up-experiments'))
    queue.work(rollUpExperimentsJob, rollUpExperiments({ pool, log, failpoint: fail }));
  if (does('deliver-webhooks')) {
    queue.work(
      deliverWebhooksJob,
      deliverWebhooks({ pool, log, allowPrivate: config.webhookPrivateTargets }),
    );
  }
  if (does('expire')) queue.work(expireJob, expire({ pool, index, log }));
  if (index !== null) queue.work(followIndexJob, followIndex({ pool, index, log }));
  if (does('train-model')) {
    const { databaseUrl, trainingWatts: watts } = config;
    queue.work(trainModelJob, trainModel({ pool, databaseUrl, watts, log, failpoint: fail }));
  }
  if (does('evaluate')) {
    const { databaseUrl, evaluationMemoryMb: maximumMemoryMb } = config;
    queue.work(evaluateJob, evaluate({ pool, databaseUrl, maximumMemoryMb, log, failpoint: fail }));
  }
  const sweeper = startSweeper({
    databaseUrl: config.databaseUrl,
    pool,
    queue,
    model: encoder?.model.id ?? null,
    followedEngine: index?.engine ?? null,
    log,
  });

  return {
    close: async () => {
      await sweeper.close();
      await queue.close();
      await index?.close();
      await encoder?.close();
      await pool.end();
    },
  };
}

function openEncoder({ embedding, dataDir }: WorkerConfig, log: Log): Promise<Encoder> {
  return createEncoder({
    model: embedding.model,
    device: embedding.device,
    url: embedding.url,
    apiKey: embedding.apiKey,
    threads: embedding.threads,
    dataDirectory: join(dataDir, 'models'),
    log: (level, message) => log[level](message),
  });
}

/** The embedded index lives in each API process and follows by itself; only a server is followed from here. */
async function openIndex({ qdrant }: WorkerConfig): Promise<VectorIndex | null> {
  if (qdrant === undefined) return null;
  const { createQdrantIndex } = await import('@kindling/vectors/qdrant');
  return createQdrantIndex({
    url: qdrant.url,
    ...(qdrant.apiKey === undefined ? {} : { apiKey: qdrant.apiKey }),
  });
}

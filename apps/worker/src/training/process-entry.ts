import { getPriority, setPriority } from 'node:os';
import { KindlingError, systemClock } from '@kindling/domain';
import { createMatrixProduct } from '@kindling/encoder';
import { createPool } from '@kindling/storage';
import { registerModel } from './register-model.js';
import { type TrainingMessage, type TrainingProgress, trainingTaskSchema } from './training-messages.js';

/*
 * A training's process. It hears its task once, says where it is, and ends. Whatever kills it leaves nothing behind:
 * all that it stores, it stores in one transaction at the end, and only while the run is still its own.
 */

/** Below everything that serves or encodes on the same machine. */
const lowPriority = 10;
const progressEveryMs = 200;

const say = (message: TrainingMessage) =>
  new Promise<void>((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, () => resolve());
  });

function throttled(): (progress: TrainingProgress) => void {
  let stage: string | null = null;
  let saidAt = 0;
  return (progress) => {
    const now = Date.now();
    if (progress.stage === stage && now - saidAt < progressEveryMs) return;
    stage = progress.stage;
    saidAt = now;
    void say({ kind: 'progress', progress });
  };
}

async function train(message: unknown): Promise<void> {
  setPriority(Math.max(getPriority(), lowPriority));
  const task = trainingTaskSchema.parse(message);
  const pool = createPool({
    databaseUrl: task.databaseUrl,
    applicationName: 'kindling-training',
    maxConnections: 2,
    // its statements are long ones, and set a limit of their own
    statementTimeoutMs: 0,
  });
  const product = await createMatrixProduct();
  const startedMs = Date.now();
  const { id, number, status, gate, peakMemoryBytes } = await registerModel(task, {
    pool,
    product,
    clock: systemClock,
    onProgress: throttled(),
  });
  await say({
    kind: 'registered',
    model: { id, number, status, verdict: gate.verdict },
    seconds: (Date.now() - startedMs) / 1_000,
    peakMemoryBytes,
  });
  await product.close();
  await pool.end();
}

// without the worker that watches over it, it would train for nobody
process.on('disconnect', () => process.exit(0));
process.once('message', (message) => {
  train(message)
    .catch((error: unknown) =>
      say({
        kind: 'failed',
        code: error instanceof KindlingError ? error.code : null,
        message: error instanceof Error ? error.message : String(error),
        ...(error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}),
      }),
    )
    .finally(() => process.exit(0));
});

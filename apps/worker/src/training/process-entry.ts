import { systemClock } from '@kindling/domain';
import { createMatrixProduct } from '@kindling/encoder';
import { createPool } from '@kindling/storage';
import { serveParent, throttled } from '../process/serve-parent.js';
import { registerModel } from './register-model.js';
import { type TrainingMessage, type TrainingProgress, trainingTaskSchema } from './training-messages.js';

/*
 * A training's process. Whatever kills it leaves nothing behind: all that it stores, it stores in one transaction at
 * the end, and only while the run is still its own.
 */

serveParent(async (message, sayAny) => {
  const say = (one: TrainingMessage) => sayAny(one);
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
    onProgress: throttled<TrainingProgress>(
      (progress) => void say({ kind: 'progress', progress }),
      (a, b) => a.stage === b.stage,
    ),
  });
  await say({
    kind: 'registered',
    model: { id, number, status, verdict: gate.verdict },
    seconds: (Date.now() - startedMs) / 1_000,
    peakMemoryBytes,
  });
  await product.close();
  await pool.end();
});

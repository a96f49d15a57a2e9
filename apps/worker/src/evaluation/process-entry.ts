import { KindlingError, systemClock } from '@kindling/domain';
import { createMatrixProduct } from '@kindling/encoder';
import { createPool, type EvaluationProgress } from '@kindling/storage';
import { serveParent, throttled } from '../process/serve-parent.js';
import { type EvaluationMessage, evaluationTaskSchema } from './evaluation-messages.js';
import { judgeRun } from './judge-run.js';

const lookEveryMs = 500;

/** An evaluation's process. Whatever kills it leaves whole splits behind, and nothing else. */
serveParent(async (message, sayAny) => {
  const say = (one: EvaluationMessage) => sayAny(one);
  const task = evaluationTaskSchema.parse(message);
  const pool = createPool({
    databaseUrl: task.databaseUrl,
    applicationName: 'kindling-evaluation',
    maxConnections: 2,
    // its statements are long ones, and set a limit of their own
    statementTimeoutMs: 0,
  });
  const product = await createMatrixProduct();
  const startedMs = Date.now();
  const stop = new AbortController();
  const guard = setInterval(() => {
    const megabytes = process.memoryUsage.rss() / 2 ** 20;
    if (megabytes > task.maximumMemoryMb) stop.abort(tooLarge(megabytes, task.maximumMemoryMb));
  }, lookEveryMs);
  await judgeRun(task, {
    pool,
    product,
    clock: systemClock,
    signal: stop.signal,
    onProgress: throttled<EvaluationProgress>(
      (progress) => void say({ kind: 'progress', progress }),
      (a, b) => a.split === b.split && a.seed === b.seed && a.method === b.method,
    ),
  });
  clearInterval(guard);
  await say({
    kind: 'evaluated',
    seconds: (Date.now() - startedMs) / 1_000,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1_024,
  });
  await product.close();
  await pool.end();
});

const tooLarge = (megabytes: number, limit: number) =>
  new KindlingError(
    'TOO_LARGE',
    `The evaluation took ${Math.round(megabytes)} MB, more than the ${limit} MB it may have: raise EVALUATION_MEMORY_MB, or shorten the time from which events are taken.`,
  );

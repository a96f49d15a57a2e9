import { readEnv } from './env.js';
import { jsonLog } from './log.js';
import { startWorker } from './start.js';

/** How long a running batch may take to finish after SIGTERM. What it loses is done again by the next worker. */
const stopWithinMs = 15_000;

/** `node dist/main.js`: works until SIGTERM or SIGINT, then stops in order and exits with 0. */
async function main(): Promise<void> {
  const config = readEnv(process.env);
  const log = jsonLog(config.logLevel);
  const worker = await startWorker(config, log);
  log.info('working');
  process.send?.({ ready: true });

  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    log.info('stopping', { signal });
    setTimeout(() => {
      log.warn('stopped before the last job had finished');
      process.exit(0);
    }, stopWithinMs).unref();
    worker.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('did not stop in order', { error });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

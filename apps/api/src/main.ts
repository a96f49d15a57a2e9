import { readEnv } from './env.js';
import { jsonLog } from './log.js';
import { startApi } from './start.js';

/** `node dist/main.js`: serves until SIGTERM or SIGINT, then stops in order and exits with 0. */
async function main(): Promise<void> {
  const config = readEnv(process.env);
  const log = jsonLog(config.logLevel);
  const api = await startApi(config, log);
  log.info('serving', { url: api.url });
  process.send?.({ ready: true });

  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    log.info('stopping', { signal });
    api.close().then(
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

import { readEnv } from './env.js';
import { run } from './run.js';

const stopping = new AbortController();
process.once('SIGINT', () => stopping.abort());
process.once('SIGTERM', () => stopping.abort());

run(process.argv.slice(2), {
  environment: readEnv(process.env),
  out: (text) => process.stdout.write(text),
  remark: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
  signal: stopping.signal,
}).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`kindling: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
    process.exitCode = 1;
  },
);

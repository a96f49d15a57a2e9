import { parseArgs } from 'node:util';
import { Refusal } from './refusal.mjs';

export const help = `npm start -- [flags]     starts all of Kindling on this machine, and stops it on Ctrl-C

  --port N          the API's port (4000); the console takes the next one
  --data-dir DIR    where the database, the keys and the logs are kept (.kindling)
  --no-demo         without the demo catalogue and its simulated visitors
  --no-console      without the console
  --help            this

By environment: DATABASE_URL (a Postgres of yours instead of the embedded one), REDIS_URL, QDRANT_URL,
QDRANT_API_KEY, EMBEDDING_MODEL, EMBEDDING_DEVICE, EMBEDDING_URL, EMBEDDING_API_KEY, EMBEDDING_THREADS.`;

/** Reads the flags of `npm start`. */
export function parseOptions(args) {
  const { values } = parse(args);
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port < 1 || port > 65_534) {
    throw new Refusal(`--port ${values.port} is not a port from 1 to 65534.`);
  }
  return {
    help: values.help,
    port,
    dataDir: values['data-dir'],
    demo: !values['no-demo'],
    console: !values['no-console'],
  };
}

function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string', default: '4000' },
        'data-dir': { type: 'string' },
        'no-demo': { type: 'boolean', default: false },
        'no-console': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new Refusal(
      `${error.message.split('\n')[0].split('. ')[0]}. "npm start -- --help" lists the flags.`,
    );
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { CliError, exitCodes } from '../cli-error.js';
import type { Command } from '../command.js';
import { connect } from '../connection.js';
import { connectionHelp, connectionOptions, parseOptions, usage } from '../options.js';
import { bar, count, duration, ProgressLine } from '../progress-line.js';

const help = `kindling embed [options]

Shows how far the catalogue's items are encoded. The worker encodes them by itself as they arrive.

  --wait           stay until all are encoded, with progress
  --retry-failed   give items another chance that were given up
  --json           print the result as JSON
${connectionHelp}

Exit codes: 0 all encoded (or not asked to wait), 1 failed, or some items could not be encoded, 2 wrong usage.`;

const options = {
  ...connectionOptions,
  wait: { type: 'boolean' },
  'retry-failed': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const progressSchema = z.object({
  embeddingProgress: z.object({
    modelId: z.string().nullable(),
    total: z.number(),
    encoded: z.number(),
    waiting: z.number(),
    failed: z.number(),
    itemsPerSecond: z.number().nullable(),
    etaSeconds: z.number().nullable(),
  }),
});
const query = '{ embeddingProgress { modelId total encoded waiting failed itemsPerSecond etaSeconds } }';

export const embedCommand: Command = {
  name: 'embed',
  summary: 'see how far the items are encoded, or wait for it',
  help,
  async run(args, { environment, out, remark, isTerminal, signal }) {
    const { values, positionals } = parseOptions(args, options);
    if (positionals.length > 0) throw usage(`embed takes no "${positionals[0]}"`);
    const api = await connect(values, environment);
    if (values['retry-failed'] === true) {
      const { retryDeadLetters } = await api.ask(
        z.object({ retryDeadLetters: z.number() }),
        'mutation { retryDeadLetters }',
      );
      remark(`${count(retryDeadLetters)} given-up pieces of work are tried again\n`);
    }
    const progress = new ProgressLine(remark, isTerminal);
    let { embeddingProgress: now } = await api.ask(progressSchema, query);
    while (values.wait === true && now.waiting > 0) {
      await delay(500, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw new CliError('Stopped watching.');
      now = (await api.ask(progressSchema, query)).embeddingProgress;
      const rate = now.itemsPerSecond === null ? '' : `  ${count(now.itemsPerSecond)} items/s`;
      progress.show(
        `encoding  ${bar(now.encoded, now.total)}  ${count(now.encoded)} of ${count(now.total)}${rate}  ${duration(now.etaSeconds)}`,
      );
    }
    progress.end();
    if (values.json === true) out(`${JSON.stringify(now, null, 2)}\n`);
    else {
      out(
        `${count(now.encoded)} of ${count(now.total)} items encoded, ${count(now.waiting)} waiting, ${count(now.failed)} failed` +
          `${now.modelId === null ? '' : ` (${now.modelId})`}\n`,
      );
    }
    return values.wait === true && now.failed > 0 ? exitCodes.failed : exitCodes.ok;
  },
};

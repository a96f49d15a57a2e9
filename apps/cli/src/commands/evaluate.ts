import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { KindlingError, systemClock } from '@kindling/domain';
import { createMatrixProduct } from '@kindling/encoder';
import { comparedMethods, evaluate, type SplitName, splitNames } from '@kindling/recommender';
import { CliError, exitCodes } from '../cli-error.js';
import type { Command, Surroundings } from '../command.js';
import { connect } from '../connection.js';
import { encodeItems } from '../evaluate/encode-items.js';
import { EvaluationExport } from '../evaluate/evaluation-export.js';
import { evaluationTable } from '../evaluate/evaluation-table.js';
import { followOwnEvaluation, readOwnEvaluation, startOwnEvaluation } from '../evaluate/own-events.js';
import { readDataSet } from '../evaluate/read-data-set.js';
import { connectionHelp, connectionOptions, parseOptions, usage } from '../options.js';
import { bar, count, ProgressLine } from '../progress-line.js';

const help = `kindling evaluate --data DIR --split ${splitNames.join(' | ')} [options]
kindling evaluate [--split NAME]… [options]

Compares what Kindling serves with what one could use instead.

With --data on a data set of your own: the folder holds items.jsonl (id, title, text, tags, price, any attributes) and
interactions.csv (user,item and, where known, value, timestamp, position). Nothing needs to be running.

Without it on the events of a catalogue: a worker of the server does it (by default cold-items and cold-users), and the
command follows it. Stopping the command does not stop the evaluation.

  --seeds N       splits by the seeds 1 to N (default 5, on a server 3; temporal and published have one)
  --users N       judge a sample of so many people a split (on a server by default 300)
  --json FILE     write the report for programs; of several splits, a list of reports
  --export DIR    with --data: write the splits, the candidates and every list, for other programs
  --cache DIR     with --data: where the items' vectors are kept (default .kindling/evaluation)
  --no-wait       without --data: only ask for it
${connectionHelp}`;

const options = {
  ...connectionOptions,
  data: { type: 'string' },
  split: { type: 'string', multiple: true },
  seeds: { type: 'string' },
  users: { type: 'string' },
  json: { type: 'string' },
  export: { type: 'string' },
  cache: { type: 'string' },
  'no-wait': { type: 'boolean' },
} as const;

export const evaluateCommand: Command = {
  name: 'evaluate',
  summary: "compare what is served with simpler methods, on a data set or on a catalogue's own events",
  help,
  async run(args, surroundings) {
    const { values, positionals } = parseOptions(args, options);
    if (positionals.length > 0) throw usage(`evaluate does not understand "${positionals.join(' ')}"`);
    const splits = (values.split ?? []).map(splitOf);
    if (values.data === undefined) return onServer(values, splits, surroundings);
    const { environment, out, remark, isTerminal, signal } = surroundings;
    const [split, ...others] = splits;
    if (split === undefined || others.length > 0) {
      throw usage(`evaluate wants one --split with --data: ${splitNames.join(', ')}`);
    }
    if (values['no-wait'] === true) throw usage('--no-wait asks a server, which does not see --data');
    const seeds = wholeNumber('--seeds', values.seeds ?? '5');
    const sample = values.users === undefined ? undefined : wholeNumber('--users', values.users);
    const path = (file: string) => resolve(environment.workingDirectory, file);

    const line = new ProgressLine(remark, isTerminal);
    const data = await readDataSet(path(values.data));
    remark(`${data.name}: ${count(data.items.length)} items, ${count(data.people.length)} people\n`);
    const cache = path(values.cache ?? join('.kindling', 'evaluation'));
    let encoded = 0;
    const vectors = await encodeItems(data.items, cache, {
      signal,
      onProgress: (texts) => {
        encoded = Math.max(encoded, texts);
        line.show(`${bar(encoded, data.items.length)} items encoded`);
      },
    });
    line.end();

    const exported = values.export === undefined ? null : new EvaluationExport(path(values.export), data);
    const product = await createMatrixProduct();
    const trainedInMs: number[] = [];
    try {
      const evaluation = await evaluate({
        data: {
          name: data.name,
          people: data.people.length,
          events: data.events,
          published: data.published,
          items: data.items.map((item, index) => ({ ...item, vector: vectors[index] ?? null })),
        },
        split,
        seeds: Array.from({ length: seeds }, (_, at) => at + 1),
        methods: comparedMethods((ms) => trainedInMs.push(ms)),
        parts: {
          product,
          clock: systemClock,
          signal,
          progress: (stage, done, total) => line.show(`${bar(done, total)} ${stage}`),
        },
        ...(sample !== undefined && { sample }),
        ...(exported && { listener: exported.listener }),
      });
      line.end();
      const notes = [...data.notes, ...seen, cost(trainedInMs)];
      exported?.finish(notes, evaluation.comparisons);
      out(`${evaluationTable(evaluation)}\n${notes.map((note) => `- ${note}`).join('\n')}\n`);
      if (values.json !== undefined) save(path(values.json), evaluation.report);
      return exitCodes.ok;
    } catch (error) {
      if (error instanceof KindlingError) throw new CliError(error.message);
      throw error;
    } finally {
      line.end();
      await product.close();
    }
  },
};

/** Has a worker evaluate on the catalogue's own events, follows it, and prints a table a split. */
async function onServer(
  values: ReturnType<typeof parseOptions<typeof options>>['values'],
  splits: readonly SplitName[],
  surroundings: Surroundings,
): Promise<number> {
  for (const option of ['export', 'cache'] as const) {
    if (values[option] !== undefined) throw usage(`--${option} goes with --data DIR`);
  }
  if (splits.includes('published')) throw usage('the split published needs --data DIR: a catalogue has none');
  const { environment, out } = surroundings;
  const api = await connect(values, environment);
  const run = await startOwnEvaluation(api, {
    splits: splits.length > 0 ? splits : ['cold-items', 'cold-users'],
    seeds: wholeNumber('--seeds', values.seeds ?? '3'),
    people: values.users === undefined ? undefined : wholeNumber('--users', values.users),
  });
  if (values['no-wait'] === true) {
    out(`evaluation ${run.id} is ${run.status}\n`);
    return exitCodes.ok;
  }
  await followOwnEvaluation(api, run, surroundings);
  const results = await readOwnEvaluation(api, run.id);
  for (const result of results) {
    out('problem' in result ? `${result.split}: ${result.problem}\n\n` : `${evaluationTable(result)}\n`);
  }
  out(`${seen.map((note) => `- ${note}`).join('\n')}\n`);
  if (values.json !== undefined) {
    const reports = results.flatMap((result) => ('problem' in result ? [] : [result.report]));
    save(resolve(environment.workingDirectory, values.json), reports.length === 1 ? reports[0] : reports);
  }
  return exitCodes.ok;
}

function splitOf(wanted: string): SplitName {
  const split = splitNames.find((name) => name === wanted);
  if (split === undefined) throw usage(`evaluate wants --split ${splitNames.join(', ')}, not "${wanted}"`);
  return split;
}

const seen = [
  'Training sees the training interactions only. The texts of candidates are seen without supervision: encoder vectors, and word counts over all items (tf-idf, whitening).',
  'Intervals are of 95 %, by bootstrap over people and, where there are several, splits. Ties are broken by a drawn order.',
];

function cost(trainedInMs: readonly number[]): string {
  const seconds = trainedInMs.map((ms) => (ms / 1_000).toFixed(1)).join(', ');
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1_024);
  return `Training the default took ${seconds} s (a split each, everything chosen anew); all rows together took ${megabytes} MB at most.`;
}

function wholeNumber(option: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 1_000_000) {
    throw usage(`${option} wants a whole number from 1, not "${value}"`);
  }
  return number;
}

function save(path: string, report: object | undefined): void {
  try {
    writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    throw new CliError(
      `The report cannot be written to ${path}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

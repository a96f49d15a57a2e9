import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { KindlingError, systemClock } from '@kindling/domain';
import { createMatrixProduct } from '@kindling/encoder';
import {
  baselines,
  defaultMethod,
  evaluate,
  modelSource,
  type SplitName,
  splitNames,
  trainModel,
} from '@kindling/recommender';
import { CliError, exitCodes } from '../cli-error.js';
import type { Command } from '../command.js';
import { encodeItems } from '../evaluate/encode-items.js';
import { EvaluationExport } from '../evaluate/evaluation-export.js';
import { evaluationTable } from '../evaluate/evaluation-table.js';
import { readDataSet } from '../evaluate/read-data-set.js';
import { parseOptions, usage } from '../options.js';
import { bar, count, ProgressLine } from '../progress-line.js';

const help = `kindling evaluate --data DIR --split ${splitNames.join(' | ')} [options]

Compares what Kindling serves with what one could use instead, on a data set of your own. The folder holds items.jsonl
(id, title, text, tags, price, any attributes) and interactions.csv (user,item and, where known, value, timestamp,
position). Nothing needs to be running.

  --seeds N       splits by the seeds 1 to N (default 5; temporal and published have one)
  --users N       judge a sample of so many people a split
  --json FILE     write the report for programs
  --export DIR    write the splits, the candidates and every list, for other programs
  --cache DIR     where the items' vectors are kept (default .kindling/evaluation)
  --help          this text`;

export const evaluateCommand: Command = {
  name: 'evaluate',
  summary: 'compare what is served with simpler methods on a data set',
  help,
  async run(args, { environment, out, remark, isTerminal, signal }) {
    const { values, positionals } = parseOptions(args, {
      data: { type: 'string' },
      split: { type: 'string' },
      seeds: { type: 'string' },
      users: { type: 'string' },
      json: { type: 'string' },
      export: { type: 'string' },
      cache: { type: 'string' },
    });
    if (positionals.length > 0) throw usage(`evaluate does not understand "${positionals.join(' ')}"`);
    if (values.data === undefined) throw usage('evaluate wants --data DIR');
    const split = splitNames.find((name): name is SplitName => name === values.split);
    if (split === undefined) {
      throw usage(`evaluate wants --split ${splitNames.join(', ')}, not "${values.split ?? ''}"`);
    }
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
        methods: [
          ...baselines(),
          defaultMethod({ name: 'kindling without a trained model', isDefault: false }),
          defaultMethod({
            train: async (training, trainingParts) => {
              const from = performance.now();
              const model = await trainModel(training, trainingParts);
              trainedInMs.push(performance.now() - from);
              return { collaborative: modelSource(model) };
            },
          }),
        ],
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

function save(path: string, report: object): void {
  try {
    writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    throw new CliError(
      `The report cannot be written to ${path}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError, exitCodes } from '../cli-error.js';
import type { Command } from '../command.js';
import { parseOptions, usage } from '../options.js';

const help = `kindling bench assign | console | embed | experiments | ingest | model | population-diff | roll-up | rules | serve | vectors [options]

Measures this checkout on this machine and prints JSON: figures, CPU time, and the share of what the machine can do,
measured in the same run. Nothing needs to be running.

  --peers       measure beside it what one would use instead, installed for that into a temporary folder
  --json FILE   write the JSON to a file, too
  --help        this text`;

type Bench = (options: { readonly peers: boolean }) => Promise<object>;

/** Loaded when asked for: each brings its own part of the product. */
const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  assign: async () => (await import('../bench/assign.js')).benchAssign,
  console: async () => (await import('../bench/console.js')).benchConsole,
  embed: async () => (await import('../bench/embed.js')).benchEmbed,
  experiments: async () => (await import('../bench/experiments.js')).benchExperiments,
  ingest: async () => (await import('../bench/ingest.js')).benchIngest,
  model: async () => (await import('../bench/model.js')).benchModel,
  'population-diff': async () => (await import('../bench/population-diff.js')).benchPopulationDiff,
  'roll-up': async () => (await import('../bench/roll-up.js')).benchRollUp,
  rules: async () => (await import('../bench/rules.js')).benchRules,
  serve: async () => (await import('../bench/serve.js')).benchServe,
  vectors: async () => (await import('../bench/vectors.js')).benchVectors,
};

export const benchCommand: Command = {
  name: 'bench',
  summary:
    'measure the console, encoding, serving, rules, ingestion, trained models, vectors, assignment, population diffs, roll-ups or the statistics',
  help,
  async run(args, { environment, out }) {
    const { values, positionals } = parseOptions(args, {
      peers: { type: 'boolean' },
      json: { type: 'string' },
    });
    const [name, ...more] = positionals;
    const load = name === undefined ? undefined : benches[name];
    if (load === undefined || more.length > 0) {
      throw usage(`bench wants one of ${Object.keys(benches).join(', ')}, not "${positionals.join(' ')}"`);
    }
    const bench = await load();
    const result = {
      bench: name,
      at: new Date().toISOString(),
      ...(await bench({ peers: values.peers ?? false })),
    };
    const text = `${JSON.stringify(result, null, 2)}\n`;
    out(text);
    if (values.json !== undefined) save(resolve(environment.workingDirectory, values.json), text);
    return exitCodes.ok;
  },
};

function save(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CliError(
      `The figures cannot be written to ${path}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

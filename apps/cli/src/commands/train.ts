import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { ApiClient } from '../api-client.js';
import { CliError, exitCodes } from '../cli-error.js';
import type { Command, Surroundings } from '../command.js';
import { connect } from '../connection.js';
import { connectionHelp, connectionOptions, parseOptions, usage } from '../options.js';
import { bar, count, ProgressLine } from '../progress-line.js';

const help = `kindling train [options]

Trains the catalogue's model from its events, follows it, and says how it did and whether it serves now. While a
training waits or runs, that one is followed. Stopping the command does not stop the training.

  --note TEXT      why, for the audit log
  --baselines      judge what could be used in its place too (popularity, item-kNN, …); it takes longer
  --no-wait        only ask for it
  --json           print the run and its model as JSON
${connectionHelp}

Exit codes: 0 trained (or asked for), 1 failed or cancelled, 2 wrong usage, 3 trained, but it does not serve.`;

const options = {
  ...connectionOptions,
  note: { type: 'string' },
  baselines: { type: 'boolean' },
  'no-wait': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const runSchema = z.object({
  id: z.string(),
  status: z.enum(['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED']),
  stage: z.string().nullable(),
  done: z.number(),
  total: z.number(),
  attempt: z.number(),
  error: z.string().nullable(),
  modelId: z.string().nullable(),
});
type Run = z.infer<typeof runSchema>;
const runFields = Object.keys(runSchema.shape).join(' ');

const interval = z.object({ mean: z.number(), low: z.number(), high: z.number() });
const modelSchema = z.object({
  number: z.number(),
  status: z.enum(['READY', 'ACTIVE', 'RETIRED']),
  gate: z.object({
    verdict: z.enum(['PASSED', 'FAILED', 'UNDECIDED']),
    metric: z.string(),
    margin: z.number(),
    leastPeople: z.number(),
    slices: z.array(
      z.object({
        slice: z.string(),
        people: z.number(),
        difference: interval.nullable(),
        verdict: z.string(),
      }),
    ),
  }),
  metrics: z.array(
    z.object({
      slice: z.string(),
      people: z.number(),
      metrics: z.array(
        z.object({
          name: z.string(),
          value: interval,
          active: interval.nullable(),
          untrained: interval.nullable(),
        }),
      ),
      baselines: z.array(
        z.object({
          method: z.string(),
          metrics: z.array(z.object({ name: z.string(), value: interval })),
        }),
      ),
    }),
  ),
  data: z.object({ events: z.number(), interactions: z.number(), profiles: z.number(), items: z.number() }),
  cost: z.object({
    durationMs: z.number(),
    cpuSeconds: z.number(),
    peakMemoryBytes: z.number(),
    energyJoules: z.number(),
  }),
});
type Model = z.infer<typeof modelSchema>;
const intervalFields = '{ mean low high }';
const modelQuery = `query ($id: ID!) { model(id: $id) {
  number status
  gate { verdict metric margin leastPeople slices { slice people difference ${intervalFields} verdict } }
  metrics { slice people metrics { name value ${intervalFields} active ${intervalFields} untrained ${intervalFields} }
    baselines { method metrics { name value ${intervalFields} } } }
  data { events interactions profiles items }
  cost { durationMs cpuSeconds peakMemoryBytes energyJoules }
} }`;

export const trainCommand: Command = {
  name: 'train',
  summary: "train the catalogue's model from its events",
  help,
  async run(args, surroundings) {
    const { values, positionals } = parseOptions(args, options);
    if (positionals.length > 0) throw usage(`train takes no "${positionals[0]}"`);
    const api = await connect(values, surroundings.environment);
    const { startTraining } = await api.ask(
      z.object({ startTraining: runSchema }),
      `mutation ($input: TrainingInput) { startTraining(input: $input) { ${runFields} } }`,
      { input: { note: values.note ?? null, baselines: values.baselines ?? false } },
    );
    const run = values['no-wait'] === true ? startTraining : await follow(api, startTraining, surroundings);
    if (run.status === 'FAILED') throw new CliError(`The training failed: ${run.error}`);
    if (run.status === 'CANCELLED') throw new CliError('The training was cancelled.');
    const model = run.modelId === null ? null : await readModel(api, run.modelId);
    if (values.json === true) surroundings.out(`${JSON.stringify({ run, model }, null, 2)}\n`);
    else surroundings.out(model === null ? `training ${run.id} is ${run.status}\n` : describe(model));
    return model !== null && model.status !== 'ACTIVE' ? exitCodes.notServing : exitCodes.ok;
  },
};

async function follow(
  api: ApiClient,
  started: Run,
  { remark, isTerminal, signal }: Surroundings,
): Promise<Run> {
  const progress = new ProgressLine(remark, isTerminal);
  let run = started;
  while (run.status === 'QUEUED' || run.status === 'RUNNING') {
    await delay(500, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw new CliError('Stopped watching; the training goes on.');
    const answer = await api.ask(
      z.object({ trainingRun: runSchema }),
      `query ($id: ID!) { trainingRun(id: $id) { ${runFields} } }`,
      { id: run.id },
    );
    run = answer.trainingRun;
    const again = run.attempt > 1 ? `  attempt ${run.attempt}` : '';
    progress.show(
      `${(run.stage ?? run.status).toLowerCase().padEnd(9)}  ${bar(run.done, run.total)}${again}`,
    );
  }
  progress.end();
  return run;
}

async function readModel(api: ApiClient, id: string): Promise<Model> {
  const { model } = await api.ask(z.object({ model: modelSchema.nullable() }), modelQuery, { id });
  if (model === null) throw new CliError(`The model ${id} was trained, but it is gone.`);
  return model;
}

function describe({ number, status, gate, metrics, data, cost }: Model): string {
  const slices = metrics.flatMap(({ slice, people, metrics: measures, baselines }) => {
    const main = measures.find(({ name }) => name === gate.metric);
    if (main === undefined) return [`  ${nameOf(slice)} not judged`];
    const against =
      main.active === null
        ? `without a model ${short(main.untrained?.mean)}`
        : `the one before ${short(main.active.mean)}, without a model ${short(main.untrained?.mean)}`;
    const { mean, low, high } = main.value;
    return [
      `  ${nameOf(slice)} ${short(mean)} (${short(low)} to ${short(high)}), ${against}; ${count(people)} people`,
      ...baselines.map(({ method, metrics: all }) => {
        const value = all.find(({ name }) => name === gate.metric)?.value;
        return `             ${short(value?.mean)} (${short(value?.low)} to ${short(value?.high)}) ${method}`;
      }),
    ];
  });
  return [
    `model ${number} is trained on ${count(data.events)} events (${count(data.interactions)} likes of ${count(data.profiles)} people, ${count(data.items)} items)`,
    `${gate.metric} on what it has not seen:`,
    ...slices,
    `gate: ${verdictOf(gate)}`,
    `it took ${count(cost.durationMs / 1_000)} s, ${count(cost.cpuSeconds)} s of CPU, ${count(cost.peakMemoryBytes / 1e6)} MB at most, about ${count(cost.energyJoules)} J`,
    status === 'ACTIVE'
      ? 'it serves now'
      : 'it does not serve: the one before it goes on; activate it in the console, with a reason',
    '',
  ].join('\n');
}

function verdictOf({ verdict, margin, leastPeople, slices }: Model['gate']): string {
  if (verdict === 'PASSED') return `passed, on no cold slice worse by more than ${margin}`;
  const at = slices.filter((one) => one.verdict === verdict).map(({ slice }) => nameOf(slice).trim());
  return verdict === 'FAILED'
    ? `failed on ${at.join(' and ')}: it may be worse by more than ${margin}`
    : `undecided on ${at.join(' and ')}: fewer than ${leastPeople} people could be judged`;
}

const nameOf = (slice: string) => slice.toLowerCase().replaceAll('_', ' ').padEnd(10);
const short = (value: number | undefined) => (value === undefined ? '?' : value.toFixed(3));

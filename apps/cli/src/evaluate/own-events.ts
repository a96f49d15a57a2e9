import { setTimeout as delay } from 'node:timers/promises';
import type { Evaluation, SplitName } from '@kindling/recommender';
import { evaluationSplits, splitNameOf } from '@kindling/recommender';
import { z } from 'zod';
import type { ApiClient } from '../api-client.js';
import { CliError } from '../cli-error.js';
import type { Surroundings } from '../command.js';
import { bar, ProgressLine } from '../progress-line.js';

/** An evaluation that a server makes of a catalogue's own events. */
export interface OwnEvaluation {
  readonly splits: readonly SplitName[];
  readonly seeds: number;
  readonly people: number | undefined;
}

const interval = z.object({ mean: z.number(), low: z.number(), high: z.number() });
const resultSchema = z.object({
  split: z.enum(evaluationSplits),
  problem: z.string().nullable(),
  seeds: z.array(z.number()),
  people: z.array(z.number()),
  rows: z.array(
    z.object({
      method: z.string(),
      isDefault: z.boolean(),
      isBaseline: z.boolean(),
      metrics: z.array(z.object({ name: z.string(), value: interval })),
    }),
  ),
  comparisons: z.array(z.object({ method: z.string(), difference: interval, p: z.number() })),
});
const runSchema = z.object({
  id: z.string(),
  status: z.enum(['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED']),
  split: z.string().nullable(),
  seed: z.number().nullable(),
  method: z.string().nullable(),
  done: z.number(),
  total: z.number(),
  attempt: z.number(),
  error: z.string().nullable(),
});
export type OwnRun = z.infer<typeof runSchema>;
const runFields = Object.keys(runSchema.shape).join(' ');
const intervalFields = '{ mean low high }';
const resultsQuery = `query ($id: ID!) { evaluation(id: $id) { results {
  split problem seeds people
  rows { method isDefault isBaseline metrics { name value ${intervalFields} } }
  comparisons { method difference ${intervalFields} p }
} } }`;

export async function startOwnEvaluation(api: ApiClient, asked: OwnEvaluation): Promise<OwnRun> {
  const splits = evaluationSplits.filter((split) => asked.splits.includes(splitNameOf[split]));
  const { startEvaluation } = await api.ask(
    z.object({ startEvaluation: runSchema }),
    `mutation ($input: EvaluationInput) { startEvaluation(input: $input) { ${runFields} } }`,
    { input: { splits, seeds: asked.seeds, ...(asked.people !== undefined && { people: asked.people }) } },
  );
  return startEvaluation;
}

/** Shows how far it is until it has ended; a run that failed or was cancelled is an error. */
export async function followOwnEvaluation(
  api: ApiClient,
  started: OwnRun,
  { remark, isTerminal, signal }: Surroundings,
): Promise<void> {
  const progress = new ProgressLine(remark, isTerminal);
  let run = started;
  while (run.status === 'QUEUED' || run.status === 'RUNNING') {
    await delay(500, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw new CliError('Stopped watching; the evaluation goes on.');
    const answer = await api.ask(
      z.object({ evaluation: runSchema }),
      `query ($id: ID!) { evaluation(id: $id) { ${runFields} } }`,
      { id: run.id },
    );
    run = answer.evaluation;
    const now = run.method === null ? run.status.toLowerCase() : `seed ${run.seed}, ${run.method}`;
    const again = run.attempt > 1 ? `  attempt ${run.attempt}` : '';
    progress.show(`${bar(run.done, run.total)} ${(run.split ?? '').toLowerCase()} ${now}${again}`);
  }
  progress.end();
  if (run.status === 'FAILED') throw new CliError(`The evaluation failed: ${run.error}`);
  if (run.status === 'CANCELLED') throw new CliError('The evaluation was cancelled.');
}

/** What each split has shown, in the form that the table is made of, or why it could judge nobody. */
export async function readOwnEvaluation(
  api: ApiClient,
  id: string,
): Promise<readonly (Evaluation | { readonly split: SplitName; readonly problem: string })[]> {
  const { evaluation } = await api.ask(
    z.object({ evaluation: z.object({ results: z.array(resultSchema) }) }),
    resultsQuery,
    { id },
  );
  return evaluation.results.map(({ split: name, problem, seeds, people, rows, comparisons }) => {
    const split = splitNameOf[name];
    if (problem !== null) return { split, problem };
    return {
      report: {
        dataset: "the catalogue's own events",
        split,
        seeds,
        rows: rows.map(({ metrics, ...row }) => ({
          ...row,
          metrics: Object.fromEntries(metrics.map(({ name: measure, value }) => [measure, value])),
        })),
      },
      comparisons,
      people,
    };
  });
}

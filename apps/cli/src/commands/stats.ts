import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { CliError, exitCodes } from '../cli-error.js';
import type { Command } from '../command.js';
import { parseOptions, usage } from '../options.js';
import { checkKinds } from '../stats/check-kinds.js';
import { comparisonKinds } from '../stats/comparison-kinds.js';
import { lineOfFault } from '../stats/json-fault.js';
import type { Kind } from '../stats/kind.js';
import { planningKinds } from '../stats/planning-kinds.js';
import { verificationTable } from '../stats/verification-table.js';

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>(
  Object.entries({ ...comparisonKinds, ...planningKinds, ...checkKinds }),
);

const help = `kindling stats FILE
       kindling stats --verify [--runs N]

Runs the statistics of experiments over sums that you have, without a server. FILE is JSON:

  {"vectors": [{"id": "mine", "kind": "welch_t", "input": {
    "a": {"type": "mean", "n": 3407, "sum": 1396.87, "sum_squares": 52377.98},
    "b": {"type": "mean", "n": 3461, "sum": 2422.7, "sum_squares": 134698.29},
    "difference": "relative", "alpha": 0.05}}]}

and the answer {"results": [{"id": "mine", "result": {"expected": …, "ci": […], "se": …, "p": …}}]}. A vector that
cannot be answered gets {"error": "…"} as its result; the others are answered. A bound that is open is null.

Kinds:
${[...kinds.keys()].map((name) => `  ${name}`).join('\n')}

Types of a and b: mean, proportion, ratio, mean_ra and ratio_ra (with a covariate from before the start: CUPED).

  --verify   play simulated experiments with a known truth instead, and print how often each test says something false
             under peeking, covers the truth, and finds what is there: plain, heavy-tailed, ratio and few units
  --runs N   runs of each, 1000 when left out
  --help     this text`;

const fileShape = z.object({ vectors: z.array(z.unknown()) });
const vectorShape = z.object({
  id: z.union([z.string(), z.number()]),
  kind: z.string(),
  input: z.unknown(),
});
const namedShape = vectorShape.pick({ id: true });

export const statsCommand: Command = {
  name: 'stats',
  summary: 'statistics of experiments, from sums in a file',
  help,
  async run(args, { environment, out }) {
    const { positionals, values } = parseOptions(args, {
      verify: { type: 'boolean' },
      runs: { type: 'string' },
    });
    const [file, ...more] = positionals;
    if (values.verify) {
      const runs = z.coerce
        .number()
        .int()
        .min(10)
        .max(100_000)
        .safeParse(values.runs ?? 1_000);
      if (file !== undefined || !runs.success) {
        throw usage('stats --verify wants no FILE, and --runs from 10 to 100000');
      }
      for (const text of verificationTable(runs.data)) out(`${text}\n`);
      return exitCodes.ok;
    }
    if (file === undefined || more.length > 0) throw usage('stats wants one FILE');
    const { vectors } = readVectors(resolve(environment.workingDirectory, file));
    const results = vectors.map(answerVector);
    out(`${JSON.stringify({ results }, null, 2)}\n`);
    return exitCodes.ok;
  },
};

/** One that has no id goes by its place in the file, from 0: a fault of one costs no other its answer. */
function answerVector(
  vector: unknown,
  place: number,
): { readonly id: string | number; readonly result: object } {
  const parsed = vectorShape.safeParse(vector);
  if (parsed.success) return { id: parsed.data.id, result: answer(parsed.data.kind, parsed.data.input) };
  const id = namedShape.safeParse(vector).data?.id ?? `vectors.${place}`;
  const problems = parsed.error.issues.map(({ path, message }) =>
    [`vectors.${place}`, ...path].join('.').concat(`: ${message}`),
  );
  return { id, result: { error: `${problems.join('; ')} (see kindling stats --help for the shape)` } };
}

function answer(name: string, input: unknown): object {
  const kind = kinds.get(name);
  if (kind === undefined) {
    return { error: `There is no kind "${name}": use ${[...kinds.keys()].join(', ')}.` };
  }
  try {
    return kind(input);
  } catch (error) {
    // of whatever kind: the others are to be answered
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function readVectors(path: string): z.output<typeof fileShape> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CliError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new CliError(`${path}, line ${lineOfFault(text)}: not JSON (${detail.replace(/\s+/g, ' ')})`);
  }
  const parsed = fileShape.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CliError(
    `${path}: ${issue?.path.join('.') || 'the file'}: ${issue?.message} (see kindling stats --help for the shape)`,
  );
}

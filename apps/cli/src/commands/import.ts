import { createWriteStream, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { importFormats } from '@kindling/ingest';
import { z } from 'zod';
import type { ApiClient } from '../api-client.js';
import { CliError, exitCodes } from '../cli-error.js';
import type { Command, Surroundings } from '../command.js';
import { connect } from '../connection.js';
import { connectionHelp, connectionOptions, parseOptions, usage } from '../options.js';
import { bar, count, duration, ProgressLine } from '../progress-line.js';

const help = `kindling import FILE [options]

Reads a CSV, TSV or JSONL file of items, gzipped or not, into the catalogue. Good rows are stored; bad rows are
reported with their line, the field, the reason and the fix. Of rows with one id in the file the first counts.

  --map COLUMN=FIELD   what a column holds: id, title, description, categories, tags, price, currency, imageUrl, url,
                       publishedAt, expiresAt, status, attributes, attributes.<name> or ignore; may be repeated. Other
                       columns go by their names. Remembered for files with the same columns.
  --format FORMAT      csv, tsv or jsonl (default: by name and content)
  --dry-run            count what would be created, updated, left and rejected; store nothing
  --rejects FILE       write the rejected rows to a CSV file
  --json               print the result as JSON
${connectionHelp}

Exit codes: 0 all rows taken, 1 failed, 2 wrong usage, 3 imported, but some rows were rejected.`;

const options = {
  ...connectionOptions,
  map: { type: 'string', multiple: true },
  format: { type: 'string' },
  'dry-run': { type: 'boolean' },
  rejects: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const runSchema = z.object({
  id: z.string(),
  status: z.enum(['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED']),
  dryRun: z.boolean(),
  fileName: z.string(),
  format: z.string(),
  totalBytes: z.number(),
  readBytes: z.number(),
  rows: z.number(),
  created: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  rejected: z.number(),
  rowsPerSecond: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  error: z.string().nullable(),
  rejectsUrl: z.string().nullable(),
});
type Run = z.infer<typeof runSchema>;
const runFields = Object.keys(runSchema.shape).join(' ');

const rejectsSchema = z.object({
  importRun: z.object({
    rejects: z.object({
      nodes: z.array(
        z.object({
          line: z.number(),
          field: z.string().nullable(),
          code: z.string(),
          message: z.string(),
          fix: z.string(),
        }),
      ),
    }),
  }),
});
const shownRejects = 10;

export const importCommand: Command = {
  name: 'import',
  summary: 'read a file of items into the catalogue',
  help,
  async run(args, surroundings) {
    const { values, positionals } = parseOptions(args, options);
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) throw usage('Say which file: kindling import FILE');
    const path = resolve(surroundings.environment.workingDirectory, file);
    const { size } = statFile(path);
    const mapping = (values.map ?? []).map(parseMapping);
    const format = parseFormat(values.format);
    const api = await connect(values, surroundings.environment);
    const progress = new ProgressLine(surroundings.remark, surroundings.isTerminal);
    const fileId = await api.upload(path, basename(path), (sent) =>
      progress.show(`uploading  ${bar(sent, size)}  ${count(sent / 1_024)} of ${count(size / 1_024)} KiB`),
    );
    const started = await api.ask(
      z.object({ importCatalogue: runSchema }),
      `mutation ($input: ImportInput!) { importCatalogue(input: $input) { ${runFields} } }`,
      { input: { fileId, mapping, dryRun: values['dry-run'] ?? false, ...(format ? { format } : {}) } },
    );
    const run = await follow(api, started.importCatalogue, progress, surroundings);
    progress.end();
    if (run.status === 'FAILED') throw new CliError(`${run.fileName} was not imported: ${run.error}`);
    if (values.rejects !== undefined)
      await saveRejects(api, run, resolve(surroundings.environment.workingDirectory, values.rejects));
    if (values.json === true) surroundings.out(`${JSON.stringify(run, null, 2)}\n`);
    else await report(api, run, values.rejects, surroundings);
    return run.rejected > 0 ? exitCodes.rejectedRows : exitCodes.ok;
  },
};

function statFile(path: string): { readonly size: number } {
  try {
    const found = statSync(path);
    if (found.isFile()) return found;
  } catch {
    // the same line as for a folder
  }
  throw new CliError(`There is no file ${path}.`);
}

/** The last = parts column and field, because a column's name may hold one. */
function parseMapping(text: string): { column: string; field: string } {
  const at = text.lastIndexOf('=');
  if (at <= 0 || at === text.length - 1) throw usage(`--map wants COLUMN=FIELD, not "${text}"`);
  return { column: text.slice(0, at), field: text.slice(at + 1) };
}

function parseFormat(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const found = importFormats.find((one) => one === text.toUpperCase());
  if (found === undefined) throw usage(`--format is csv, tsv or jsonl, not "${text}"`);
  return found;
}

async function follow(
  api: ApiClient,
  started: Run,
  progress: ProgressLine,
  { signal, remark }: Surroundings,
): Promise<Run> {
  let run = started;
  while (run.status === 'QUEUED' || run.status === 'RUNNING') {
    await delay(250, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) {
      progress.end();
      remark(`The import goes on without this command, as run ${run.id}.\n`);
      throw new CliError('Stopped watching the import.');
    }
    const answer = await api.ask(
      z.object({ importRun: runSchema }),
      `query ($id: ID!) { importRun(id: $id) { ${runFields} } }`,
      { id: run.id },
    );
    run = answer.importRun;
    const rate = run.rowsPerSecond === null ? '' : `  ${count(run.rowsPerSecond)} rows/s`;
    const rejected = run.rejected > 0 ? `  ${count(run.rejected)} rejected` : '';
    progress.show(
      `importing  ${bar(run.readBytes, run.totalBytes)}  ${count(run.rows)} rows${rate}${rejected}  ${duration(run.etaSeconds)}`,
    );
  }
  return run;
}

async function report(
  api: ApiClient,
  run: Run,
  rejectsFile: string | undefined,
  { out, remark }: Surroundings,
) {
  const would = run.dryRun ? 'would be ' : '';
  out(
    `${run.fileName}: ${count(run.rows)} rows, ${count(run.created)} ${would}created, ${count(run.updated)} ${would}updated, ` +
      `${count(run.unchanged)} unchanged, ${count(run.rejected)} rejected\n`,
  );
  if (run.rejected === 0) return;
  const { importRun } = await api.ask(
    rejectsSchema,
    `query ($id: ID!, $first: Int!) { importRun(id: $id) { rejects(first: $first) { nodes { line field code message fix } } } }`,
    { id: run.id, first: shownRejects },
  );
  for (const { line, field, message, fix } of importRun.rejects.nodes) {
    remark(`  line ${line}: ${field === null ? 'the row' : field} ${message}. ${fix}\n`);
  }
  const more = run.rejected - importRun.rejects.nodes.length;
  if (rejectsFile !== undefined) remark(`  all of them are in ${rejectsFile}\n`);
  else if (more > 0) remark(`  and about ${count(more)} more: see them all with --rejects FILE\n`);
}

async function saveRejects(api: ApiClient, run: Run, path: string): Promise<void> {
  if (run.rejectsUrl === null) return;
  try {
    await pipeline(Readable.from(await api.download(run.rejectsUrl)), createWriteStream(path));
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(
      `The rejected rows cannot be written to ${path}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

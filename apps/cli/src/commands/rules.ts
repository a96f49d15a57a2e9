import { resolve } from 'node:path';
import type { JsonObject } from '@kindling/domain';
import { ruleSchema, strategySchema } from '@kindling/recommender';
import { z } from 'zod';
import type { ApiClient } from '../api-client.js';
import { CliError, exitCodes } from '../cli-error.js';
import type { Command, Surroundings } from '../command.js';
import { connect } from '../connection.js';
import { connectionHelp, connectionOptions, parseOptions, usage } from '../options.js';
import { checkFile } from '../rules/check-file.js';
import {
  readServerRules,
  readServerStrategies,
  type ServerRule,
  type ServerStrategy,
  saveDrafts,
  saveServerStrategy,
} from '../rules/server-rules.js';
import { type FileProblem, fileText, readFiles, type StoredFile, writeFiles } from '../rules/stored-files.js';

const help = `kindling rules export DIR
kindling rules import DIR [--dry-run] [--strategies]

Rules and strategies as files, to be reviewed in git: DIR/rules/KEY.json and DIR/strategies/KEY.json. An export writes
what was saved last, archived rules left out; the same content is the same text.

An import makes a draft of each rule that differs: it goes live by review and publishing, as every draft. A file that
is wrong keeps all of them from being saved, and every problem is told with file, field and fix.

  --dry-run     say what would be created and updated; nothing is written
  --strategies  save strategies that differ, too; they have no drafts, and serve at once
${connectionHelp}`;

const ruleFields = ['key', 'kind', 'priority', 'condition', 'arguments'];
const strategyFields = ['key', 'name', 'config'];
const strategyFile = z.object({ key: z.string(), name: z.string().min(1).max(200), config: strategySchema });

export const rulesCommand: Command = {
  name: 'rules',
  summary: 'export and import rules and strategies as files',
  help,
  async run(args, surroundings) {
    const { values, positionals } = parseOptions(args, {
      ...connectionOptions,
      'dry-run': { type: 'boolean' },
      strategies: { type: 'boolean' },
    });
    const [action, folder, ...more] = positionals;
    if (more.length > 0) throw usage(`rules takes no "${more[0]}"`);
    if (action !== 'export' && action !== 'import')
      throw usage(`rules wants export or import, not "${action ?? ''}"`);
    if (folder === undefined) throw usage(`Say which folder: kindling rules ${action} DIR`);
    const root = resolve(surroundings.environment.workingDirectory, folder);
    const api = await connect(values, surroundings.environment);
    if (action === 'export') return exportTo(root, api, surroundings);
    const options = { dryRun: values['dry-run'] ?? false, strategies: values.strategies ?? false };
    return importFrom(root, api, options, surroundings);
  },
};

async function exportTo(root: string, api: ApiClient, { out, remark }: Surroundings): Promise<number> {
  const rules = (await readServerRules(api)).filter(({ status }) => status !== 'ARCHIVED');
  const strategies = await readServerStrategies(api);
  const extra = [
    ...(await writeFiles(root, 'rules', new Map(rules.map((rule) => [rule.key, ruleText(rule)])))),
    ...(await writeFiles(
      root,
      'strategies',
      new Map(strategies.map((strategy) => [strategy.key, strategyText(strategy)])),
    )),
  ];
  for (const name of extra)
    remark(`${name} is not on the server any more: delete the file if it is not wanted.\n`);
  out(`${rules.length} rules, ${strategies.length} strategies\n`);
  return exitCodes.ok;
}

interface Plan {
  readonly file: StoredFile;
  readonly change: 'create' | 'update' | 'unchanged';
  readonly input: JsonObject;
}

async function importFrom(
  root: string,
  api: ApiClient,
  { dryRun, strategies: withStrategies }: { readonly dryRun: boolean; readonly strategies: boolean },
  { out, remark }: Surroundings,
): Promise<number> {
  const [rules, strategies] = await Promise.all([readFiles(root, 'rules'), readFiles(root, 'strategies')]);
  if (rules.files.length + strategies.files.length + rules.problems.length + strategies.problems.length === 0)
    throw new CliError(`There are no files in ${root}/rules or ${root}/strategies.`);
  const checkedRules = checked(rules, (file) => checkFile(file, ruleSchema));
  const checkedStrategies = checked(strategies, (file) => checkFile(file, strategyFile));
  const problems = [...checkedRules.problems, ...checkedStrategies.problems];
  if (problems.length > 0) return told(problems, remark);

  const rulePlans = planRules(checkedRules.files, await readServerRules(api));
  const strategyPlans = planStrategies(checkedStrategies.files, await readServerStrategies(api));
  for (const { file, change } of [...rulePlans, ...strategyPlans]) out(`${change.padEnd(9)} ${file.name}\n`);
  if (!dryRun) {
    const byKey = new Map(rulePlans.map((plan) => [plan.file.key, plan]));
    const refused = await saveDrafts(
      api,
      rulePlans.filter(({ change }) => change !== 'unchanged').map(({ input }) => input),
    );
    const waiting = strategyPlans.filter(({ change }) => change !== 'unchanged');
    if (withStrategies) for (const { input } of waiting) await saveServerStrategy(api, input);
    else if (waiting.length > 0)
      remark(`${waiting.length} strategies were not saved: they would serve at once; add --strategies.\n`);
    if (refused.length > 0) {
      const problems = refused.map(({ key, field, message }) => ({
        name: byKey.get(key)?.file.name ?? key,
        field,
        message,
        fix: 'Export again, look at what others have changed, and import again.',
      }));
      return told(problems, remark);
    }
  }
  // strategies that were only told about are neither created nor updated
  const written = dryRun || withStrategies ? strategyPlans : strategyPlans.filter(isUnchanged);
  const count = (change: Plan['change']) =>
    [...rulePlans, ...written].filter((plan) => plan.change === change).length;
  const wrote = dryRun ? 'Nothing was written: ' : '';
  out(
    `${wrote}${count('create')} to create, ${count('update')} to update, ${count('unchanged')} unchanged\n`,
  );
  return exitCodes.ok;
}

const isUnchanged = ({ change }: Plan) => change === 'unchanged';

function checked(
  { files, problems }: Awaited<ReturnType<typeof readFiles>>,
  check: (file: StoredFile) => ReturnType<typeof checkFile>,
) {
  const good: StoredFile[] = [];
  const bad: FileProblem[] = [...problems];
  for (const file of files) {
    const result = check(file);
    if ('problems' in result) bad.push(...result.problems);
    else good.push({ ...file, content: result.parsed });
  }
  return { files: good, problems: bad };
}

/** What the server has is read by the same schema, so that a default that is left out is no difference. */
function planRules(files: readonly StoredFile[], there: readonly ServerRule[]): Plan[] {
  const byKey = new Map(there.map((rule) => [rule.key, rule]));
  return files.map((file) => {
    const known = byKey.get(file.key);
    const same = known && known.status !== 'ARCHIVED' && ruleText(known) === ruleText(file.content);
    return {
      file,
      change: same ? 'unchanged' : known ? 'update' : 'create',
      input: { ...file.content, expectedRevision: known?.revision ?? 0, note: 'imported from a file' },
    };
  });
}

function planStrategies(files: readonly StoredFile[], there: readonly ServerStrategy[]): Plan[] {
  const byKey = new Map(there.map((strategy) => [strategy.key, strategy]));
  return files.map((file) => {
    const known = byKey.get(file.key);
    return {
      file,
      change: !known ? 'create' : strategyText(known) === strategyText(file.content) ? 'unchanged' : 'update',
      input: { ...file.content, expectedVersion: known?.version ?? 0 },
    };
  });
}

const ruleText = (rule: JsonObject) => fileText(normal(ruleSchema, rule, ruleFields), ruleFields);
const strategyText = (strategy: JsonObject) =>
  fileText(normal(strategyFile, strategy, strategyFields), strategyFields);

/** As the schema reads it; as it stands where this release cannot read it. */
function normal(schema: z.ZodType, content: JsonObject, fields: readonly string[]): JsonObject {
  const chosen = Object.fromEntries(
    fields.flatMap((field) => (field in content ? [[field, content[field]]] : [])),
  );
  const parsed = schema.safeParse(chosen);
  return JSON.parse(JSON.stringify(parsed.success ? parsed.data : chosen));
}

function told(problems: readonly FileProblem[], remark: (text: string) => void): number {
  for (const { name, field, message, fix } of problems) {
    remark(`${name}: ${field === '' ? '' : `${field} `}${message}. ${fix}\n`);
  }
  remark(`Nothing was saved of the files that are wrong.\n`);
  return exitCodes.failed;
}

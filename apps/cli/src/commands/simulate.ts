import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError, exitCodes } from '../cli-error.js';
import type { Command } from '../command.js';
import { parseOptions, usage } from '../options.js';
import { bar, ProgressLine } from '../progress-line.js';
import { comparePolicies, type EndedTrials, type PolicyComparison } from '../simulate/compare-policies.js';
import { regretChart } from '../simulate/regret-chart.js';

const help = `kindling simulate [options]

Shows new items of known click rates under a budget, as the API does, with the index, the clock, the visitors and
Postgres simulated: which of them graduate, whether the budget holds, and what an oracle would have won. Beside it the
same worlds with new items chosen greedily and by chance. Nothing needs to be running.

  --seeds N       worlds by the seeds 1 to N (default 3)
  --items N       new items (default 100)
  --days N        (default 28)
  --budget N      impressions of new items a day (default 1500)
  --lists N       lists shown a day (default 3 times the budget)
  --processes N   API processes that share the budget (default 3)
  --svg FILE      draw the regret curves
  --json FILE     write everything for programs
  --help          this text`;

export const simulateCommand: Command = {
  name: 'simulate',
  summary: 'show new items of known click rates under a budget: who graduates, what is lost',
  help,
  async run(args, { environment, out, remark, isTerminal }) {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseOptions(args, {
      seeds: text,
      items: text,
      days: text,
      budget: text,
      lists: text,
      processes: text,
      svg: text,
      json: text,
    });
    if (positionals.length > 0) throw usage(`simulate does not understand "${positionals.join(' ')}"`);
    const impressionsPerDay = wholeNumber('--budget', values.budget ?? '1500', 1_000_000);
    const seeds = wholeNumber('--seeds', values.seeds ?? '3', 1_000);
    const settings = {
      seeds: Array.from({ length: seeds }, (_, at) => at + 1),
      newItems: wholeNumber('--items', values.items ?? '100', 500),
      days: wholeNumber('--days', values.days ?? '28', 365),
      impressionsPerDay,
      listsPerDay: wholeNumber('--lists', values.lists ?? `${3 * impressionsPerDay}`, 3_000_000),
      processes: wholeNumber('--processes', values.processes ?? '3', 100),
    };
    const line = new ProgressLine(remark, isTerminal);
    const comparison = await comparePolicies(settings, (done, total) =>
      line.show(`${bar(done, total)} simulations`),
    );
    line.end();
    out(table(comparison));
    const path = (file: string) => resolve(environment.workingDirectory, file);
    if (values.json !== undefined) save(path(values.json), `${JSON.stringify(comparison, null, 2)}\n`);
    if (values.svg !== undefined) save(path(values.svg), regretChart(comparison));
    return exitCodes.ok;
  },
};

function table({ settings, impressions, policies }: PolicyComparison): string {
  const header = [
    '',
    'regret',
    'good graduate',
    'good retire',
    'poor graduate',
    'most a day',
    'propensities',
  ];
  const rows = policies.map(({ policy, regret, good, poor, mostOnADay, propensityP }) => [
    policy,
    (regret.at(-1) ?? 0).toFixed(1),
    share(good, good.graduated),
    share(good, good.retired),
    share(poor, poor.graduated),
    `${mostOnADay} of ${settings.impressionsPerDay}`,
    `p ${propensityP.toFixed(3)}`,
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = [header, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const [thompson] = policies;
  return `${lines.join('\n')}

Regret: clicks lost against an oracle after ${impressions.at(-1)} impressions, mean of ${settings.seeds.length} worlds. Good: at least 1.2 times the
catalogue's click rate; poor: below 0.4 of it. Whoever has ended all trials spends no more: as chosen by Kindling, the
whole budget went on ${thompson?.fullDays} of ${thompson?.days} days. Propensities: chi-square test that items are shown as often as the log says,
the lowest p of ${settings.seeds.length}. Click rates expected on day 0 were off by ${((thompson?.calibrationError ?? 0) * 100).toFixed(2)} percentage points.
`;
}

const share = ({ items }: EndedTrials, part: number) =>
  items === 0 ? 'none there' : `${part} of ${items} (${Math.round((100 * part) / items)} %)`;

function wholeNumber(option: string, value: string, most: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > most) {
    throw usage(`${option} wants a whole number from 1 to ${most}, not "${value}"`);
  }
  return number;
}

function save(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CliError(
      `The result cannot be written to ${path}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

import { CliError, exitCodes } from './cli-error.js';
import type { Command, Surroundings } from './command.js';
import { benchCommand } from './commands/bench.js';
import { embedCommand } from './commands/embed.js';
import { evaluateCommand } from './commands/evaluate.js';
import { importCommand } from './commands/import.js';
import { keysCommand } from './commands/keys.js';
import { rulesCommand } from './commands/rules.js';
import { simulateCommand } from './commands/simulate.js';
import { statsCommand } from './commands/stats.js';
import { trainCommand } from './commands/train.js';

const commands: readonly Command[] = [
  importCommand,
  embedCommand,
  trainCommand,
  keysCommand,
  rulesCommand,
  evaluateCommand,
  simulateCommand,
  statsCommand,
  benchCommand,
];

const help = `kindling COMMAND [options]

${commands.map(({ name, summary }) => `  ${name.padEnd(9)} ${summary}`).join('\n')}

kindling COMMAND --help tells more.`;

/** Runs a command line and returns the exit code. Failures that were foreseen are one line. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      surroundings.out(`${help}\n`);
      return name === undefined ? exitCodes.usage : exitCodes.ok;
    }
    const command = commands.find((one) => one.name === name);
    if (command === undefined) {
      throw new CliError(
        `There is no command "${name}": use ${commands.map((one) => one.name).join(', ')}.`,
        exitCodes.usage,
      );
    }
    if (rest.includes('--help') || rest.includes('-h')) {
      surroundings.out(`${command.help}\n`);
      return exitCodes.ok;
    }
    return await command.run(rest, surroundings);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const known = commands.some((one) => one.name === name) ? `${name} ` : '';
    const hint = error.exitCode === exitCodes.usage ? ` (see kindling ${known}--help)` : '';
    surroundings.remark(`kindling: ${error.message}${hint}\n`);
    return error.exitCode;
  }
}

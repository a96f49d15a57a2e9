import { type ParseArgsConfig, parseArgs } from 'node:util';
import { CliError, exitCodes } from './cli-error.js';

/** Options that every command which talks to the API has. */
export const connectionOptions = {
  url: { type: 'string' },
  key: { type: 'string' },
  catalogue: { type: 'string' },
} as const;

export const connectionHelp = `  --url URL        address of the API (default: KINDLING_URL, else .kindling/local.json)
  --key KEY        a secret key, sk_… (default: KINDLING_KEY, else .kindling/local.json)
  --catalogue ID   stop unless the key belongs to this catalogue
  --help           this text`;

/** Parses a command line strictly: an unknown option or a missing value is named. */
export function parseOptions<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: Options,
): ReturnType<typeof parseArgs<{ options: Options; allowPositionals: true; strict: true }>> {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

export const usage = (message: string) => new CliError(message, exitCodes.usage);

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ApiClient } from './api-client.js';
import { CliError } from './cli-error.js';
import type { CliEnvironment } from './command.js';
import { usage } from './options.js';

const localFile = z.object({ admin: z.string(), secretKey: z.string() });

export interface ConnectionFlags {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
  readonly catalogue?: string | undefined;
}

/** Where the API is and with which key: flags, then the environment, then what `npm start` wrote down. */
export async function connect(flags: ConnectionFlags, environment: CliEnvironment): Promise<ApiClient> {
  const local = readLocalFile(environment.workingDirectory);
  const url = flags.url ?? environment.url ?? local?.admin;
  const key = flags.key ?? environment.key ?? local?.secretKey;
  if (url === undefined || key === undefined) {
    throw new CliError(
      'Kindling is not running here: start it with "npm start", or say --url and --key (KINDLING_URL, KINDLING_KEY).',
    );
  }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw usage(`--url is not an http address: ${url}`);
  }
  const api = new ApiClient(url, key);
  if (flags.catalogue !== undefined) {
    const answer = await api.ask(
      z.object({ catalogue: z.object({ id: z.string() }) }),
      '{ catalogue { id } }',
    );
    if (answer.catalogue.id !== flags.catalogue) {
      throw new CliError(
        `The key belongs to the catalogue "${answer.catalogue.id}", not to "${flags.catalogue}".`,
      );
    }
  }
  return api;
}

/** Looks here and in the folders above, as git does. */
function readLocalFile(from: string): z.infer<typeof localFile> | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, '.kindling', 'local.json');
    const text = readIfThere(path);
    if (text !== null) {
      const parsed = localFile.safeParse(parseJson(text));
      if (parsed.success) return parsed.data;
      throw new CliError(`${path} cannot be read: start Kindling anew with "npm start".`);
    }
    if (dirname(folder) === folder) return null;
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

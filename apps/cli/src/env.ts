import type { CliEnvironment } from './command.js';

export const readEnv = (variables: NodeJS.ProcessEnv): CliEnvironment => ({
  url: variables.KINDLING_URL || undefined,
  key: variables.KINDLING_KEY || undefined,
  workingDirectory: variables.INIT_CWD || process.cwd(),
});

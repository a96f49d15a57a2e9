import { z } from 'zod';

const schema = z.object({
  /** Where the API answers. Read when the server starts, not when it is built. */
  KINDLING_API_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:4000'),
  /** The address people open, when a proxy in front changes it: requests from other origins are refused. */
  CONSOLE_URL: z.url({ protocol: /^https?$/ }).optional(),
});

export interface Env {
  readonly apiUrl: string;
  readonly consoleOrigin: string | undefined;
}

/** All problems at once, so that a wrong configuration is mended in one go. */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): Env {
  const parsed = schema.safeParse(source);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The console's environment is wrong.\n  ${problems.join('\n  ')}`);
  }
  return {
    apiUrl: parsed.data.KINDLING_API_URL.replace(/\/+$/, ''),
    consoleOrigin:
      parsed.data.CONSOLE_URL === undefined ? undefined : new URL(parsed.data.CONSOLE_URL).origin,
  };
}

/** Fixed when Next compiles: true only under `next dev`. */
export const isDevelopment = process.env.NODE_ENV === 'development';

import { z } from 'zod';

const schema = z.object({
  /** A Postgres of the user's own; without it the embedded one runs. */
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'is not a postgres:// address')
    .optional(),
});

export interface LauncherConfig {
  readonly databaseUrl: string | null;
  /** Everything, to pass on to the processes it starts. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
  /** Whether npm is our parent: then its end is ours. */
  readonly underNpm: boolean;
}

export function readEnv(variables: NodeJS.ProcessEnv): LauncherConfig {
  const parsed = schema.safeParse({ DATABASE_URL: variables.DATABASE_URL || undefined });
  if (!parsed.success) {
    throw new Error(
      parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; '),
    );
  }
  return {
    databaseUrl: parsed.data.DATABASE_URL ?? null,
    inherited: variables,
    underNpm: variables.npm_lifecycle_event === 'start',
  };
}

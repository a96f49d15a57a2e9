import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** `local.json`: how tools on this machine reach this installation. Mode 0600, because it holds keys. */
const localFileSchema = z.object({
  graphql: z.string(),
  admin: z.string(),
  console: z.string().nullable(),
  publicKey: z.string().regex(/^pk_/),
  secretKey: z.string().regex(/^sk_/),
  consoleEmail: z.string(),
  consolePassword: z.string(),
  catalogue: z.string(),
  /** starting: the demo catalogue is on its way · ready: all is there · stopped */
  status: z.enum(['starting', 'ready', 'stopped']),
  pids: z.record(z.string(), z.number()).optional(),
});
export type LocalFile = z.infer<typeof localFileSchema>;

export function readLocalFile(dataDir: string): LocalFile | null {
  try {
    return localFileSchema.parse(JSON.parse(readFileSync(path(dataDir), 'utf8')));
  } catch {
    // missing, or damaged: new keys are made
    return null;
  }
}

export function writeLocalFile(dataDir: string, content: LocalFile): void {
  const draft = `${path(dataDir)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path(dataDir));
}

const path = (dataDir: string) => join(dataDir, 'local.json');

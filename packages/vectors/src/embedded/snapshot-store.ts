import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { modelId } from '@kindling/domain';
import { z } from 'zod';
import type { SpaceDefinition } from '../port.js';

/** What the index knows of itself on disk: spaces, aliases, and which files hold which tenant up to which version. */
export interface SnapshotManifest {
  readonly spaces: readonly SpaceDefinition[];
  readonly aliases: readonly (readonly [alias: string, space: string])[];
  readonly tenants: readonly TenantSnapshot[];
}
export interface TenantSnapshot {
  readonly space: string;
  readonly tenant: string;
  readonly version: number;
  readonly files: readonly string[];
}

export type Log = (
  level: 'info' | 'warn',
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

const manifestSchema = z.object({
  spaces: z.array(
    z.object({
      name: z.string(),
      model: z.string().transform(modelId),
      dimensions: z.number().int().positive(),
    }),
  ),
  aliases: z.array(z.tuple([z.string(), z.string()]).readonly()),
  tenants: z.array(
    z.object({
      space: z.string(),
      tenant: z.string(),
      version: z.number(),
      files: z.array(z.string().regex(/^[\w-]+\.part$/)),
    }),
  ),
});

const empty: SnapshotManifest = { spaces: [], aliases: [], tenants: [] };
/** Part files that no manifest names are left by a process that died, or belong to one that is just writing. */
const orphanAgeMs = 3_600_000;

/**
 * The folder of snapshots. The manifest is replaced by a rename after its parts are on disk, so a crash at any moment
 * leaves the old snapshot or the new one. Processes that share a folder overwrite each other whole; the last one wins.
 */
export class SnapshotStore {
  constructor(
    readonly directory: string,
    private readonly log: Log,
  ) {}

  newPartFile(): string {
    return `${randomUUID()}.part`;
  }
  path(file: string): string {
    return join(this.directory, file);
  }

  async read(): Promise<SnapshotManifest> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const text = await readFile(this.manifestPath, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return empty;
    try {
      const { checksum, manifest } = z
        .object({ checksum: z.string(), manifest: z.unknown() })
        .parse(JSON.parse(text));
      if (checksumOf(manifest) !== checksum) throw new Error('its checksum is wrong');
      return manifestSchema.parse(manifest);
    } catch (error) {
      this.log('warn', 'The manifest of the vector snapshots is damaged; the index is rebuilt', {
        file: this.manifestPath,
        problem: error instanceof Error ? error.message : String(error),
      });
      return empty;
    }
  }

  async write(manifest: SnapshotManifest): Promise<void> {
    const temporary = this.path(`${randomUUID()}.tmp`);
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(JSON.stringify({ checksum: checksumOf(manifest), manifest }));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, this.manifestPath);
  }

  async remove(files: readonly string[]): Promise<void> {
    await Promise.all(files.map((file) => rm(this.path(file), { force: true })));
  }

  async removeOrphans(manifest: SnapshotManifest): Promise<void> {
    const known = new Set(manifest.tenants.flatMap((tenant) => tenant.files));
    for (const file of await readdir(this.directory)) {
      if (!/\.(part|tmp)$/.test(file) || known.has(file)) continue;
      const age = Date.now() - (await stat(this.path(file)).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
      if (age > orphanAgeMs) await this.remove([file]);
    }
  }

  private get manifestPath(): string {
    return this.path('manifest.json');
  }
}

const checksumOf = (manifest: unknown) => createHash('sha256').update(JSON.stringify(manifest)).digest('hex');

import type { CatalogueId, JsonValue } from '@kindling/domain';
import { execute, type Pool, statement } from './database.js';

/** How long a cursor is good. */
export const rankingLifeMs = 3_600_000;

/**
 * Whole rankings behind cursors, so that a next page continues the list it belongs to. Kept in the memory of this
 * process, and in an unlogged table for the other processes; after a crash of Postgres a cursor is merely expired.
 */
export class RankingStore {
  private readonly recent = new Map<
    string,
    { readonly catalogue: CatalogueId; readonly body: unknown; readonly at: number }
  >();
  private waiting: { id: string; catalogue: CatalogueId; body: unknown }[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly pool: Pool,
    private readonly options: {
      readonly maximumInMemory?: number;
      readonly maximumWaiting?: number;
      readonly onError?: (error: unknown) => void;
    } = {},
  ) {}

  save(catalogue: CatalogueId, id: string, body: unknown): void {
    this.remember(catalogue, id, body);
    if (this.waiting.length < (this.options.maximumWaiting ?? 500))
      this.waiting.push({ id, catalogue, body });
    this.timer ??= setTimeout(() => void this.flush(), 20);
  }

  /** Null when it has expired, never was, or belongs to another catalogue. */
  async find(catalogue: CatalogueId, id: string): Promise<unknown | null> {
    const recent = this.recent.get(id);
    if (recent && Date.now() - recent.at < rankingLifeMs)
      return recent.catalogue === catalogue ? recent.body : null;
    const [row] = await execute(this.pool, findSql, id, catalogue);
    if (!row) return null;
    this.remember(catalogue, id, row.body);
    return row.body;
  }

  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(async () => {
      const group = this.waiting.splice(0);
      if (group.length === 0) return;
      // Without the table this process still knows them: a failure costs only the other processes' next pages.
      await execute(
        this.pool,
        saveSql,
        group.map((one) => one.id),
        group.map((one) => one.catalogue),
        group.map((one) => JSON.stringify(one.body)),
        new Date(Date.now() + rankingLifeMs),
      ).catch((error: unknown) => this.options.onError?.(error));
    });
    return this.writing;
  }

  /** Removes what has expired; run now and then by any process. */
  async sweep(): Promise<void> {
    await execute(this.pool, sweepSql);
  }

  /** Forgets rankings in memory; the erasure of a profile deletes those in the table itself. */
  forget(ids: readonly string[]): void {
    for (const id of ids) this.recent.delete(id);
  }

  private remember(catalogue: CatalogueId, id: string, body: unknown): void {
    this.recent.delete(id);
    this.recent.set(id, { catalogue, body, at: Date.now() });
    if (this.recent.size > (this.options.maximumInMemory ?? 2_000)) {
      const [oldest] = this.recent.keys();
      if (oldest !== undefined) this.recent.delete(oldest);
    }
  }
}

const findSql = statement<{ body: JsonValue }, [string, CatalogueId]>(
  'ranking-find',
  'SELECT body FROM ranking WHERE recommendation_id = $1::uuid AND catalogue_id = $2 AND expires_at > now()',
);
const saveSql = statement<never, [readonly string[], readonly string[], readonly string[], Date]>(
  'ranking-save',
  `INSERT INTO ranking (recommendation_id, catalogue_id, body, expires_at)
   SELECT id, catalogue, body::jsonb, $4 FROM unnest($1::uuid[], $2::text[], $3::text[]) AS r (id, catalogue, body)
   ON CONFLICT (recommendation_id) DO NOTHING`,
);
const sweepSql = statement<never>('ranking-sweep', 'DELETE FROM ranking WHERE expires_at <= now()');

import type { CatalogueId, Coldness } from '@kindling/domain';
import { KindlingError } from '@kindling/domain';
import { execute, type Pool, statement, transaction } from './database.js';
import { sharedProfilesLock } from './event-store.js';

/** A unit is served its arm; the traits are those of this moment. */
export interface NewExposure {
  readonly catalogue: CatalogueId;
  /** The experiment's number. */
  readonly experiment: number;
  readonly unit: string;
  /** Position of the variant. */
  readonly variant: number;
  readonly at: Date;
  readonly placement: string;
  readonly coldness: Coldness;
  readonly device: string;
  readonly locale: string;
  readonly category: string;
  /** Of a bandit: whose shares gave the unit its arm, and the chance of that arm then. */
  readonly round?: number | null;
  readonly propensity?: number | null;
}

interface Waiting {
  readonly exposure: NewExposure;
  resolve(): void;
  reject(error: unknown): void;
}

const maximumWaiting = 20_000;
const maximumGroup = 500;

/**
 * Writes first exposures in groups: those of all lists that are under way share a commit. `record` resolves after it,
 * so a list whose answer has gone out is counted, whatever dies afterwards. A unit that is known to be stored is not
 * written again, which makes this one write a unit and process.
 */
export class ExposureWriter {
  private waiting: Waiting[] = [];
  private running: Promise<void> | null = null;
  /** By experiment and unit, the oldest first. */
  private readonly known = new Map<string, number>();

  constructor(
    private readonly pool: Pool,
    private readonly options: { readonly maximumKnown: number } = { maximumKnown: 200_000 },
  ) {}

  /** The variant that this process knows to be stored for a unit. */
  knownVariant(experiment: number, unit: string): number | undefined {
    return this.known.get(`${experiment}/${unit}`);
  }

  record(exposure: NewExposure): Promise<void> {
    if (this.knownVariant(exposure.experiment, exposure.unit) === exposure.variant) return Promise.resolve();
    if (this.waiting.length >= maximumWaiting) {
      return Promise.reject(
        new KindlingError('UNAVAILABLE', 'More exposures wait to be stored than the server may hold', {
          retryAfterMs: 1_000,
        }),
      );
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ exposure, resolve, reject });
      this.running ??= this.writeAll().finally(() => {
        this.running = null;
      });
    });
  }

  /** Units that were erased: what is known of them is not true any more. */
  forget(units: readonly string[]): void {
    const gone = new Set(units);
    for (const key of this.known.keys())
      if (gone.has(key.slice(key.indexOf('/') + 1))) this.known.delete(key);
  }

  async drain(): Promise<void> {
    await this.running;
  }

  private async writeAll(): Promise<void> {
    // those who come in the same turn share the first group, too
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const group = this.takeGroup();
      try {
        await writeExposures(
          this.pool,
          group.map(({ exposure }) => exposure),
        );
        for (const { exposure, resolve } of group) {
          this.remember(exposure);
          resolve();
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
  }

  /** Up to a group of distinct units: a statement cannot write a row twice. */
  private takeGroup(): Waiting[] {
    const group = new Map<string, Waiting>();
    const later: Waiting[] = [];
    for (const one of this.waiting) {
      const key = `${one.exposure.experiment}/${one.exposure.unit}`;
      if (group.size < maximumGroup && !group.has(key)) group.set(key, one);
      else later.push(one);
    }
    this.waiting = later;
    return [...group.values()];
  }

  private remember({ experiment, unit, variant }: NewExposure): void {
    const key = `${experiment}/${unit}`;
    this.known.delete(key);
    this.known.set(key, variant);
    if (this.known.size <= this.options.maximumKnown) return;
    const [oldest] = this.known.keys();
    if (oldest !== undefined) this.known.delete(oldest);
  }
}

/**
 * Stores exposures of distinct units in one transaction. The first one of a unit wins, in whatever order they come; a
 * unit that was seen in another arm without a merge is marked, and not counted from then on.
 */
export async function writeExposures(pool: Pool, exposures: readonly NewExposure[]): Promise<void> {
  await transaction(pool, async (client) => {
    // like events: a profile that is just being merged away takes its exposure along
    for (const catalogue of [...new Set(exposures.map((exposure) => exposure.catalogue))].sort()) {
      await execute(client, sharedProfilesLock, catalogue);
    }
    const column = <Value>(read: (exposure: NewExposure) => Value) => exposures.map(read);
    await execute(
      client,
      insertSql,
      column(({ experiment }) => experiment),
      column(({ unit }) => unit),
      column(({ variant }) => variant),
      column(({ at }) => at),
      column(({ placement }) => placement),
      column(({ coldness }) => coldness),
      column(({ device }) => device),
      column(({ locale }) => locale),
      column(({ category }) => category),
      column(({ round = null }) => round),
      column(({ propensity = null }) => propensity),
    );
  });
}

type Texts = readonly string[];
const insertSql = statement<
  never,
  [
    readonly number[],
    Texts,
    readonly number[],
    readonly Date[],
    Texts,
    Texts,
    Texts,
    Texts,
    Texts,
    readonly (number | null)[],
    readonly (number | null)[],
  ]
>(
  'exposure-write',
  `WITH stored AS (
     INSERT INTO experiment_exposure AS x (experiment, catalogue_id, unit, counted_as, variant, exposed_at, merged_at,
       placement, coldness, device, locale, category, round, propensity)
     SELECT e.number, e.catalogue_id, i.unit, coalesce(p.merged_into, i.unit), i.variant, i.exposed_at,
       CASE WHEN p.merged_into IS NOT NULL THEN clock_timestamp() END, i.placement, i.coldness, i.device, i.locale, i.category,
       i.round, i.propensity
     FROM unnest($1::bigint[], $2::text[], $3::int[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[],
       $9::text[], $10::int[], $11::float8[])
       AS i (experiment, unit, variant, exposed_at, placement, coldness, device, locale, category, round, propensity)
     JOIN experiment AS e ON e.number = i.experiment
     LEFT JOIN profile AS p ON p.catalogue_id = e.catalogue_id AND p.id = i.unit AND e.definition ->> 'unit' = 'PROFILE'
     ORDER BY i.experiment, i.unit
     ON CONFLICT (experiment, unit) DO UPDATE SET
       variant = CASE WHEN excluded.exposed_at < x.exposed_at THEN excluded.variant ELSE x.variant END,
       round = CASE WHEN excluded.exposed_at < x.exposed_at THEN excluded.round ELSE x.round END,
       propensity = CASE WHEN excluded.exposed_at < x.exposed_at THEN excluded.propensity ELSE x.propensity END,
       exposed_at = least(excluded.exposed_at, x.exposed_at),
       several_arms = x.several_arms OR (excluded.variant <> x.variant AND x.merged_at IS NULL)
     WHERE excluded.exposed_at < x.exposed_at
       OR (excluded.variant <> x.variant AND NOT x.several_arms AND x.merged_at IS NULL)
     RETURNING x.experiment, x.counted_as)
   INSERT INTO experiment_dirty (experiment, unit)
   SELECT DISTINCT experiment, counted_as FROM stored`,
);

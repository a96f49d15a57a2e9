import { type MergedUnit, type Pool, readMergedUnits } from '@kindling/storage';

const batch = 2_000;
/** More are not kept: those beyond are served what their id says, and counted as crossing arms by their merge. */
const maximum = 200_000;
/** Transactions may commit out of the order of their times by this much. */
const overlapMs = 60_000;

/**
 * Units whose arm is not what their id says: two profiles became one, and both stay in the arm of the exposure that
 * was first. Kept in memory, so that assignment asks nobody.
 */
export class MergedUnits {
  private readonly arms = new Map<string, { readonly variant: number; readonly at: number }>();
  private readonly aliases = new Map<string, string>();
  private upTo = new Date(0);
  private experiments = '';

  variantOf(experiment: number, unit: string): number | undefined {
    if (this.arms.size === 0) return undefined;
    const key = `${experiment}/${unit}`;
    return this.arms.get(this.aliases.get(key) ?? key)?.variant;
  }

  async follow(experiments: readonly number[]): Promise<void> {
    const known = experiments.join(',');
    if (known !== this.experiments) {
      this.experiments = known;
      this.upTo = new Date(0);
      this.arms.clear();
      this.aliases.clear();
    }
    if (experiments.length === 0) return;
    let since = new Date(this.upTo.getTime() - overlapMs);
    while (this.arms.size < maximum) {
      const rows = await readMergedUnits(this.pool, experiments, since, batch);
      for (const row of rows) this.add(row);
      const last = rows.at(-1)?.mergedAt ?? since;
      if (last > this.upTo) this.upTo = last;
      // a page whose rows all have one time would come again for ever
      if (rows.length < batch || last.getTime() === since.getTime()) break;
      since = last;
    }
  }

  constructor(private readonly pool: Pool) {}

  private add({ experiment, unit, countedAs, variant, exposedAt }: MergedUnit): void {
    const key = `${experiment}/${countedAs}`;
    const at = exposedAt.getTime();
    const known = this.arms.get(key);
    if (known === undefined || at < known.at) this.arms.set(key, { variant, at });
    if (unit !== countedAs) this.aliases.set(`${experiment}/${unit}`, key);
  }
}

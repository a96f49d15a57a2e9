import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CatalogueId, ModelId } from '@kindling/domain';
import { countVectors, type Pool, readPointChanges } from '@kindling/storage';
import { type Freshness, textSpace, type VectorIndex } from '@kindling/vectors';

/**
 * Brings one catalogue's vectors of one model from Postgres into an embedded index, and keeps them there. A new
 * model gets a follower of its own beside the old one, and serves only once it has caught up.
 */
export class VectorFollower {
  readonly space: string;
  private upTo: number | null = null;
  private made = false;
  /** The index's own version after what was last applied here. */
  private version = 0;

  constructor(
    private readonly pool: Pool,
    private readonly index: VectorIndex,
    private readonly catalogue: CatalogueId,
    readonly model: ModelId,
    /** Called before and after every change of the index. */
    private readonly onChange: () => void,
  ) {
    this.space = textSpace(model);
  }

  /** Whether the space exists: not before the first vector has been seen. */
  get hasSpace(): boolean {
    return this.made;
  }

  /** Applies everything up to now. */
  async catchUp(signal: AbortSignal): Promise<void> {
    if (this.upTo === null || (await this.hasLost())) await this.load(signal);
    else this.upTo = await this.follow(this.upTo, signal);
    this.version = Math.max(this.version, (await this.freshness()).version);
  }

  /** From what the index has of a snapshot, or from nothing. One that breaks off begins anew the next time. */
  private async load(signal: AbortSignal): Promise<void> {
    this.upTo = null;
    this.version = 0;
    this.onChange();
    const from = await this.snapshotVersion();
    let upTo = await this.follow(from, signal);
    // A snapshot may have been written in the middle of a load; then it has gaps below its highest version.
    if (from > 0 && (await this.points()) !== (await countVectors(this.pool, this.catalogue, this.model))) {
      await this.index.deleteTenant(this.space, this.catalogue);
      upTo = await this.follow(0, signal);
    }
    this.upTo = upTo;
    this.onChange();
  }

  /** A thread of the index died, and what it has now is older than what it was given. */
  private async hasLost(): Promise<boolean> {
    return (await this.freshness()).version < this.version;
  }

  async remove(): Promise<void> {
    if (this.made) await this.index.deleteTenant(this.space, this.catalogue);
  }

  /** Batches are small, and requests run in between. */
  private async follow(from: number, signal: AbortSignal): Promise<number> {
    let upTo = from;
    for (let more = true; more; ) {
      const batch = await readPointChanges(this.pool, this.catalogue, this.model, upTo);
      signal.throwIfAborted();
      const isChange = batch.upserts.length > 0 || batch.deletes.length > 0;
      if (isChange) this.onChange();
      const dimensions = batch.upserts[0]?.vector.length;
      if (dimensions !== undefined) {
        await this.ensureSpace(dimensions);
        await this.index.upsert(this.space, this.catalogue, batch.upserts);
      }
      if (this.made) {
        for (const { key, version } of batch.deletes) {
          await this.index.delete(this.space, this.catalogue, [key], version);
        }
      }
      if (isChange) this.onChange();
      upTo = batch.upTo;
      more = batch.more;
      if (more) await nextTurn();
    }
    return upTo;
  }

  private async snapshotVersion(): Promise<number> {
    this.made = (await this.index.listSpaces()).some(({ name }) => name === this.space);
    return (await this.freshness()).version;
  }

  private async points(): Promise<number> {
    return (await this.freshness()).points;
  }

  private async freshness(): Promise<Freshness> {
    return this.made ? this.index.freshness(this.space, this.catalogue) : { version: 0, points: 0 };
  }

  private async ensureSpace(dimensions: number): Promise<void> {
    if (this.made) return;
    await this.index.ensureSpace({ name: this.space, model: this.model, dimensions });
    this.made = true;
  }
}

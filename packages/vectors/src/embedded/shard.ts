import type { FilterPayload } from '@kindling/domain';
import type { Kernel } from './kernel.js';
import { PayloadTable } from './payload-table.js';
import { PointStore } from './point-store.js';

/** What one thread holds of one tenant in one space. */
export class Shard {
  readonly points: PointStore;
  readonly payloads = new PayloadTable();
  /** Version of the deletion by key, for points that are not there: a late upsert stays out. */
  readonly deletions = new Map<number, number>();
  /** True once the shard was dropped: a snapshot that is being written then stops. */
  dropped = false;

  constructor(kernel: Kernel, dimensions: number) {
    this.points = new PointStore(kernel, dimensions);
  }

  /** Whether it was applied; false when what is stored or deleted is newer. */
  upsert(key: number, version: number, vector: Float32Array, payload: FilterPayload): boolean {
    const row = this.points.rowOfKey(key);
    if (row !== undefined && this.points.versionAt(row) > version) return false;
    const deletion = this.deletions.get(key);
    if (deletion !== undefined && deletion >= version) return false;
    const stored = this.points.put(key, version, vector);
    this.payloads.set(stored, payload, this.points.size);
    if (deletion !== undefined) this.deletions.delete(key);
    return true;
  }

  /** Whether a point was removed. */
  delete(key: number, version: number): boolean {
    const row = this.points.rowOfKey(key);
    if (row !== undefined && this.points.versionAt(row) > version) return false;
    this.deletions.set(key, Math.max(version, this.deletions.get(key) ?? 0));
    if (row === undefined) return false;
    this.payloads.clear(row);
    const moved = this.points.remove(row);
    if (moved !== null) this.payloads.move(moved, row, this.points.size);
    this.payloads.truncate(this.points.size);
    return true;
  }

  drop(): void {
    this.dropped = true;
    this.points.clear();
  }
}

import type { BudgetSource } from './budget-lease.js';

/** What Postgres does, in memory, for simulations and tests: grants blocks up to the limit, and takes them back. */
export class BudgetInMemory implements BudgetSource {
  /** By placement and day. */
  readonly granted = new Map<string, number>();

  async reserve({ placement, day, wanted, limit }: Parameters<BudgetSource['reserve']>[0]): Promise<number> {
    const key = `${placement} ${day}`;
    const before = this.granted.get(key) ?? 0;
    const grant = Math.max(0, Math.min(wanted, limit - before));
    this.granted.set(key, before + grant);
    return grant;
  }

  async giveBack({ placement, day, impressions }: Parameters<BudgetSource['giveBack']>[0]): Promise<void> {
    const key = `${placement} ${day}`;
    this.granted.set(key, (this.granted.get(key) ?? 0) - impressions);
  }
}

import { type CatalogueId, KindlingError } from '@kindling/domain';
import type { NumberedSpace } from './spaces.js';
import type { Tenant } from './thread-group.js';

/** The tenants of every space, and which of them have lost points that they have not got back yet. */
export class TenantTable {
  private readonly tenants = new Map<string, Tenant>();
  /** Version of a tenant before it was lost, until it has come that far again. */
  private readonly lost = new Map<string, number>();

  constructor(private readonly threads: number) {}

  get all(): readonly Tenant[] {
    return [...this.tenants.values()];
  }

  find(space: NumberedSpace, id: CatalogueId): Tenant | undefined {
    return this.tenants.get(keyOf(space, id));
  }

  /** For searches: all of the tenant, or UNAVAILABLE while a part is missing. */
  whole(space: NumberedSpace, id: CatalogueId): Tenant | undefined {
    const key = keyOf(space, id);
    const tenant = this.tenants.get(key);
    const before = this.lost.get(key);
    if (before === undefined) return tenant;
    if ((tenant?.version ?? 0) < before) {
      throw new KindlingError('UNAVAILABLE', 'The vectors of this catalogue are being loaded again', {
        retryAfterMs: 1_000,
      });
    }
    this.lost.delete(key);
    return tenant;
  }

  make(space: NumberedSpace, id: CatalogueId): Tenant {
    const known = this.find(space, id);
    if (known) return known;
    const points = new Array<number>(this.threads).fill(0);
    const tenant: Tenant = { space, id, version: 0, points, changes: 0 };
    this.tenants.set(keyOf(space, id), tenant);
    return tenant;
  }

  /** On purpose: nothing is missed afterwards. */
  remove(space: NumberedSpace, id: CatalogueId): Tenant | undefined {
    const tenant = this.find(space, id);
    this.tenants.delete(keyOf(space, id));
    this.lost.delete(keyOf(space, id));
    return tenant;
  }

  removeSpace(space: NumberedSpace): readonly Tenant[] {
    const removed = this.all.filter((tenant) => tenant.space === space);
    for (const { id } of removed) this.remove(space, id);
    return removed;
  }

  /** Its points are gone, and it goes on being missed if it was. */
  drop({ space, id }: Tenant): void {
    this.tenants.delete(keyOf(space, id));
  }

  loseAll(): void {
    for (const tenant of this.all) {
      const key = keyOf(tenant.space, tenant.id);
      this.lost.set(key, Math.max(tenant.version, this.lost.get(key) ?? 0));
    }
    this.tenants.clear();
  }
}

const keyOf = (space: NumberedSpace, id: CatalogueId) => `${space.number}/${id}`;

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ItemId } from '@kindling/domain';
import { type InteractionMatrix, pickCards } from '@kindling/recommender';
import { type Pool, readLikes, type StoredFlow } from '@kindling/storage';
import { LRUCache } from 'lru-cache';
import type { CatalogueRuntime } from './runtime/catalogue-runtime.js';

/** People whose likes are read: enough to tell groups apart, and picking from them takes some ten milliseconds. */
const mostPeople = 500;
const keptMs = 3_600_000;
/** Rows looked through for cards that nobody's likes say anything of. */
const lookedThrough = 500;

/** The cards of onboarding flows: picked when first asked for, and anew every hour, while the old ones serve. */
export class OnboardingCards {
  private readonly kept = new LRUCache<string, { readonly cards: readonly ItemId[]; readonly at: number }>({
    max: 500,
  });
  private readonly picking = new Map<string, Promise<readonly ItemId[]>>();

  constructor(private readonly pool: Pool) {}

  async of(runtime: CatalogueRuntime, stored: StoredFlow): Promise<readonly ItemId[]> {
    const { key, cards, method } = stored.flow;
    const name = JSON.stringify([runtime.id, key, stored.version, cards, method]);
    const known = this.kept.get(name);
    if (known && Date.now() - known.at < keptMs) return known.cards;
    let picking = this.picking.get(name);
    if (!picking) {
      picking = this.pick(runtime, stored, name).finally(() => this.picking.delete(name));
      this.picking.set(name, picking);
    }
    if (!known) return picking;
    picking.catch(() => {});
    return known.cards;
  }

  private async pick(
    runtime: CatalogueRuntime,
    { flow }: StoredFlow,
    name: string,
  ): Promise<readonly ItemId[]> {
    const likes = await readLikes(this.pool, runtime.id, mostPeople);
    const now = Date.now();
    const { items } = runtime;
    const isLive = (id: ItemId) => {
      const row = items.rowOfId(id);
      return row !== undefined && items.isLive(row, now);
    };
    const shown: InteractionMatrix = {
      profiles: likes.profiles,
      likedBy: new Map([...likes.likedBy].filter(([id]) => isLive(id))),
    };
    await nextTurn();
    const categoriesOf = (id: ItemId) => {
      const row = items.rowOfId(id);
      return row === undefined ? [] : items.categoriesAt(row);
    };
    const { method, cards: count } = flow;
    const picked = pickCards(shown, categoriesOf, { method, count });
    const cards = [...new Set([...picked, ...spreadItems(runtime, now, count)])].slice(0, count);
    this.kept.set(name, { cards, at: now });
    return cards;
  }
}

/** Where nobody has liked anything yet: the most popular and the newest, from as many categories as there are. */
function spreadItems({ items }: CatalogueRuntime, atMs: number, count: number): ItemId[] {
  const rows = [...items.mostPopular(null, atMs, lookedThrough), ...items.newest(atMs, lookedThrough)];
  const seen = new Set<string>();
  const [first, later]: [ItemId[], ItemId[]] = [[], []];
  for (const row of rows) {
    if (!items.isLive(row, atMs)) continue;
    const [category = ''] = items.categoriesAt(row);
    (seen.has(category) ? later : first).push(items.idAt(row));
    seen.add(category);
  }
  return [...first, ...later].slice(0, count);
}

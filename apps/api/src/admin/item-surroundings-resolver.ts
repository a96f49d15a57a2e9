import { itemId, itemPayload, KindlingError, matchesFilter, type StoredItem } from '@kindling/domain';
import type { Rule } from '@kindling/recommender';
import { listEditsOfItem, readItem, readItemExposure } from '@kindling/storage';
import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import type { CatalogueRuntime } from '../runtime/catalogue-runtime.js';
import { editObject } from './item-edit-resolver.js';
import { type ItemNeighbour, ItemSurroundings } from './item-surroundings-types.js';

const neighboursShown = 8;
const editsShown = 10;

/** The item page: what is like it, what acts on it, whether it is seen, and what was done to it. */
@Resolver()
export class ItemSurroundingsResolver {
  @Query(() => ItemSurroundings)
  @Requires({ role: 'viewer', cost: () => 5 })
  async itemSurroundings(
    @Arg('id', () => ID) id: string,
    @Ctx() { services, catalogue }: RequestContext,
  ): Promise<ItemSurroundings> {
    const { pool, runtimes } = services;
    const item = await readItem(pool, catalogue, itemId(id.replaceAll('\0', '')));
    if (!item) throw new KindlingError('NOT_FOUND', `There is no item "${id.slice(0, 80)}"`, { field: 'id' });
    const runtime = await runtimes.get(catalogue);
    const [neighbours, exposure, edits] = await Promise.all([
      neighboursOf(item, runtime),
      readItemExposure(pool, catalogue, item.number),
      listEditsOfItem(pool, catalogue, item.number, editsShown),
    ]);
    const rules = runtime.publishedRules.filter((rule) => touches(rule, item));
    return { neighbours, rules, exposure, edits: edits.map(editObject) };
  }
}

function touches({ arguments: given, condition, kind }: Rule, item: StoredItem): boolean {
  if (kind === 'pin' && (given as { readonly itemId?: unknown }).itemId !== item.id) return false;
  const matches = condition.items?.matches;
  return matches === undefined || matchesFilter(itemPayload(item), matches);
}

async function neighboursOf(item: StoredItem, runtime: CatalogueRuntime): Promise<ItemNeighbour[]> {
  const { neighbours } = runtime.serving.recommender;
  const vector = (await neighbours.vectorsOf([item.number])).get(item.number);
  if (vector === undefined) return [];
  const wanted = { vectors: [vector], limit: neighboursShown, exclude: [item.number] };
  const [near = []] = await neighbours.nearest(wanted);
  return near.flatMap(({ key, score }) => {
    const row = runtime.items.rowOf(key);
    if (row === undefined) return [];
    return [{ id: runtime.items.idAt(row), title: runtime.items.titleAt(row), similarity: score }];
  });
}

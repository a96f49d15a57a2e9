import { itemId, KindlingError } from '@kindling/domain';
import { findItemOrigin, listItemChanges } from '@kindling/storage';
import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { ItemHistory } from './item-history-types.js';
import { pageOfRows } from './page-of-rows.js';
import { pageSize } from './page-size.js';

/** What was done to an item: by people, by edits of many, and by files. */
@Resolver()
export class ItemHistoryResolver {
  @Query(() => ItemHistory, { description: 'Newest first.' })
  @Requires({ role: 'viewer', cost: () => 2 })
  async itemHistory(
    @Arg('id', () => ID) id: string,
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { services: { pool }, catalogue }: RequestContext,
  ): Promise<ItemHistory> {
    const size = pageSize(first);
    const before = after === null || after === undefined ? null : Number(after);
    if (before !== null && !Number.isSafeInteger(before))
      throw new KindlingError('BAD_INPUT', 'after is not a cursor of this list', { field: 'after' });
    const item = itemId(id.replaceAll('\0', ''));
    const [origin, changes] = await Promise.all([
      findItemOrigin(pool, catalogue, item),
      listItemChanges(pool, catalogue, item, { first: size + 1, before }),
    ]);
    if (origin === null)
      throw new KindlingError('NOT_FOUND', `There is no item "${id.slice(0, 80)}"`, { field: 'id' });
    const rows = changes.map((change) => ({ ...change, id: String(change.id) }));
    return { ...pageOfRows(rows, size, after ?? null, (row) => row.id), origin };
  }
}

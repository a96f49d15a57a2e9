import { coldnessOf, defaultItemThresholds, isLive, itemId } from '@kindling/domain';
import { readItem } from '@kindling/storage';
import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { ItemObject } from './item-type.js';

@Resolver()
export class ItemResolver {
  @Query(() => ItemObject, {
    nullable: true,
    description: 'Null when there is no such item, or it is hidden, expired or not yet published.',
  })
  @Requires({ scope: 'recommend' })
  async item(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<ItemObject | null> {
    const item = await readItem(context.services.pool, context.catalogue, itemId(id));
    if (!item || !isLive(item, new Date())) return null;
    const { items } = await context.services.runtimes.get(context.catalogue);
    const row = items.rowOf(item.number);
    const events = row === undefined ? 0 : items.eventCount(row);
    return { ...item, coldness: coldnessOf(events, defaultItemThresholds) };
  }
}

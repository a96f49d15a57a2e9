import { itemStatuses } from '@kindling/domain';
import { deleteItemView, encodingStates, itemSorts, listItemViews, saveItemView } from '@kindling/storage';
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import { ItemViewInput, ItemViewObject } from './item-edit-types.js';

const viewSchema = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'is empty')
    .max(80, 'is longer than 80 characters')
    .refine((name) => !name.includes('\0'), 'contains a NUL character'),
  expectedVersion: z.number().int().min(0, 'is below 0'),
  filters: z.strictObject({
    query: z
      .string()
      .max(200, 'is longer than 200 characters')
      .refine((words) => !words.includes('\0'), 'contains a NUL character')
      .optional(),
    status: z.enum(itemStatuses).optional(),
    encoding: z.enum(encodingStates).optional(),
    sort: z.enum(itemSorts).optional(),
  }),
});

/** Filters that the people of a catalogue share under a name. */
@Resolver()
export class ItemViewResolver {
  @Query(() => [ItemViewObject], { description: 'By name; there are at most 100.' })
  @Requires({ role: 'viewer' })
  async itemViews(@Ctx() { services, catalogue }: RequestContext): Promise<ItemViewObject[]> {
    return [...(await listItemViews(services.pool, catalogue))];
  }

  @Mutation(() => ItemViewObject)
  @Requires({ role: 'merchandiser' })
  saveItemView(
    @Arg('input', () => ItemViewInput) input: ItemViewInput,
    @Ctx() { services, catalogue, actor }: RequestContext,
  ): Promise<ItemViewObject> {
    const { expectedVersion, name, filters } = parseInput(viewSchema, input, 'input');
    const view = { name, filters: JSON.parse(JSON.stringify(filters)) };
    return saveItemView(services.pool, catalogue, view, { expectedVersion, actor });
  }

  @Mutation(() => Boolean, { description: 'Whether there was one.' })
  @Requires({ role: 'merchandiser' })
  deleteItemView(
    @Arg('name', () => String) name: string,
    @Ctx() { services, catalogue, actor }: RequestContext,
  ): Promise<boolean> {
    return deleteItemView(services.pool, catalogue, name.replaceAll('\0', ''), actor);
  }
}

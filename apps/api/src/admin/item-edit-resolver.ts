import { itemEditSchema, itemStatuses, KindlingError } from '@kindling/domain';
import {
  countSelected,
  encodingStates,
  findItemEdit,
  type ItemEditRun,
  type ItemSelection,
  listItemEdits,
  mostEdited,
  startItemEdit,
  startItemUndo,
} from '@kindling/storage';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import { isUuid } from './is-uuid.js';
import { ItemEditInput, ItemEditObject, ItemSelectionInput } from './item-edit-types.js';
import { pageSize } from './page-size.js';
import { withoutNulls } from './without-nulls.js';

const mostIds = 10_000;
const filterSchema = z.object({
  query: z.string().max(1_000, 'is longer than 1,000 characters').optional(),
  status: z.enum(itemStatuses).optional(),
  encoding: z.enum(encodingStates).optional(),
});
const selectionSchema = z.object({
  ids: z
    .array(z.string().transform((id) => id.replaceAll('\0', '')))
    .max(mostIds, `has more than ${mostIds} entries: select by a filter`)
    .optional(),
  numbers: z
    .array(z.number().int().min(0, 'is below 0'))
    .max(mostEdited, `has more than ${mostEdited} entries`)
    .optional(),
  filter: filterSchema.optional(),
});

/** One change to many items: asked for here, made by a worker, in the audit log once. */
@Resolver()
export class ItemEditResolver {
  @Query(() => Int, { description: 'How many items an edit of this selection would be about.' })
  @Requires({ role: 'viewer', cost: () => 5 })
  countSelectedItems(
    @Arg('selection', () => ItemSelectionInput) selection: ItemSelectionInput,
    @Ctx() { services, catalogue }: RequestContext,
  ): Promise<number> {
    return countSelected(services.pool, catalogue, selectionOf(selection));
  }

  @Query(() => ItemEditObject)
  @Requires({ role: 'viewer' })
  async itemEdit(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<ItemEditObject> {
    return editObject(await expectEdit(id, context));
  }

  @Query(() => [ItemEditObject], { description: 'Newest first. Kept for 7 days after they ended.' })
  @Requires({ role: 'viewer', cost: () => 3 })
  async itemEdits(
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Arg('after', () => ID, { nullable: true, description: 'The id of the last one of the page before.' })
    after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<ItemEditObject[]> {
    const { services, catalogue } = context;
    const before = after ? (await expectEdit(after, context)).number : null;
    const page = { first: pageSize(first), before };
    return (await listItemEdits(services.pool, catalogue, page)).map(editObject);
  }

  @Mutation(() => ItemEditObject)
  @Requires({ role: 'merchandiser', cost: () => 20 })
  async editItems(
    @Arg('selection', () => ItemSelectionInput) selection: ItemSelectionInput,
    @Arg('edit', () => ItemEditInput) edit: ItemEditInput,
    @Ctx() { services, catalogue, actor }: RequestContext,
  ): Promise<ItemEditObject> {
    // null is a value that an attribute can have
    const given = edit.value === null ? { ...withoutNulls(edit), value: null } : withoutNulls(edit);
    const parsed = parseInput(itemEditSchema, given, 'edit');
    const wanted = { edit: parsed, selection: selectionOf(selection), actor };
    return editObject(await startItemEdit(services.pool, catalogue, wanted));
  }

  @Mutation(() => ItemEditObject, {
    description: 'Takes an edit back as another edit. Items that somebody changed since are refused.',
  })
  @Requires({ role: 'merchandiser', cost: () => 20 })
  async undoItemEdit(
    @Arg('id', () => ID) id: string,
    @Ctx() context: RequestContext,
  ): Promise<ItemEditObject> {
    const { services, catalogue, actor } = context;
    const run = await expectEdit(id, context);
    return editObject(await startItemUndo(services.pool, catalogue, run.id, actor));
  }
}

function selectionOf(input: ItemSelectionInput): ItemSelection {
  const { ids, numbers, filter } = parseInput(selectionSchema, withoutNulls(input), 'selection');
  const given: ItemSelection[] = [];
  if (ids) given.push({ ids });
  if (numbers) given.push({ numbers });
  if (filter)
    given.push({ filter: { query: filter.query, status: filter.status, encoding: filter.encoding } });
  const [selection] = given;
  if (selection && given.length === 1) return selection;
  throw new KindlingError('BAD_INPUT', 'Send one of ids, numbers and filter as the selection', {
    field: 'selection',
  });
}

async function expectEdit(id: string, { services, catalogue }: RequestContext): Promise<ItemEditRun> {
  const run = isUuid(id) ? await findItemEdit(services.pool, catalogue, id) : null;
  if (run !== null) return run;
  throw new KindlingError('NOT_FOUND', `There is no edit "${id.slice(0, 40)}"`, { field: 'id' });
}

export const editObject = (run: ItemEditRun): ItemEditObject =>
  Object.assign(new ItemEditObject(), { ...run, edit: run.edit && JSON.parse(JSON.stringify(run.edit)) });

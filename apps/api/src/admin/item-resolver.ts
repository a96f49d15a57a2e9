import { coldnessOf, defaultItemThresholds, itemSchema, KindlingError } from '@kindling/domain';
import { contentHash, renderItemText } from '@kindling/encoder/text';
import {
  deleteItems,
  expectCatalogue,
  findListedItem,
  type ItemListFilter,
  type ItemSort,
  type ItemWrite,
  type ListedItem,
  listItems,
  saveItem,
  upsertItems,
} from '@kindling/storage';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import type { RowError } from '../public/event-types.js';
import {
  AdminItem,
  AdminItemFilter,
  ItemConnection,
  ItemInput,
  ItemSortEnum,
  type UpsertItemResult,
  UpsertItemsPayload,
} from './item-types.js';
import { pageSize } from './page-size.js';

const maximumItems = 1_000;
const costOf = (name: string) => (args: Readonly<Record<string, unknown>>) => {
  const rows = args[name];
  return 1 + Math.ceil((Array.isArray(rows) ? rows.length : 0) / 20);
};

/** The items of the catalogue, one by one or a batch at a time; files come in through imports. */
@Resolver()
export class ItemAdminResolver {
  @Query(() => AdminItem, { nullable: true })
  @Requires({ role: 'viewer' })
  async item(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<AdminItem | null> {
    const found = await findListedItem(context.services.pool, context.catalogue, id.replaceAll('\0', ''));
    return (found && (await adminItems([found], context))[0]) || null;
  }

  @Query(() => ItemConnection)
  @Requires({ role: 'viewer', cost: () => 5 })
  async items(
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Arg('filter', () => AdminItemFilter, { nullable: true }) filter: AdminItemFilter | null,
    @Arg('sort', () => ItemSortEnum, { nullable: true }) sort: ItemSort | null,
    @Ctx() context: RequestContext,
  ): Promise<ItemConnection> {
    const wanted: ItemListFilter = {
      query: filter?.query ?? undefined,
      status: filter?.status ?? undefined,
      encoding: filter?.encoding ?? undefined,
    };
    const page = await listItems(context.services.pool, context.catalogue, {
      first: pageSize(first),
      after: after ?? null,
      sort: sort ?? 'NEWEST',
      filter: wanted,
    });
    const nodes = await adminItems(
      page.items.map(({ item }) => item),
      context,
    );
    const edges = page.items.flatMap(({ cursor }, index) => {
      const node = nodes[index];
      return node === undefined ? [] : [{ node, cursor }];
    });
    return new ItemConnection(wanted, edges, {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: after !== null && after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    });
  }

  @Mutation(() => UpsertItemsPayload, {
    description:
      'Up to 1,000 items, made or replaced by id; of two with one id in a call the later counts. A bad row is rejected with its reason, the others are stored.',
  })
  @Requires({ role: 'merchandiser', cost: costOf('items') })
  async upsertItems(
    @Arg('items', () => [ItemInput]) items: ItemInput[],
    @Ctx() context: RequestContext,
  ): Promise<UpsertItemsPayload> {
    atMost(items, 'items');
    const { pool } = context.services;
    const { template } = await expectCatalogue(pool, context.catalogue);
    const writes: ItemWrite[] = [];
    const rejected: RowError[] = [];
    const results: UpsertItemResult[] = items.map((input, index) => {
      const parsed = itemSchema.safeParse(withoutNulls(input));
      if (parsed.success) {
        const text = renderItemText(parsed.data, template.textTemplate);
        writes.push({ item: parsed.data, contentHash: contentHash(text) });
        return { index, id: input.id, outcome: 'CREATED' };
      }
      for (const issue of parsed.error.issues) {
        rejected.push({
          index,
          field: issue.path.join('.') || null,
          code: 'BAD_INPUT',
          message: issue.message,
        });
      }
      return { index, id: input.id, outcome: 'REJECTED' };
    });
    const outcomes = [...(await upsertItems(pool, context.catalogue, writes, { actor: context.actor }))];
    const counts = { CREATED: 0, UPDATED: 0, UNCHANGED: 0 };
    for (const outcome of outcomes) counts[outcome]++;
    for (const result of results) {
      if (result.outcome !== 'REJECTED') result.outcome = outcomes.shift() ?? 'UNCHANGED';
    }
    const { CREATED: created, UPDATED: updated, UNCHANGED: unchanged } = counts;
    return { created, updated, unchanged, rejected, results };
  }

  @Mutation(() => AdminItem, {
    description:
      'Saves one item that somebody wrote by hand. CONFLICT, with the stored item, when it is not as they saw it.',
  })
  @Requires({ role: 'merchandiser' })
  async saveItem(
    @Arg('input', () => ItemInput) input: ItemInput,
    @Arg('expectedRevision', () => String, {
      nullable: true,
      description: 'The revision that you saw; left out for a new item.',
    })
    expectedRevision: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<AdminItem> {
    const { pool } = context.services;
    const item = parseInput(itemSchema, withoutNulls(input), 'input');
    const { template } = await expectCatalogue(pool, context.catalogue);
    await saveItem(
      pool,
      context.catalogue,
      { item, contentHash: contentHash(renderItemText(item, template.textTemplate)) },
      { expectedRevision: expectedRevision ?? null, actor: context.actor },
    );
    const saved = await findListedItem(pool, context.catalogue, item.id);
    const [shown] = saved ? await adminItems([saved], context) : [];
    if (shown) return shown;
    throw new KindlingError('NOT_FOUND', `Item "${item.id.slice(0, 80)}" was saved, and deleted since`);
  }

  @Mutation(() => Int, { description: 'Up to 1,000 ids; answers how many items there were of them.' })
  @Requires({ role: 'merchandiser', cost: costOf('ids') })
  deleteItems(@Arg('ids', () => [ID]) ids: string[], @Ctx() context: RequestContext): Promise<number> {
    atMost(ids, 'ids');
    const storable = ids.filter((id) => !id.includes('\0'));
    return deleteItems(context.services.pool, context.catalogue, storable, { actor: context.actor });
  }
}

/** With what this process knows of them in memory, and the text that is encoded of them. */
async function adminItems(items: readonly ListedItem[], context: RequestContext): Promise<AdminItem[]> {
  if (items.length === 0) return [];
  const { pool, runtimes } = context.services;
  const { template } = await expectCatalogue(pool, context.catalogue);
  const view = runtimes.peek(context.catalogue)?.items;
  return items.map((item) => {
    const row = view?.rowOf(item.number);
    const events = row === undefined ? 0 : (view?.eventCount(row) ?? 0);
    return Object.assign(new AdminItem(), item, {
      events,
      coldness: coldnessOf(events, defaultItemThresholds),
      encodedText: renderItemText(item, template.textTemplate),
    });
  });
}

function atMost(rows: readonly unknown[], field: string): void {
  if (rows.length <= maximumItems) return;
  throw new KindlingError(
    'BAD_INPUT',
    `${field} has ${rows.length} entries: send at most ${maximumItems} a call, or import a file`,
    { field },
  );
}

/** GraphQL has null where the item's schema has its defaults. Not deeper: an attribute may be null. */
const withoutNulls = (input: object) =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null && value !== undefined));

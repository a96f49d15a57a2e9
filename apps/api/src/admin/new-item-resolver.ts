import { itemNumber, KindlingError } from '@kindling/domain';
import { listUnshownItems, readExposureByAge, readItemCohorts, type UnshownItem } from '@kindling/storage';
import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import { unshownReasons } from '../unshown-reason.js';
import { CohortSizeEnum, NewItemExposure, NewItemFunnel, UnshownItems } from './new-item-types.js';
import { pageSize } from './page-size.js';

const dayMs = 86_400_000;
/** What counts as shown where the strategy promises nothing. */
const usualMinimum = 20;
const funnelSchema = z.object({
  cohorts: z.number().int().min(1, 'is below 1').max(60, 'is above 60'),
  minimumImpressions: z.number().int().min(1, 'is below 1').max(10_000, 'is above 10,000').nullable(),
});
const daysSchema = z.number().int().min(1, 'is below 1').max(90, 'is above 90');
const momentText = z
  .string()
  .regex(/^\d{4}-[\d .:+-]+$/)
  .refine((text) => !Number.isNaN(Date.parse(text)));
const cursorSchema = z.tuple([momentText, z.number().int()]);

/** The programme for new items: what becomes of them, what they were promised, and what keeps them back. */
@Resolver()
export class NewItemResolver {
  @Query(() => NewItemFunnel)
  @Requires({ role: 'viewer', cost: () => 20 })
  async newItemFunnel(
    @Arg('by', () => CohortSizeEnum, { defaultValue: CohortSizeEnum.WEEK }) by: 'day' | 'week',
    @Arg('cohorts', () => Int, { defaultValue: 8, description: 'The newest so many, 1 to 60.' })
    cohorts: number,
    @Arg('minimumImpressions', () => Int, {
      nullable: true,
      description: "Default: what the placement's strategy promises, or 20.",
    })
    minimum: number | null | undefined,
    @Arg('placement', () => String, { defaultValue: 'home' }) placement: string,
    @Ctx() context: RequestContext,
  ): Promise<NewItemFunnel> {
    const given = parseInput(funnelSchema, { cohorts, minimumImpressions: minimum ?? null }, '');
    const promise = await promiseAt(placement, context);
    const minimumImpressions = given.minimumImpressions ?? (promise || usualMinimum);
    const since = beginningOf(new Date(), by, given.cohorts);
    const query = { by, since, minimumImpressions };
    return {
      minimumImpressions,
      ...(await readItemCohorts(context.services.pool, context.catalogue, query)),
    };
  }

  @Query(() => NewItemExposure)
  @Requires({ role: 'viewer', cost: () => 10 })
  async newItemExposure(
    @Arg('days', () => Int, {
      defaultValue: 28,
      description: 'Items that arrived within so many days, 1 to 90.',
    })
    days: number,
    @Arg('placement', () => String, { defaultValue: 'home' }) placement: string,
    @Ctx() context: RequestContext,
  ): Promise<NewItemExposure> {
    const since = daysAgo(parseInput(daysSchema, days, 'days'));
    return {
      promise: await promiseAt(placement, context),
      ages: await readExposureByAge(context.services.pool, context.catalogue, since),
    };
  }

  @Query(() => UnshownItems, { description: 'New items that nobody was shown, and what keeps them back.' })
  @Requires({ role: 'viewer', cost: () => 5 })
  async unshownItems(
    @Arg('days', () => Int, { defaultValue: 28, description: 'Arrived within so many days, 1 to 90.' })
    days: number,
    @Arg('placement', () => String, { defaultValue: 'home' }) placement: string,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'endCursor of the page before.' })
    after: string | null | undefined,
    @Ctx() { services, catalogue, request }: RequestContext,
  ): Promise<UnshownItems> {
    const size = pageSize(first);
    const found = await listUnshownItems(services.pool, catalogue, {
      since: daysAgo(parseInput(daysSchema, days, 'days')),
      first: size + 1,
      after: after ? positionOf(after) : null,
    });
    const page = found.slice(0, size);
    const [start, end] = [page[0], page.at(-1)];
    const explained = unshownReasons(
      await services.runtimes.get(catalogue),
      placement,
      new Date(),
      request.locale,
    );
    return {
      nodes: page.map(explained),
      pageInfo: {
        hasNextPage: found.length > size,
        hasPreviousPage: Boolean(after),
        startCursor: start ? cursorOf(start) : null,
        endCursor: end ? cursorOf(end) : null,
      },
    };
  }
}

async function promiseAt(placement: string, { services, catalogue }: RequestContext): Promise<number> {
  const runtime = await services.runtimes.get(catalogue);
  const { strategy } = runtime.strategy(runtime.placement(placement).strategyKey);
  return strategy.exploration.minimumImpressions;
}

const daysAgo = (days: number) => new Date(Date.now() - days * dayMs);

/** Of the oldest of so many UTC days or weeks (from Monday), the one of `now` included. */
function beginningOf(now: Date, by: 'day' | 'week', cohorts: number): Date {
  const day = new Date(now);
  day.setUTCHours(0, 0, 0, 0);
  const back = by === 'day' ? cohorts - 1 : 7 * (cohorts - 1) + ((day.getUTCDay() + 6) % 7);
  return new Date(day.getTime() - back * dayMs);
}

const cursorOf = ({ position, number }: UnshownItem) =>
  Buffer.from(JSON.stringify([position, number])).toString('base64url');

function positionOf(cursor: string) {
  try {
    const [position, number] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { position, number: itemNumber(number) };
  } catch (cause) {
    throw new KindlingError('BAD_INPUT', 'after is not a cursor of this list: take one that it gave', {
      field: 'after',
      cause,
    });
  }
}

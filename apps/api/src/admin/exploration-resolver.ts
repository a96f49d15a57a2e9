import { itemId, itemNumber, KindlingError } from '@kindling/domain';
import { calibration, credibleInterval, type Locale, posterior, sentence } from '@kindling/recommender';
import {
  countExploredSlots,
  countTrials,
  decideTrial,
  findTrial,
  type ItemTrial,
  listTrials,
  readGranted,
  readTrialOutcomes,
} from '@kindling/storage';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import {
  CalibrationObject,
  ExplorationObject,
  ItemTrialConnection,
  ItemTrialObject,
  type TrialState,
  TrialStateEnum,
} from './exploration-types.js';
import { pageSize } from './page-size.js';

const decisionSchema = z.object({
  itemId: z.string().min(1, 'is empty').max(256, 'is longer than 256 characters'),
  reason: z.string().trim().min(1, 'is empty: say why').max(500, 'is longer than 500 characters'),
});
const cursorSchema = z.tuple([z.string().regex(/^\d{4}-[\d .:+-]+$/), z.number().int()]);

/** New items on trial. */
@Resolver()
export class ExplorationResolver {
  @Query(() => ExplorationObject, { description: 'The budget of today, and how trials stand.' })
  @Requires({ role: 'viewer', cost: () => 5 })
  async exploration(
    @Arg('placement', () => String, { defaultValue: 'home' }) placement: string,
    @Ctx() context: RequestContext,
  ): Promise<ExplorationObject> {
    const { pool, runtimes } = context.services;
    const runtime = await runtimes.get(context.catalogue);
    const { key, version, strategy } = runtime.strategy(runtime.placement(placement).strategyKey);
    const day = new Date().toISOString().slice(0, 10);
    const [shown, reserved, trials] = await Promise.all([
      countExploredSlots(pool, context.catalogue, { placement, day }),
      readGranted(pool, context.catalogue, { placement, day }),
      countTrials(pool, context.catalogue),
    ]);
    const { impressionsPerDay, share } = strategy.exploration;
    return {
      placement,
      strategyKey: key,
      strategyVersion: version,
      day,
      impressionsPerDay,
      share,
      shown,
      reserved,
      ...trials,
    };
  }

  @Query(() => ItemTrialConnection)
  @Requires({ role: 'viewer', cost: () => 3 })
  async itemTrials(
    @Arg('placement', () => String, {
      defaultValue: 'home',
      description: 'Whose strategy says how much the neighbours count.',
    })
    placement: string,
    @Arg('state', () => TrialStateEnum, { nullable: true }) state: TrialState | null | undefined,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<ItemTrialConnection> {
    const size = pageSize(first, 100);
    const found = await listTrials(context.services.pool, context.catalogue, {
      first: size + 1,
      after: after === null || after === undefined ? null : positionOf(after),
      state: state ?? null,
    });
    const told = await tellerOf(context, placement);
    const edges = found.slice(0, size).map((trial) => ({ node: told(trial), cursor: cursorOf(trial) }));
    return {
      edges,
      nodes: edges.map(({ node }) => node),
      pageInfo: {
        hasNextPage: found.length > size,
        hasPreviousPage: after !== null && after !== undefined,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
    };
  }

  @Query(() => CalibrationObject)
  @Requires({ role: 'viewer', cost: () => 10 })
  async dayZeroCalibration(@Ctx() context: RequestContext): Promise<CalibrationObject> {
    const outcomes = await readTrialOutcomes(context.services.pool, context.catalogue);
    return {
      items: outcomes.length,
      impressions: outcomes.reduce((sum, { impressions }) => sum + impressions, 0),
      ...calibration(outcomes),
    };
  }

  @Mutation(() => ItemTrialObject, {
    description:
      'Ends a trial by hand, changes how it ended, or puts the item back on trial, to be judged by what is seen of it. Acts within 15 seconds, on the process that is asked within 5.',
  })
  @Requires({ role: 'merchandiser', cost: () => 5 })
  async decideTrial(
    @Arg('itemId', () => ID) id: string,
    @Arg('state', () => TrialStateEnum) state: TrialState,
    @Arg('reason', () => String) reason: string,
    @Arg('expectedState', () => TrialStateEnum, {
      nullable: true,
      description: 'As you saw it: CONFLICT, with what is there, where it has changed since.',
    })
    expectedState: TrialState | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<ItemTrialObject> {
    const { pool, runtimes } = context.services;
    const given = parseInput(decisionSchema, { itemId: id, reason }, '');
    const outcomeOf = (one: TrialState) => (one === 'ON_TRIAL' ? null : one);
    const number = await decideTrial(
      pool,
      context.catalogue,
      itemId(given.itemId),
      {
        outcome: outcomeOf(state),
        reason: given.reason,
        expected: expectedState ? outcomeOf(expectedState) : undefined,
      },
      context.actor,
    );
    runtimes.peek(context.catalogue)?.exploration.lookAgain();
    const [trial, told] = await Promise.all([
      findTrial(pool, context.catalogue, number),
      tellerOf(context, 'home'),
    ]);
    if (!trial)
      throw new KindlingError('NOT_FOUND', `The item "${id}" was deleted meanwhile`, { field: 'itemId' });
    return told(trial);
  }
}

/** Puts a trial into words and intervals, by the strategy of that placement. */
async function tellerOf({ catalogue, services, request }: RequestContext, placement: string) {
  const runtime = await services.runtimes.get(catalogue);
  const { exploration } = runtime.strategy(runtime.placement(placement).strategyKey).strategy;
  return (trial: ItemTrial): ItemTrialObject => {
    const { dayZeroRate, impressions, clicks, outcome, cause } = trial;
    const belief = posterior(dayZeroRate, trial, exploration.priorStrength);
    return {
      itemId: trial.itemId,
      title: trial.title,
      state: outcome ?? 'ON_TRIAL',
      cause,
      why: whyOf(trial, request.locale),
      dayZeroRate,
      impressions,
      clicks,
      clickRate: { mean: belief.a / (belief.a + belief.b), ...credibleInterval(belief) },
      begunAt: trial.begunAt,
      decidedAt: trial.decidedAt,
    };
  };
}

const whyOf = ({ cause, impressions, decidedBy, reason }: ItemTrial, locale: Locale) =>
  sentence(
    {
      key: `trial.${cause ?? 'ON_TRIAL'}`,
      values: { impressions, by: decidedBy ?? '', reason: reason ?? '' },
    },
    locale,
  );

const cursorOf = ({ position, number }: ItemTrial) =>
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

import { coldnesses } from '@kindling/domain';
import { wilsonInterval } from '@kindling/recommender';
import { readServedGroups, type ServedGroup } from '@kindling/storage';
import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import { type ColdnessClicks, ServedLists } from './served-types.js';

const dayMs = 86_400_000;
/** Enough for shares within a percent or so; more would cost a request too much. */
const mostLists = 5_000;
const daysSchema = z.number().int().min(1, 'is below 1').max(90, 'is above 90');

/** How lists have been answered, from the log of what was shown. */
@Resolver()
export class ServedResolver {
  @Query(() => ServedLists, {
    description: 'Which rung answered how many lists, and how many were clicked: of the newest 5,000.',
  })
  @Requires({ role: 'viewer', cost: () => 10 })
  async servedLists(
    @Arg('days', () => Int, { defaultValue: 7, description: 'Of so many days, 1 to 90.' }) days: number,
    @Ctx() context: RequestContext,
  ): Promise<ServedLists> {
    const since = new Date(Date.now() - parseInput(daysSchema, days, 'days') * dayMs);
    const query = { since, lists: mostLists };
    const groups = await readServedGroups(context.services.pool, context.catalogue, query);
    const lists = groups.reduce((sum, group) => sum + group.lists, 0);
    return { since, lists, isCut: lists === mostLists, groups, clicks: clicksOf(groups) };
  }
}

function clicksOf(groups: readonly ServedGroup[]): ColdnessClicks[] {
  return coldnesses.flatMap((coldness) => {
    const of = groups.filter((group) => group.coldness === coldness);
    const sum = (count: (group: ServedGroup) => number) =>
      of.reduce((total, group) => total + count(group), 0);
    const [lists, clicked] = [sum((group) => group.lists), sum((group) => group.clicked)];
    if (lists === 0) return [];
    const simulated = sum((group) => group.simulated);
    return [
      { coldness, lists, clicked, simulated, share: clicked / lists, ...wilsonInterval(clicked, lists) },
    ];
  });
}

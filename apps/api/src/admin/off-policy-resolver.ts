import { strategySchema } from '@kindling/recommender';
import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { clickRateOf } from '../off-policy/click-rate.js';
import { parseInput, parseKnown } from '../parse-input.js';
import { clickRateObject } from './click-rate-object.js';
import { OffPolicyEstimateObject, OffPolicyInput } from './exploration-types.js';

const inputSchema = z
  .object({
    placement: z.string(),
    since: z.date(),
    until: z.date(),
    lists: z.number().int().min(1, 'is below 1').max(1_000, 'is above 1,000'),
  })
  .refine(({ since, until }) => since < until, { path: ['until'], message: 'is not after since' });

@Resolver()
export class OffPolicyResolver {
  @Query(() => OffPolicyEstimateObject)
  @Requires({ role: 'experimenter', cost: () => 200 })
  async offPolicyEstimate(
    @Arg('input', () => OffPolicyInput) input: OffPolicyInput,
    @Ctx() context: RequestContext,
  ): Promise<OffPolicyEstimateObject> {
    const { runtimes, offPolicy, exposures } = context.services;
    const asked = parseInput(inputSchema, input, 'input');
    const strategy = input.strategy ? parseKnown(strategySchema, input.strategy, 'input.strategy') : null;
    await exposures.flush();
    const runtime = await runtimes.get(context.catalogue);
    const answer = await offPolicy.estimate(runtime, { ...asked, strategy });
    return clickRateObject(clickRateOf(answer), context.request.locale);
  }
}

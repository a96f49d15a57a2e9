import { type Locale, type OffPolicyEstimate, sentence, strategySchema } from '@kindling/recommender';
import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import type { OffPolicyAnswer } from '../off-policy/off-policy-estimates.js';
import { parseInput } from '../parse-input.js';
import {
  OffPolicyEstimateObject,
  OffPolicyInput,
  type OffPolicyWarning,
  RateInterval,
} from './exploration-types.js';

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
    const strategy = input.strategy ? parseInput(strategySchema, input.strategy, 'input.strategy') : null;
    await exposures.flush();
    const runtime = await runtimes.get(context.catalogue);
    const answer = await offPolicy.estimate(runtime, { ...asked, strategy });
    const { estimate, lists, slots, agreement } = answer;
    return {
      lists,
      slots,
      observed: intervalOf(estimate?.observed),
      inversePropensity: intervalOf(estimate?.inversePropensity),
      selfNormalised: intervalOf(estimate?.selfNormalised),
      doublyRobust: intervalOf(estimate?.doublyRobust),
      effectiveSlots: estimate?.overlap.effectiveChoices ?? 0,
      meanWeight: estimate?.overlap.meanWeight ?? 0,
      largestWeight: estimate?.overlap.largestWeight ?? 0,
      agreement,
      warnings: warningsOf(answer, context.request.locale),
    };
  }
}

/** Below it the lists that are asked again are not the ones that were shown. */
const leastAgreement = 0.9;

function warningsOf({ estimate, agreement }: OffPolicyAnswer, locale: Locale): OffPolicyWarning[] {
  const codes = [
    ...(estimate ? estimate.overlap.warnings : (['NOTHING_LOGGED'] as const)),
    ...(agreement !== null && agreement < leastAgreement ? (['REPLAY_DIFFERS'] as const) : []),
  ];
  return codes.map((code) => {
    const share = code === 'REPLAY_DIFFERS' ? (agreement ?? 0) : (estimate?.overlap.meanWeight ?? 0);
    const values = {
      count: Math.round(estimate?.overlap.effectiveChoices ?? 0),
      percent: `${Math.round(100 * share)} %`,
    };
    return { code, message: sentence({ key: `offPolicy.${code}`, values }, locale) };
  });
}

/** An interval without bounds, or of nothing, is none. */
const intervalOf = (estimate: OffPolicyEstimate | undefined): RateInterval | null =>
  estimate && [estimate.mean, estimate.low, estimate.high].every(Number.isFinite) ? { ...estimate } : null;

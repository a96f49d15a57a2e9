import type { JsonObject } from '@kindling/domain';
import { describeForm, onboardingFlowSchema } from '@kindling/recommender';
import { listFlows, readFlowStatistics, saveFlow } from '@kindling/storage';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Arg, Ctx, Field, ID, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { parseInput, parseKnown } from '../parse-input.js';

@ObjectType('StoredOnboardingFlow', { simpleResolvers: true })
export class StoredOnboardingFlow {
  @Field(() => String)
  key!: string;
  @Field(() => Int, { description: 'Send it back as expectedVersion; 0: the default, not written yet.' })
  version!: number;
  @Field(() => GraphQLJSONObject, { description: 'As onboardingForm describes it.' })
  config!: JsonObject;
}

@ObjectType('CardStatistics', { simpleResolvers: true })
export class CardStatistics {
  @Field(() => ID)
  itemId!: string;
  @Field(() => Int)
  liked!: number;
  @Field(() => Int)
  disliked!: number;
  @Field(() => Int)
  skipped!: number;
}

@ObjectType('AnswerStatistics', { simpleResolvers: true })
export class AnswerStatistics {
  @Field(() => String)
  question!: string;
  @Field(() => String)
  option!: string;
  @Field(() => Int)
  people!: number;
}

@ObjectType('OnboardingStatistics', { simpleResolvers: true })
export class OnboardingStatistics {
  @Field(() => Int, { description: 'Who answered or skipped anything of the flow.' })
  people!: number;
  @Field(() => [CardStatistics], { description: 'The 200 most answered.' })
  cards!: readonly CardStatistics[];
  @Field(() => [AnswerStatistics], {
    description: 'By question; whoever is missing skipped it or left before.',
  })
  answers!: readonly AnswerStatistics[];
}

@Resolver()
export class OnboardingAdminResolver {
  @Query(() => [StoredOnboardingFlow])
  @Requires({ role: 'viewer' })
  async onboardingFlows(@Ctx() context: RequestContext): Promise<StoredOnboardingFlow[]> {
    return (await listFlows(context.services.pool, context.catalogue)).map(({ flow, version }) => ({
      key: flow.key,
      version,
      config: JSON.parse(JSON.stringify(flow)),
    }));
  }

  @Query(() => GraphQLJSONObject, {
    description: 'JSON Schema of a flow, with labels and helps in the language of the request.',
  })
  @Requires({ role: 'viewer' })
  onboardingForm(@Ctx() { request: { locale } }: RequestContext): JsonObject {
    return describeForm(onboardingFlowSchema, locale);
  }

  @Query(() => OnboardingStatistics)
  @Requires({ role: 'viewer', cost: () => 10 })
  onboardingStatistics(
    @Arg('flow', () => String, { defaultValue: 'default' }) flow: string,
    @Ctx() context: RequestContext,
  ): Promise<OnboardingStatistics> {
    return readFlowStatistics(context.services.pool, context.catalogue, flow);
  }

  @Mutation(() => StoredOnboardingFlow)
  @Requires({ role: 'merchandiser' })
  async saveOnboardingFlow(
    @Arg('config', () => GraphQLJSONObject) config: JsonObject,
    @Arg('expectedVersion', () => Int, { defaultValue: 0 }) expectedVersion: number,
    @Ctx() context: RequestContext,
  ): Promise<StoredOnboardingFlow> {
    const flow = parseKnown(onboardingFlowSchema, config, 'config');
    const expected = parseInput(z.number().int().min(0, 'is negative'), expectedVersion, 'expectedVersion');
    const saved = await saveFlow(context.services.pool, context.catalogue, flow, {
      expectedVersion: expected,
      actor: context.actor,
    });
    return { key: flow.key, version: saved.version, config: JSON.parse(JSON.stringify(saved.flow)) };
  }
}

import { type JsonObject, scenarios } from '@kindling/domain';
import { describeForm, placementKinds, presetStrategies, strategySchema } from '@kindling/recommender';
import {
  archiveStrategy,
  deletePlacement,
  listPlacements,
  listStrategies,
  listStrategyUses,
  listStrategyVersions,
  savePlacement,
  saveStrategy,
} from '@kindling/storage';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { fieldsUnder, parseInput, parseKnown } from '../parse-input.js';
import { pageSizeOf } from '../public/subject-input.js';
import {
  PlacementInput,
  PlacementObject,
  StrategyInputObject,
  StrategyObject,
  StrategyTemplateObject,
  StrategyUseObject,
} from './placement-types.js';

const key = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not lower-case letters, digits and hyphens, at most 63 of them');
const name = z.string().trim().min(1, 'is empty').max(200, 'is longer than 200 characters');
const expectedVersion = z.number().int().min(0, 'is negative');
const placementSchema = z.object({
  key,
  expectedVersion,
  name,
  kind: z.enum(placementKinds),
  strategyKey: key,
  size: z.number().int().min(1, 'is below 1').max(100, 'is above 100'),
  fallback: z.array(key).max(5, 'has more than 5 entries'),
});
const strategyInputSchema = z.object({ key, expectedVersion, name });

@Resolver()
export class PlacementResolver {
  @Query(() => [PlacementObject])
  @Requires({ role: 'viewer' })
  async placements(@Ctx() context: RequestContext): Promise<PlacementObject[]> {
    return [...(await listPlacements(context.services.pool, context.catalogue))];
  }

  @Query(() => [StrategyObject], {
    description: 'The newest version of each, without those that are archived.',
  })
  @Requires({ role: 'viewer' })
  async strategies(@Ctx() context: RequestContext): Promise<StrategyObject[]> {
    return [...(await listStrategies(context.services.pool, context.catalogue))];
  }

  @Query(() => [StrategyUseObject], {
    description: 'Of all strategies: what a change of one would reach. At most 1,000.',
  })
  @Requires({ role: 'viewer' })
  async strategyUses(@Ctx() context: RequestContext): Promise<StrategyUseObject[]> {
    return [...(await listStrategyUses(context.services.pool, context.catalogue))];
  }

  @Query(() => [StrategyObject], {
    description: 'Versions of one, newest first; `before` is the last version of the page before.',
  })
  @Requires({ role: 'viewer' })
  async strategyVersions(
    @Arg('key', () => String) key: string,
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Arg('before', () => Int, { nullable: true }) before: number | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<StrategyObject[]> {
    const page = { first: pageSizeOf(first), before: before ?? null };
    return [...(await listStrategyVersions(context.services.pool, context.catalogue, key, page))];
  }

  @Query(() => GraphQLJSONObject, {
    description:
      'JSON Schema of a strategy with label, help, unit and range of every argument, in the language of the request: a form can be drawn from it.',
  })
  @Requires({ role: 'viewer' })
  strategySchema(@Ctx() { request: { locale } }: RequestContext): JsonObject {
    return describeForm(strategySchema, locale);
  }

  @Query(() => [StrategyTemplateObject], { description: 'One for each kind of site.' })
  @Requires({ role: 'viewer' })
  strategyTemplates(): StrategyTemplateObject[] {
    return scenarios.map((scenario) => ({
      scenario,
      config: JSON.parse(JSON.stringify(presetStrategies[scenario])),
    }));
  }

  @Mutation(() => PlacementObject)
  @Requires({ role: 'merchandiser' })
  savePlacement(
    @Arg('input', () => PlacementInput) input: PlacementInput,
    @Ctx() context: RequestContext,
  ): Promise<PlacementObject> {
    const placement = parseInput(placementSchema, input, 'input');
    const { services, catalogue, actor } = context;
    return fieldsUnder('input', () => savePlacement(services.pool, catalogue, placement, actor));
  }

  @Mutation(() => PlacementObject, {
    description:
      'Takes a placement away and answers what it was; lists that ask for it are NOT_FOUND within a second. CONFLICT where it is not at that version any more (`current`), or where rules or experiments are for it (`problems` names each). To undo it, save the answer again with version 0.',
  })
  @Requires({ role: 'merchandiser' })
  deletePlacement(
    @Arg('key', () => String) key: string,
    @Arg('expectedVersion', () => Int) version: number,
    @Ctx() context: RequestContext,
  ): Promise<PlacementObject> {
    const { services, catalogue, actor } = context;
    const placement = { key, expectedVersion: parseInput(expectedVersion, version, 'expectedVersion') };
    return deletePlacement(services.pool, catalogue, placement, actor);
  }

  @Mutation(() => StrategyObject, {
    description:
      'Puts a strategy away, as a version of its own; `strategies` leaves it out, `strategyVersions` and replays still know it. CONFLICT where it is not at that version any more (`current`), or where placements, their fallbacks or experiments use it (`problems` names each). To undo it, save a version of it again.',
  })
  @Requires({ role: 'merchandiser' })
  archiveStrategy(
    @Arg('key', () => String) key: string,
    @Arg('expectedVersion', () => Int) version: number,
    @Ctx() context: RequestContext,
  ): Promise<StrategyObject> {
    const { services, catalogue, actor } = context;
    const strategy = { key, expectedVersion: parseInput(expectedVersion, version, 'expectedVersion') };
    return archiveStrategy(services.pool, catalogue, strategy, actor);
  }

  @Mutation(() => StrategyObject, {
    description: 'Makes the next version; serves within a second, on every process.',
  })
  @Requires({ role: 'merchandiser' })
  saveStrategy(
    @Arg('input', () => StrategyInputObject) input: StrategyInputObject,
    @Ctx() context: RequestContext,
  ): Promise<StrategyObject> {
    const strategy = parseInput(strategyInputSchema, input, 'input');
    parseKnown(strategySchema, input.config, 'input.config');
    const { services, catalogue, actor } = context;
    const saved = { ...strategy, config: input.config };
    return fieldsUnder('input', () => saveStrategy(services.pool, catalogue, saved, actor));
  }
}

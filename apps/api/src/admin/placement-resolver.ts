import type { JsonObject } from '@kindling/domain';
import { strategySchema } from '@kindling/recommender';
import {
  listPlacements,
  listStrategies,
  placementKinds,
  savePlacement,
  saveStrategy,
} from '@kindling/storage';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import { PlacementInput, PlacementObject, StrategyInputObject, StrategyObject } from './placement-types.js';

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

  @Query(() => [StrategyObject], { description: 'The newest version of each.' })
  @Requires({ role: 'viewer' })
  async strategies(@Ctx() context: RequestContext): Promise<StrategyObject[]> {
    return [...(await listStrategies(context.services.pool, context.catalogue))];
  }

  @Query(() => GraphQLJSONObject, {
    description: 'JSON Schema of a strategy, with labels and helps: a form can be drawn from it.',
  })
  @Requires({ role: 'viewer' })
  strategyForm(): JsonObject {
    return z.toJSONSchema(strategySchema, { io: 'input' }) as JsonObject;
  }

  @Mutation(() => PlacementObject)
  @Requires({ role: 'merchandiser' })
  savePlacement(
    @Arg('input', () => PlacementInput) input: PlacementInput,
    @Ctx() context: RequestContext,
  ): Promise<PlacementObject> {
    const placement = parseInput(placementSchema, input, 'input');
    return savePlacement(context.services.pool, context.catalogue, placement, context.actor);
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
    parseInput(strategySchema, input.config, 'input.config');
    return saveStrategy(
      context.services.pool,
      context.catalogue,
      { ...strategy, config: input.config },
      context.actor,
    );
  }
}

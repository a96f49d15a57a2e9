import type { JsonObject, Scenario } from '@kindling/domain';
import { type PlacementKind, placementKinds } from '@kindling/recommender';
import { type StrategyUseKind, strategyUseKinds } from '@kindling/storage';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../public/item-type.js';
import { ScenarioEnum } from './catalogue-types.js';

export const PlacementKindEnum = enumOf(placementKinds);
registerEnumType(PlacementKindEnum, {
  name: 'PlacementKind',
  description:
    'PERSONAL, COMPLEMENTARY (to the cart in context), TRENDING and NEW_ARRIVALS answer recommendations; SIMILAR similarItems; SEARCH search.',
});

@ObjectType('Placement', { simpleResolvers: true, description: 'A named spot of a site.' })
export class PlacementObject {
  @Field(() => String)
  key!: string;
  @Field(() => Int)
  version!: number;
  @Field(() => String)
  name!: string;
  @Field(() => PlacementKindEnum)
  kind!: PlacementKind;
  @Field(() => String)
  strategyKey!: string;
  @Field(() => Int)
  size!: number;
  @Field(() => [String], { description: 'Strategies to fall back to, in order.' })
  fallback!: readonly string[];
  @Field(() => Date)
  updatedAt!: Date;
}

@InputType('PlacementInput')
export class PlacementInput {
  @Field(() => String)
  key!: string;
  @Field(() => Int, {
    description: 'The version that you saw; 0 for a new one. CONFLICT when somebody was faster.',
  })
  expectedVersion!: number;
  @Field(() => String)
  name!: string;
  @Field(() => PlacementKindEnum)
  kind!: PlacementKind;
  @Field(() => String)
  strategyKey!: string;
  @Field(() => Int, { defaultValue: 10 })
  size!: number;
  @Field(() => [String], { defaultValue: [] })
  fallback!: string[];
}

@ObjectType('Strategy', {
  simpleResolvers: true,
  description: 'A named, versioned configuration of the pipeline.',
})
export class StrategyObject {
  @Field(() => String)
  key!: string;
  @Field(() => Int)
  version!: number;
  @Field(() => String)
  name!: string;
  @Field(() => GraphQLJSONObject, { description: 'Only what differs from the defaults.' })
  config!: JsonObject;
  @Field(() => Boolean, { description: 'Put away with this version: it serves nobody.' })
  archived!: boolean;
  @Field(() => String, { nullable: true })
  createdBy!: string | null;
  @Field(() => Date)
  createdAt!: Date;
}

@InputType('StrategyInput')
export class StrategyInputObject {
  @Field(() => String)
  key!: string;
  @Field(() => Int, {
    description: 'The version that you saw; 0 for a new one. CONFLICT when somebody was faster.',
  })
  expectedVersion!: number;
  @Field(() => String)
  name!: string;
  @Field(() => GraphQLJSONObject)
  config!: JsonObject;
}

@ObjectType('StrategyTemplate', {
  simpleResolvers: true,
  description: 'A ready-made strategy to begin with.',
})
export class StrategyTemplateObject {
  @Field(() => ScenarioEnum)
  scenario!: Scenario;
  @Field(() => GraphQLJSONObject, { description: 'Complete: every argument has its value.' })
  config!: JsonObject;
}

export const StrategyUseKindEnum = enumOf(strategyUseKinds);
registerEnumType(StrategyUseKindEnum, {
  name: 'StrategyUseKind',
  description: 'EXPERIMENT: a draft, or one that runs, which keeps the version that it was started with.',
});

@ObjectType('StrategyUse', { simpleResolvers: true, description: 'What a strategy is named by.' })
export class StrategyUseObject {
  @Field(() => String)
  strategyKey!: string;
  @Field(() => StrategyUseKindEnum)
  kind!: StrategyUseKind;
  @Field(() => String, { description: 'Of the placement or experiment.' })
  key!: string;
  @Field(() => String)
  name!: string;
}

import type { Coldness, JsonObject } from '@kindling/domain';
import { type ExperimentStatus, experimentStatuses, experimentUnits } from '@kindling/experiments';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { ColdnessEnum, enumOf } from '../public/item-type.js';
import { ExperimentResultsObject } from './experiment-result-types.js';
import { MetricObject } from './metric-types.js';

export const ExperimentStatusEnum = enumOf(experimentStatuses);
registerEnumType(ExperimentStatusEnum, { name: 'ExperimentStatus' });
export const ExperimentUnitEnum = enumOf(experimentUnits);
registerEnumType(ExperimentUnitEnum, { name: 'ExperimentUnit', description: 'Who has one arm for good.' });

@ObjectType('Variant', { simpleResolvers: true })
export class VariantObject {
  @Field(() => String)
  key!: string;
  @Field(() => String)
  name!: string;
  @Field(() => String)
  strategyKey!: string;
  @Field(() => Int, { nullable: true, description: 'Of the strategy, as frozen at the start.' })
  strategyVersion!: number | null;
  @Field(() => Float)
  weight!: number;
}

@ObjectType('ExperimentLayer', { simpleResolvers: true })
export class LayerObject {
  @Field(() => String)
  key!: string;
  @Field(() => Float)
  from!: number;
  @Field(() => Float)
  to!: number;
}

@ObjectType('Guardrail', { simpleResolvers: true })
export class GuardrailObject {
  @Field(() => String)
  metric!: string;
  @Field(() => Float, { description: 'Relative loss that is accepted.' })
  margin!: number;
}

@ObjectType('ExperimentPlan', { simpleResolvers: true })
export class PlanObject {
  @Field(() => Float)
  lift!: number;
  @Field(() => Float)
  power!: number;
  @Field(() => Int)
  unitsPerArm!: number;
  @Field(() => Int)
  days!: number;
}

@ObjectType('ExperimentDecision', { simpleResolvers: true })
export class DecisionObject {
  @Field(() => String)
  variant!: string;
  @Field(() => String)
  reason!: string;
  @Field(() => String)
  by!: string;
  @Field(() => Date)
  at!: Date;
  @Field(() => GraphQLJSONObject, { description: 'The results as they were then.' })
  results!: JsonObject;
}

@ObjectType('Experiment', { simpleResolvers: true, description: 'A version of a randomised comparison.' })
export class ExperimentObject {
  @Field(() => ID, { description: 'The cursor of the list.' })
  cursor!: string;
  @Field(() => String)
  key!: string;
  @Field(() => Int)
  version!: number;
  @Field(() => ExperimentStatusEnum)
  status!: ExperimentStatus;
  @Field(() => String)
  name!: string;
  @Field(() => String)
  hypothesis!: string;
  @Field(() => ExperimentUnitEnum)
  unit!: 'PROFILE' | 'SESSION';
  @Field(() => [String])
  placements!: readonly string[];
  @Field(() => LayerObject, { nullable: true })
  layer!: LayerObject | null;
  @Field(() => Float)
  holdoutShare!: number;
  @Field(() => [ColdnessEnum], { description: 'Only units of these enter; empty: all.' })
  coldness!: readonly Coldness[];
  @Field(() => [VariantObject], { description: 'The first is the control.' })
  variants!: readonly VariantObject[];
  @Field(() => String)
  primaryMetric!: string;
  @Field(() => [String])
  secondaryMetrics!: readonly string[];
  @Field(() => [GuardrailObject])
  guardrails!: readonly GuardrailObject[];
  @Field(() => [MetricObject], { description: 'As frozen at the start; empty for a draft.' })
  metrics!: readonly MetricObject[];
  @Field(() => Float)
  alpha!: number;
  @Field(() => PlanObject)
  plan!: PlanObject;
  @Field(() => Int)
  minimumUnitsPerArm!: number;
  @Field(() => String, { nullable: true })
  stratifyBy!: string | null;
  @Field(() => Float, { description: 'Share of the units that is let in.' })
  ramp!: number;
  @Field(() => Boolean, { description: 'Switched off: everybody gets what the placement says.' })
  killed!: boolean;
  @Field(() => String, { nullable: true })
  createdBy!: string | null;
  @Field(() => Date)
  createdAt!: Date;
  @Field(() => Date, { nullable: true })
  startedAt!: Date | null;
  @Field(() => Date, { nullable: true })
  stoppedAt!: Date | null;
  @Field(() => String, { nullable: true })
  stopReason!: string | null;
  @Field(() => DecisionObject, { nullable: true })
  decision!: DecisionObject | null;
  @Field(() => ExperimentResultsObject, {
    nullable: true,
    description: 'Only in the query `experiment`, and not of a draft.',
  })
  results!: ExperimentResultsObject | null;
}

@InputType('VariantInput')
export class VariantInput {
  @Field(() => String)
  key!: string;
  @Field(() => String)
  name!: string;
  @Field(() => String)
  strategyKey!: string;
  @Field(() => Float, { nullable: true, description: '1 when left out.' })
  weight?: number | null;
}
@InputType('ExperimentLayerInput')
export class LayerInput {
  @Field(() => String)
  key!: string;
  @Field(() => Float)
  from!: number;
  @Field(() => Float)
  to!: number;
}
@InputType('GuardrailInput')
export class GuardrailInput {
  @Field(() => String)
  metric!: string;
  @Field(() => Float)
  margin!: number;
}
@InputType('ExperimentPlanInput')
export class PlanInput {
  @Field(() => Float, { nullable: true })
  lift?: number | null;
  @Field(() => Float, { nullable: true })
  power?: number | null;
  @Field(() => Int, { nullable: true })
  unitsPerArm?: number | null;
  @Field(() => Int, { nullable: true })
  days?: number | null;
}

@InputType('ExperimentInput', { description: 'Everything that is fixed before the start.' })
export class ExperimentInput {
  @Field(() => String)
  key!: string;
  @Field(() => Int, {
    nullable: true,
    description: 'The version that you saw: makes the next one. 0 or left out for a new experiment.',
  })
  expectedVersion?: number | null;
  @Field(() => String)
  name!: string;
  @Field(() => String)
  hypothesis!: string;
  @Field(() => ExperimentUnitEnum, { nullable: true })
  unit?: 'PROFILE' | 'SESSION' | null;
  @Field(() => [String])
  placements!: string[];
  @Field(() => LayerInput, { nullable: true })
  layer?: LayerInput | null;
  @Field(() => Float, { nullable: true })
  holdoutShare?: number | null;
  @Field(() => [ColdnessEnum], { nullable: true })
  coldness?: Coldness[] | null;
  @Field(() => [VariantInput])
  variants!: VariantInput[];
  @Field(() => String)
  primaryMetric!: string;
  @Field(() => [String], { nullable: true })
  secondaryMetrics?: string[] | null;
  @Field(() => [GuardrailInput], { nullable: true })
  guardrails?: GuardrailInput[] | null;
  @Field(() => Float, { nullable: true })
  alpha?: number | null;
  @Field(() => PlanInput, { nullable: true })
  plan?: PlanInput | null;
  @Field(() => Int, { nullable: true })
  minimumUnitsPerArm?: number | null;
  @Field(() => String, { nullable: true, description: 'coldness, device, locale or category.' })
  stratifyBy?: string | null;
}

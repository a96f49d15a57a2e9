import type { Coldness, JsonObject } from '@kindling/domain';
import {
  type ExperimentKind,
  type ExperimentStatus,
  experimentKinds,
  experimentStatuses,
  experimentUnits,
  type Stopping,
  type StoppingRule,
  stoppingRules,
} from '@kindling/experiments';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { ColdnessEnum, enumOf } from '../public/item-type.js';
import { ExperimentResultsObject } from './experiment-result-types.js';
import { MetricObject } from './metric-types.js';

export const ExperimentStatusEnum = enumOf(experimentStatuses);
registerEnumType(ExperimentStatusEnum, { name: 'ExperimentStatus' });
export const ExperimentKindEnum = enumOf(experimentKinds);
registerEnumType(ExperimentKindEnum, {
  name: 'ExperimentKind',
  description:
    'AB: arms of fixed shares. BANDIT: shares follow what the arms bring. INTERLEAVING: lists drafted from two rankings, a screening.',
});
export const StoppingRuleEnum = enumOf(stoppingRules);
registerEnumType(StoppingRuleEnum, {
  name: 'StoppingRule',
  description:
    'ALWAYS_VALID: decided at any look. FIXED_HORIZON: read once, when the planned days are over. BAYESIAN: at any look, by an expected loss that is small enough.',
});
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
  @Field(() => [String], { description: 'Keys of published rules that do not act in it.' })
  rulesOff!: readonly string[];
  @Field(() => [String], {
    description: 'Keys of rules that act in it as they were at the start, drafts too.',
  })
  rulesOn!: readonly string[];
  @Field(() => Int, { nullable: true, description: 'Slots of a list; null: as many as are asked for.' })
  size!: number | null;
  @Field(() => [String], { nullable: true, description: "Null: the placement's." })
  fallback!: readonly string[] | null;
  @Field(() => String, { nullable: true, description: 'The onboarding flow of this arm.' })
  flow!: string | null;
}

@ObjectType('BanditSettings', { simpleResolvers: true })
export class BanditSettingsObject {
  @Field(() => Float, { description: 'No arm has a smaller share.' })
  floor!: number;
  @Field(() => Float, { description: 'How often shares are worked out anew.' })
  everyMinutes!: number;
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

@ObjectType('ExperimentStopping', { simpleResolvers: true, description: 'When it may be decided.' })
export class StoppingObject {
  @Field(() => StoppingRuleEnum)
  rule!: StoppingRule;
  @Field(() => Float, {
    description: 'Of BAYESIAN: expected loss that is accepted, as a share of the control.',
  })
  maximumLoss!: number;
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
  @Field(() => [String], {
    description: 'Rules of the variant that are to be published: by a review of their own.',
  })
  rulesToPublish!: readonly string[];
  @Field(() => [String], { description: 'Rules that the variant did without.' })
  rulesToArchive!: readonly string[];
  @Field(() => [String], {
    description: 'Strategies that had been changed since the start, and were saved anew as they were tested.',
  })
  strategiesRestored!: readonly string[];
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
  @Field(() => ExperimentKindEnum)
  kind!: ExperimentKind;
  @Field(() => BanditSettingsObject)
  bandit!: BanditSettingsObject;
  @Field(() => String, { nullable: true, description: 'The onboarding flow that arms may replace.' })
  onboardingFlow!: string | null;
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
  @Field(() => [String], { description: 'Only units in one of these segments enter; empty: all.' })
  segments!: readonly string[];
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
  @Field(() => StoppingObject, {
    nullable: true,
    description: 'Null of a BANDIT, which is decided by the chance of an arm to be the best.',
  })
  stopping!: Stopping | null;
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
  @Field(() => [String], { nullable: true, description: 'Keys of published rules that do not act in it.' })
  rulesOff?: string[] | null;
  @Field(() => [String], {
    nullable: true,
    description: 'Keys of rules, drafts too, that act in it alone, as they are at the start.',
  })
  rulesOn?: string[] | null;
  @Field(() => Int, { nullable: true, description: 'Slots of a list.' })
  size?: number | null;
  @Field(() => [String], { nullable: true, description: 'Keys of strategies for when its own fails.' })
  fallback?: string[] | null;
  @Field(() => String, { nullable: true, description: "The flow that stands in for the experiment's." })
  flow?: string | null;
}
@InputType('BanditSettingsInput')
export class BanditSettingsInput {
  @Field(() => Float, { nullable: true, description: '0.05 when left out.' })
  floor?: number | null;
  @Field(() => Float, { nullable: true, description: '60 when left out.' })
  everyMinutes?: number | null;
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

@InputType('ExperimentStoppingInput')
export class StoppingInput {
  @Field(() => StoppingRuleEnum, { nullable: true, description: 'ALWAYS_VALID when left out.' })
  rule?: StoppingRule | null;
  @Field(() => Float, {
    nullable: true,
    description:
      'Of BAYESIAN: expected loss that is accepted, as a share of the control; 0.0025 when left out.',
  })
  maximumLoss?: number | null;
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
  @Field(() => ExperimentKindEnum, { nullable: true, description: 'AB when left out.' })
  kind?: ExperimentKind | null;
  @Field(() => BanditSettingsInput, { nullable: true })
  bandit?: BanditSettingsInput | null;
  @Field(() => String, { nullable: true, description: 'The onboarding flow that variants may replace.' })
  onboardingFlow?: string | null;
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
  @Field(() => [String], {
    nullable: true,
    description: 'Keys of segments: only units in one of them enter. Frozen at the start.',
  })
  segments?: string[] | null;
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
  @Field(() => StoppingInput, { nullable: true, description: 'Not of a BANDIT.' })
  stopping?: StoppingInput | null;
  @Field(() => Int, { nullable: true })
  minimumUnitsPerArm?: number | null;
  @Field(() => String, { nullable: true, description: 'coldness, device, locale or category.' })
  stratifyBy?: string | null;
}

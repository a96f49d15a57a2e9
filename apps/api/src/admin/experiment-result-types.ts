import type { Adjustment, Advice, ExperimentResults, LiftReading, MetricRole } from '@kindling/experiments';
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../public/item-type.js';
import { MetricObject } from './metric-types.js';

export const MetricRoleEnum = enumOf(['PRIMARY', 'SECONDARY', 'GUARDRAIL', 'EXPLORATORY'] as const);
registerEnumType(MetricRoleEnum, { name: 'MetricRole' });
export const LiftTestEnum = enumOf(['SEQUENTIAL', 'FIXED', 'BAYESIAN'] as const);
registerEnumType(LiftTestEnum, {
  name: 'LiftTest',
  description:
    'SEQUENTIAL may be looked at, and acted on, at any time; the others are for one look at the end.',
});
export const AdjustmentEnum = enumOf(['NONE', 'CUPED', 'STRATIFIED', 'WINSORISED'] as const);
registerEnumType(AdjustmentEnum, { name: 'LiftAdjustment' });
export const AdviceEnum = enumOf(['SHIP', 'ROLL_BACK', 'GO_ON', 'BROKEN', 'TEST'] as const);
registerEnumType(AdviceEnum, { name: 'ExperimentAdvice' });
export const GuardrailVerdictEnum = enumOf(['SAFE', 'UNDECIDED', 'HARMED'] as const);
registerEnumType(GuardrailVerdictEnum, { name: 'GuardrailVerdict' });
export const HiddenEnum = enumOf([
  'SAMPLE_RATIO_MISMATCH',
  'MINIMUM_SAMPLE_NOT_REACHED',
  'HORIZON_NOT_REACHED',
] as const);
registerEnumType(HiddenEnum, { name: 'HiddenResults' });

@ObjectType('LiftReading', { simpleResolvers: true, description: 'Of the relative lift over the control.' })
export class LiftReadingObject {
  @Field(() => LiftTestEnum)
  test!: LiftReading['test'];
  @Field(() => AdjustmentEnum)
  adjustment!: Adjustment;
  @Field(() => Float)
  estimate!: number;
  @Field(() => Float)
  low!: number;
  @Field(() => Float)
  high!: number;
  @Field(() => Float, { nullable: true })
  p!: number | null;
  @Field(() => Float, { nullable: true })
  chanceToWin!: number | null;
  @Field(() => Float, { nullable: true, description: 'Of taking the arm, as a share of the control.' })
  expectedLoss!: number | null;
  @Field(() => Float, { nullable: true, description: 'Expected loss of keeping the control, likewise.' })
  lossOfKeeping!: number | null;
}

@ObjectType('ArmComparison', { simpleResolvers: true })
export class ComparisonObject {
  @Field(() => String)
  variant!: string;
  @Field(() => LiftReadingObject, {
    nullable: true,
    description: 'By the test of the stopping rule, with the adjustment that was settled beforehand.',
  })
  decisive!: LiftReadingObject | null;
  @Field(() => String, {
    nullable: true,
    description: 'EMPTY_ARM, NO_VARIANCE, BASELINE_IS_ZERO or TOO_FEW_UNITS.',
  })
  problem!: string | null;
  @Field(() => Float, {
    nullable: true,
    description:
      'Holm (primary) or Benjamini-Hochberg (secondary); null of a primary metric under a Bayesian rule.',
  })
  adjustedP!: number | null;
  @Field(() => Boolean, { description: 'Decided by the stopping rule.' })
  significant!: boolean;
  @Field(() => [LiftReadingObject])
  others!: readonly LiftReadingObject[];
  @Field(() => GuardrailVerdictEnum, { nullable: true })
  guardrail!: 'SAFE' | 'UNDECIDED' | 'HARMED' | null;
  @Field(() => Float, { nullable: true, description: 'p of a difference before anybody was exposed.' })
  beforeP!: number | null;
}

@ObjectType('ArmValue', { simpleResolvers: true })
export class ArmValueObject {
  @Field(() => String)
  variant!: string;
  @Field(() => Int)
  n!: number;
  @Field(() => Float)
  value!: number;
  @Field(() => Float, { nullable: true })
  winsorised!: number | null;
}

@ObjectType('MetricResult', { simpleResolvers: true })
export class MetricResultObject {
  @Field(() => MetricObject)
  metric!: MetricObject;
  @Field(() => MetricRoleEnum)
  role!: MetricRole;
  @Field(() => [ArmValueObject])
  arms!: readonly ArmValueObject[];
  @Field(() => [ComparisonObject])
  comparisons!: readonly ComparisonObject[];
}

@ObjectType('SampleCheck', {
  simpleResolvers: true,
  description:
    'The split of the arms against the plan: of all units, of a trait, or of those an impression came back of.',
})
export class SampleCheckObject {
  @Field(() => String, {
    description:
      'all, impressions, coldness, device, locale or category; of an interleaving, drafted instead of the first two: of seen slots, those that each ranking drafted.',
  })
  dimension!: string;
  @Field(() => String)
  value!: string;
  @Field(() => [Int])
  units!: readonly number[];
  @Field(() => Float)
  chiSquare!: number;
  @Field(() => Float)
  p!: number;
  @Field(() => Boolean)
  mismatch!: boolean;
}

@ObjectType('SliceResult', {
  simpleResolvers: true,
  description: 'Of the primary metric; to learn from, not to decide on.',
})
export class SliceResultObject {
  @Field(() => String)
  dimension!: string;
  @Field(() => String)
  value!: string;
  @Field(() => MetricResultObject)
  result!: MetricResultObject;
}

@ObjectType('LiftPoint', { simpleResolvers: true, description: 'Of the units that came until that day.' })
export class LiftPointObject {
  @Field(() => String)
  day!: string;
  @Field(() => String)
  variant!: string;
  @Field(() => Int)
  n!: number;
  @Field(() => Float)
  estimate!: number;
  @Field(() => Float)
  low!: number;
  @Field(() => Float)
  high!: number;
}

@ObjectType('LiftInterval', { simpleResolvers: true })
export class LiftIntervalObject {
  @Field(() => Float)
  estimate!: number;
  @Field(() => Float)
  low!: number;
  @Field(() => Float)
  high!: number;
}

@ObjectType('NoveltyReading', { simpleResolvers: true })
export class NoveltyObject {
  @Field(() => String)
  variant!: string;
  @Field(() => LiftIntervalObject, { nullable: true, description: 'Within a day of the exposure.' })
  firstDay!: LiftIntervalObject | null;
  @Field(() => LiftIntervalObject, { nullable: true })
  later!: LiftIntervalObject | null;
  @Field(() => Boolean)
  fades!: boolean;
}

@ObjectType('ExperimentReason', { simpleResolvers: true })
export class ReasonObject {
  @Field(() => String, { description: 'Stable, for programs.' })
  code!: string;
  @Field(() => String, { description: 'For people, in the locale of the request.' })
  sentence!: string;
}

@ObjectType('ArmAdvice', { simpleResolvers: true, description: 'A person decides.' })
export class ArmAdviceObject {
  @Field(() => String)
  variant!: string;
  @Field(() => AdviceEnum)
  advice!: Advice['advice'];
  @Field(() => String)
  sentence!: string;
  @Field(() => [ReasonObject], { description: 'The weightiest first.' })
  reasons!: readonly ReasonObject[];
}

@ObjectType('FunnelStage', { simpleResolvers: true, description: 'Lists asked for, by what became of them.' })
export class FunnelStageObject {
  @Field(() => String)
  stage!: string;
  @Field(() => Float)
  lists!: number;
}

@ObjectType('ArmUnits', { simpleResolvers: true })
export class ArmUnitsObject {
  @Field(() => String)
  variant!: string;
  @Field(() => Int)
  n!: number;
}

@ObjectType('BanditArm', {
  simpleResolvers: true,
  description: 'Of the primary metric, brought to one mix of days.',
})
export class BanditArmObject {
  @Field(() => String)
  variant!: string;
  @Field(() => Int)
  n!: number;
  @Field(() => Float)
  mean!: number;
  @Field(() => Float)
  standardError!: number;
  @Field(() => Float, { description: 'Of those who come now.' })
  share!: number;
  @Field(() => Float)
  chanceToBeBest!: number;
}
@ObjectType('BanditRound', { simpleResolvers: true })
export class BanditRoundObject {
  @Field(() => Int)
  round!: number;
  @Field(() => Date)
  startedAt!: Date;
  @Field(() => [Float], { description: 'By variant.' })
  shares!: readonly number[];
  @Field(() => [Int], { description: 'By variant; empty for the newest rounds, which may still grow.' })
  units!: readonly number[];
}
@ObjectType('BanditReading', {
  simpleResolvers: true,
  description: 'Chances, and no intervals: shares followed the outcomes.',
})
export class BanditReadingObject {
  @Field(() => [BanditArmObject])
  arms!: readonly BanditArmObject[];
  @Field(() => [BanditRoundObject], { description: 'The oldest first.' })
  rounds!: readonly BanditRoundObject[];
}

@ObjectType('TTestInterval', { simpleResolvers: true, description: 'For one look at the end.' })
export class TTestIntervalObject {
  @Field(() => Float)
  low!: number;
  @Field(() => Float)
  high!: number;
  @Field(() => Float)
  p!: number;
}
@ObjectType('InterleavingReading', {
  simpleResolvers: true,
  description:
    "Mean share, over those who clicked, of the clicks on the second ranking's slots; against one half.",
})
export class InterleavingReadingObject {
  @Field(() => MetricObject)
  metric!: MetricObject;
  @Field(() => MetricRoleEnum)
  role!: MetricRole;
  @Field(() => Int, { description: 'Units that said something.' })
  n!: number;
  @Field(() => Float)
  winShare!: number;
  @Field(() => LiftTestEnum, { description: 'By which low, high and p are: that of the stopping rule.' })
  test!: 'SEQUENTIAL' | 'FIXED';
  @Field(() => Float, { nullable: true })
  low!: number | null;
  @Field(() => Float, { nullable: true })
  high!: number | null;
  @Field(() => Float, { nullable: true })
  p!: number | null;
  @Field(() => Float, { nullable: true })
  adjustedP!: number | null;
  @Field(() => TTestIntervalObject, { nullable: true, description: 'When it is asked for.' })
  fixed!: TTestIntervalObject | null;
}

@ObjectType('InterleavingSlice', {
  simpleResolvers: true,
  description: 'The primary metric among units of one trait; to learn from, not to decide on.',
})
export class InterleavingSliceObject {
  @Field(() => String)
  dimension!: string;
  @Field(() => String)
  value!: string;
  @Field(() => InterleavingReadingObject)
  reading!: InterleavingReadingObject;
}

@ObjectType('ExperimentResults', { simpleResolvers: true })
export class ExperimentResultsObject {
  @Field(() => Date, { nullable: true, description: 'Events received before this have been looked at.' })
  asOf!: Date | null;
  @Field(() => Boolean, { description: 'Whether units wait to be counted anew.' })
  isBehind!: boolean;
  @Field(() => HiddenEnum, { nullable: true, description: 'Why no lift is shown.' })
  hidden!: ExperimentResults['hidden'];
  @Field(() => Date, { nullable: true, description: 'When a fixed horizon is read; null under other rules.' })
  readsAt!: Date | null;
  @Field(() => [ArmUnitsObject])
  units!: readonly ArmUnitsObject[];
  @Field(() => [SampleCheckObject])
  sampleChecks!: readonly SampleCheckObject[];
  @Field(() => Int, { description: 'Units seen in several arms without a merge: left out.' })
  severalArms!: number;
  @Field(() => Int, {
    description: 'Merged profiles that had been in different arms: counted in their first.',
  })
  mergedAcrossArms!: number;
  @Field(() => [FunnelStageObject])
  funnel!: readonly FunnelStageObject[];
  @Field(() => Float, {
    description: 'Part of its units that are simulated visitors, of a thousand of them; 0 to 1.',
  })
  simulatedShare!: number;
  @Field(() => [MetricResultObject])
  metrics!: readonly MetricResultObject[];
  @Field(() => [SliceResultObject])
  slices!: readonly SliceResultObject[];
  @Field(() => [LiftPointObject])
  overTime!: readonly LiftPointObject[];
  @Field(() => [NoveltyObject])
  novelty!: readonly NoveltyObject[];
  @Field(() => BanditReadingObject, {
    nullable: true,
    description: 'Of a BANDIT, which compares no metrics.',
  })
  bandit!: BanditReadingObject | null;
  @Field(() => [InterleavingReadingObject], { description: 'Of an INTERLEAVING; the primary metric first.' })
  interleaving!: readonly InterleavingReadingObject[];
  @Field(() => [InterleavingSliceObject])
  interleavingSlices!: readonly InterleavingSliceObject[];
  @Field(() => [ReasonObject])
  warnings!: readonly ReasonObject[];
  @Field(() => [ArmAdviceObject])
  advice!: readonly ArmAdviceObject[];
}

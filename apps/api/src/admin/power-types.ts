import { Field, Float, InputType, Int, ObjectType } from 'type-graphql';
import { ExperimentUnitEnum, StoppingInput } from './experiment-types.js';
import { MetricObject } from './metric-types.js';

@InputType('PowerInput')
export class PowerInput {
  @Field(() => String)
  metric!: string;
  @Field(() => ExperimentUnitEnum, { nullable: true, description: 'PROFILE when left out.' })
  unit?: 'PROFILE' | 'SESSION' | null;
  @Field(() => [String])
  placements!: string[];
  @Field(() => Float, { nullable: true, description: 'Relative lift to be found, 0.05 when left out.' })
  lift?: number | null;
  @Field(() => Float, { nullable: true })
  power?: number | null;
  @Field(() => Float, { nullable: true })
  alpha?: number | null;
  @Field(() => Int, { nullable: true })
  arms?: number | null;
  @Field(() => Float, { nullable: true, description: 'Share of the units that is let in.' })
  share?: number | null;
  @Field(() => StoppingInput, { nullable: true, description: 'ALWAYS_VALID when left out.' })
  stopping?: StoppingInput | null;
  @Field(() => Int, { nullable: true, description: 'Results stay hidden below it; 200 when left out.' })
  minimumUnitsPerArm?: number | null;
  @Field(() => Int, { nullable: true, description: 'Days of the past that are looked at, 28 when left out.' })
  baselineDays?: number | null;
}

@ObjectType('DetectableLift', { simpleResolvers: true })
export class DetectableLift {
  @Field(() => Int)
  days!: number;
  @Field(() => Float, {
    nullable: true,
    description: 'What is found with the wanted power by then; null: no lift is large enough.',
  })
  minimumDetectableLift!: number | null;
}

@ObjectType('PowerEstimate', { simpleResolvers: true })
export class PowerEstimateObject {
  @Field(() => MetricObject)
  metric!: MetricObject;
  @Field(() => Int, { description: 'Profiles, or sessions, that the baseline is made of.' })
  units!: number;
  @Field(() => Float)
  mean!: number;
  @Field(() => Float)
  variance!: number;
  @Field(() => Float)
  unitsPerDay!: number;
  @Field(() => Float, { nullable: true, description: 'Null when this traffic cannot find it.' })
  unitsPerArm!: number | null;
  @Field(() => Float, { nullable: true })
  days!: number | null;
  @Field(() => Float, {
    nullable: true,
    description:
      'Chance that these units find the lift by the stopping rule (but for a fixed horizon, at any of 28 looks), played 4,000 times on the units of the baseline.',
  })
  power!: number | null;
  @Field(() => [DetectableLift])
  byDays!: readonly DetectableLift[];
}

@InputType('PeekingCheckInput')
export class PeekingCheckInput {
  @Field(() => String)
  metric!: string;
  @Field(() => ExperimentUnitEnum, { nullable: true, description: 'PROFILE when left out.' })
  unit?: 'PROFILE' | 'SESSION' | null;
  @Field(() => [String])
  placements!: string[];
  @Field(() => Float, { nullable: true })
  alpha?: number | null;
  @Field(() => Int, { nullable: true })
  looks?: number | null;
  @Field(() => Int, { nullable: true, description: 'Of each arm between two looks.' })
  unitsPerLook?: number | null;
  @Field(() => Int, { nullable: true })
  baselineDays?: number | null;
  @Field(() => String, { nullable: true, description: 'The same seed gives the same answer.' })
  seed?: string | null;
}

@ObjectType('PeekingCheck', { simpleResolvers: true })
export class PeekingCheckObject {
  @Field(() => MetricObject)
  metric!: MetricObject;
  @Field(() => Int)
  units!: number;
  @Field(() => Int)
  runs!: number;
  @Field(() => Int)
  looks!: number;
  @Field(() => Float)
  alpha!: number;
  @Field(() => Float, { description: 'Share of the runs in which the sequence ever found a difference.' })
  sequential!: number;
  @Field(() => Float, { description: 'The same of a t-test that is read as often.' })
  fixedHorizon!: number;
}

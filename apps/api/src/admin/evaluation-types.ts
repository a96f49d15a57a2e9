import {
  type EvaluationSplit,
  evaluationLimits,
  evaluationSplits,
  type ModelInterval,
  type TrainingStage,
  type TrainingStatus,
} from '@kindling/storage';
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../public/item-type.js';
import {
  BaselineMetricObject,
  IntervalObject,
  ModelDroppedObject,
  ModelGateObject,
  ModelSliceMetricsObject,
} from './model-types.js';
import { TrainingStageEnum, TrainingStatusEnum } from './training-types.js';

export const EvaluationSplitEnum = enumOf(evaluationSplits);
registerEnumType(EvaluationSplitEnum, {
  name: 'EvaluationSplit',
  description:
    'What is held out. COLD_ITEMS: every event of a tenth of the items. COLD_USERS: people, told by their first 0 to 10 events. ONBOARDING: people, told by their answers to cards. TEMPORAL: what came last. WARM: events of known people with known items. OVERALL: the same, all items competing.',
});

@InputType('EvaluationInput')
export class EvaluationInput {
  @Field(() => [EvaluationSplitEnum], { defaultValue: ['COLD_ITEMS', 'COLD_USERS'] })
  splits!: EvaluationSplit[];
  @Field(() => Int, {
    defaultValue: 3,
    description: `Splits are drawn by the seeds 1 to so many; at most ${evaluationLimits.seeds}. Each trains the model anew.`,
  })
  seeds!: number;
  @Field(() => Int, {
    defaultValue: evaluationLimits.people.standard,
    description: `At most so many people are judged, a split and seed: ${evaluationLimits.people.least} to ${evaluationLimits.people.most}.`,
  })
  people!: number;
  @Field(() => String, { nullable: true, description: 'Why, for the audit log.' })
  note?: string | null;
}

@ObjectType('EvaluationRow', { simpleResolvers: true, description: 'One method on a split.' })
export class EvaluationRowObject {
  @Field(() => String, { description: 'Such as popularity or item-kNN.' })
  method!: string;
  @Field(() => Boolean, { description: 'What is served after a training when nobody chooses anything.' })
  isDefault!: boolean;
  @Field(() => Boolean, { description: 'What one could use instead.' })
  isBaseline!: boolean;
  @Field(() => [BaselineMetricObject], {
    description: 'By name: ndcg@20, or k=3/ndcg@20 for people of whom three events are known.',
  })
  metrics!: readonly BaselineMetricObject[];
}

@ObjectType('EvaluationComparison', {
  simpleResolvers: true,
  description: 'How far the default is ahead of another row in NDCG@20, paired by person.',
})
export class EvaluationComparisonObject {
  @Field(() => String)
  method!: string;
  @Field(() => IntervalObject)
  difference!: ModelInterval;
  @Field(() => Float, { description: 'Of "no difference", two-sided, corrected by Holm over the rows.' })
  p!: number;
}

@ObjectType('EvaluationResult', { simpleResolvers: true, description: 'What a split has shown.' })
export class EvaluationResultObject {
  @Field(() => EvaluationSplitEnum)
  split!: EvaluationSplit;
  @Field(() => String, { nullable: true, description: 'Why the split could judge nobody.' })
  problem!: string | null;
  @Field(() => [Int])
  seeds!: readonly number[];
  @Field(() => [Int], { description: 'People who were judged, a seed.' })
  people!: readonly number[];
  @Field(() => [EvaluationRowObject], { description: 'The same people and splits for all of them.' })
  rows!: readonly EvaluationRowObject[];
  @Field(() => [EvaluationComparisonObject])
  comparisons!: readonly EvaluationComparisonObject[];
}

@ObjectType('EvaluationData', {
  simpleResolvers: true,
  description: 'The events that were judged on; for a run that was taken up again, those of the last time.',
})
export class EvaluationDataObject {
  @Field(() => Date, { nullable: true, description: 'The first event.' })
  from!: Date | null;
  @Field(() => Date, { nullable: true, description: 'The last event.' })
  to!: Date | null;
  @Field(() => Float, { description: 'As they were read.' })
  events!: number;
  @Field(() => [ModelDroppedObject], { description: 'What the cleaning left out.' })
  dropped!: readonly ModelDroppedObject[];
  @Field(() => Float, { description: 'Pairs of a profile and an item that were left.' })
  interactions!: number;
  @Field(() => Int)
  profiles!: number;
  @Field(() => Int)
  items!: number;
}

@ObjectType('EvaluationRun', {
  simpleResolvers: true,
  description:
    "An evaluation on a catalogue's own events: by itself, or the one that a training run ends with.",
})
export class EvaluationRunObject {
  @Field(() => ID, { description: 'Of the evaluation, or of the training run that it belongs to.' })
  id!: string;
  @Field(() => TrainingStatusEnum)
  status!: TrainingStatus;
  @Field(() => Boolean, { description: 'Whether it belongs to a training; then it fills slices and gate.' })
  ofTraining!: boolean;
  @Field(() => [EvaluationSplitEnum])
  splits!: readonly EvaluationSplit[];
  @Field(() => Int, { description: 'Splits are drawn by the seeds 1 to so many.' })
  seeds!: number;
  @Field(() => Int, { nullable: true, description: 'At most so many people are judged, a split and seed.' })
  people!: number | null;
  @Field(() => EvaluationSplitEnum, { nullable: true, description: 'What is being judged now.' })
  split!: EvaluationSplit | null;
  @Field(() => Int, { nullable: true })
  seed!: number | null;
  @Field(() => String, { nullable: true })
  method!: string | null;
  @Field(() => TrainingStageEnum, { nullable: true, description: 'Of a training.' })
  stage!: TrainingStage | null;
  @Field(() => Int, { description: 'Steps that are done; of a training, those of its stage.' })
  done!: number;
  @Field(() => Int, { description: 'Steps there are; 0: not known.' })
  total!: number;
  @Field(() => Int, { description: 'Begun so many times; splits that were judged are not judged again.' })
  attempt!: number;
  @Field(() => Int, { description: 'Times that a worker died or failed over it.' })
  faults!: number;
  @Field(() => String)
  requestedBy!: string;
  @Field(() => String, { nullable: true })
  errorCode!: string | null;
  @Field(() => String, { nullable: true, description: 'What went wrong, and what to do.' })
  error!: string | null;
  @Field(() => EvaluationDataObject, { nullable: true, description: 'Null until it has ended.' })
  data!: EvaluationDataObject | null;
  @Field(() => [EvaluationResultObject], { description: 'The splits that are judged so far.' })
  results!: readonly EvaluationResultObject[];
  @Field(() => [ModelSliceMetricsObject], {
    description:
      'Of a training, by split: the model, what served then, no model, and what was asked for besides. Empty until the run has succeeded.',
  })
  slices!: readonly ModelSliceMetricsObject[];
  @Field(() => ModelGateObject, { nullable: true, description: 'Of a training.' })
  gate!: ModelGateObject | null;
  @Field(() => Float, { nullable: true })
  cpuSeconds!: number | null;
  @Field(() => Float, { nullable: true })
  peakMemoryBytes!: number | null;
  @Field(() => Date)
  createdAt!: Date;
  @Field(() => Date, { nullable: true })
  startedAt!: Date | null;
  @Field(() => Date, { nullable: true })
  finishedAt!: Date | null;
}

import {
  type TrainingStage,
  type TrainingStatus,
  type TrainingTrigger,
  trainingStages,
  trainingStatuses,
  trainingTriggers,
} from '@kindling/storage';
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../public/item-type.js';
import { ModelGateObject, ModelSliceMetricsObject } from './model-types.js';

export const TrainingStatusEnum = enumOf(trainingStatuses);
registerEnumType(TrainingStatusEnum, { name: 'TrainingStatus' });
export const TrainingTriggerEnum = enumOf(trainingTriggers);
registerEnumType(TrainingTriggerEnum, {
  name: 'TrainingTrigger',
  description: 'What asked for it: a person or program, the night, or enough new events.',
});
export const TrainingStageEnum = enumOf(trainingStages);
registerEnumType(TrainingStageEnum, { name: 'TrainingStage', description: 'In their order.' });

@InputType('TrainingInput')
export class TrainingInput {
  @Field(() => String, { nullable: true, description: 'Why, for the audit log.' })
  note?: string | null;
}

@ObjectType('TrainingRun', { simpleResolvers: true, description: "One training of the catalogue's model." })
export class TrainingRunObject {
  @Field(() => ID)
  id!: string;
  @Field(() => TrainingStatusEnum)
  status!: TrainingStatus;
  @Field(() => TrainingTriggerEnum)
  trigger!: TrainingTrigger;
  @Field(() => TrainingStageEnum, { nullable: true, description: 'Null before a worker has taken it up.' })
  stage!: TrainingStage | null;
  @Field(() => Int, { description: 'Steps of the stage that are done.' })
  done!: number;
  @Field(() => Int, { description: 'Steps of the stage; 0: not known.' })
  total!: number;
  @Field(() => Int, { description: 'Begun so many times.' })
  attempt!: number;
  @Field(() => Int, { description: 'Times that a worker died or failed over it.' })
  faults!: number;
  @Field(() => String)
  requestedBy!: string;
  @Field(() => String, { nullable: true })
  errorCode!: string | null;
  @Field(() => String, { nullable: true, description: 'What went wrong, and what to do.' })
  error!: string | null;
  @Field(() => ID, { nullable: true, description: 'The model that it made.' })
  modelId!: string | null;
  @Field(() => Date)
  createdAt!: Date;
  @Field(() => Date, { nullable: true })
  startedAt!: Date | null;
  @Field(() => Date, { nullable: true })
  finishedAt!: Date | null;
}

@ObjectType('EvaluationRun', {
  simpleResolvers: true,
  description: "The evaluation on a catalogue's own events that a training run ends with.",
})
export class EvaluationRunObject {
  @Field(() => ID, { description: 'Of the training run.' })
  id!: string;
  @Field(() => TrainingStatusEnum)
  status!: TrainingStatus;
  @Field(() => TrainingStageEnum, { nullable: true })
  stage!: TrainingStage | null;
  @Field(() => Int, { description: 'Steps of the stage that are done.' })
  done!: number;
  @Field(() => Int, { description: 'Steps of the stage; 0: not known.' })
  total!: number;
  @Field(() => [ModelSliceMetricsObject], {
    description: 'By split: the model, what served then, and no model. Empty until the run has succeeded.',
  })
  slices!: readonly ModelSliceMetricsObject[];
  @Field(() => ModelGateObject, { nullable: true })
  gate!: ModelGateObject | null;
}

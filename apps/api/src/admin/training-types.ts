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
  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Judge what could be used in its place too, such as popularity or item-kNN. It takes longer.',
  })
  baselines!: boolean;
}

@ObjectType('TrainingSettings', {
  simpleResolvers: true,
  description: 'When the model is trained without anybody asking, and on what.',
})
export class TrainingSettingsObject {
  @Field(() => Int, { nullable: true, description: 'Hour of the day in UTC; null: not by night.' })
  nightlyHour!: number | null;
  @Field(() => Int, { nullable: true, description: 'After so many new events; null: not by their number.' })
  afterEvents!: number | null;
  @Field(() => Int, { description: 'Events of so many days are looked at.' })
  windowDays!: number;
}

@InputType('TrainingSettingsInput', {
  description: 'Replaces what was set. Null switches off; what is left out gets its default.',
})
export class TrainingSettingsInput {
  @Field(() => Int, { nullable: true, description: '0 to 23, in UTC. Default: 3.' })
  nightlyHour?: number | null;
  @Field(() => Int, { nullable: true, description: 'At least 100. Default: 20,000.' })
  afterEvents?: number | null;
  @Field(() => Int, { nullable: true, description: '1 to 730. Default: 730.' })
  windowDays?: number;
}

@ObjectType('TrainingRun', { simpleResolvers: true, description: "One training of the catalogue's model." })
export class TrainingRunObject {
  @Field(() => ID)
  id!: string;
  @Field(() => TrainingStatusEnum)
  status!: TrainingStatus;
  @Field(() => TrainingTriggerEnum)
  trigger!: TrainingTrigger;
  @Field(() => Boolean, { description: 'Whether it also judges what could be used in its place.' })
  baselines!: boolean;
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

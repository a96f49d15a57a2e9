import { type ListedJob, listedJobKinds, listedJobStatuses } from '@kindling/storage';
import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../public/item-type.js';

export const JobKindEnum = enumOf(listedJobKinds);
registerEnumType(JobKindEnum, {
  name: 'JobKind',
  description:
    'Work that somebody, or a clock, has asked for. Encoding goes on by itself: see embeddingProgress.',
});
export const JobStatusEnum = enumOf(listedJobStatuses);
registerEnumType(JobStatusEnum, { name: 'JobStatus' });

@ObjectType('Job', { simpleResolvers: true })
export class JobObject implements ListedJob {
  @Field(() => ID, { description: 'Of the import, the edit, the training or the diff itself.' })
  id!: string;
  @Field(() => JobKindEnum)
  kind!: ListedJob['kind'];
  @Field(() => JobStatusEnum)
  status!: ListedJob['status'];
  @Field(() => String, {
    nullable: true,
    description: "A file's name, a kind of edit, the stage of a training, the key of a rule or placement.",
  })
  subject!: string | null;
  @Field(() => Float, { nullable: true, description: '0 to 1; null where it is not known yet.' })
  progress!: number | null;
  @Field(() => Int, { description: 'Above 1: a worker that died was replaced.' })
  attempts!: number;
  @Field(() => String, { nullable: true })
  error!: string | null;
  @Field(() => String, { nullable: true })
  requestedBy!: string | null;
  @Field(() => Date)
  createdAt!: Date;
  @Field(() => Date, { nullable: true })
  startedAt!: Date | null;
  @Field(() => Date, { nullable: true })
  finishedAt!: Date | null;
}

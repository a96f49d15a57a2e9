import { Field, Float, ID, Int, ObjectType } from 'type-graphql';

@ObjectType('EmbeddingProgress', {
  simpleResolvers: true,
  description: 'How far the items of the catalogue are encoded by its serving model.',
})
export class EmbeddingProgressObject {
  @Field(() => String, { nullable: true })
  modelId!: string | null;
  @Field(() => Int, { description: 'Items that are not deleted.' })
  total!: number;
  @Field(() => Int)
  encoded!: number;
  @Field(() => Int)
  waiting!: number;
  @Field(() => Int, { description: 'Given up on: see deadLetters.' })
  failed!: number;
  @Field(() => Float, { nullable: true, description: 'Over the last minute; null when nothing was encoded.' })
  itemsPerSecond!: number | null;
  @Field(() => Float, { nullable: true })
  etaSeconds!: number | null;
}

@ObjectType('DeadLetter', { simpleResolvers: true, description: 'Work that was given up, and why.' })
export class DeadLetterObject {
  @Field(() => ID)
  id!: string;
  @Field(() => String)
  job!: string;
  @Field(() => String, { description: "What it was about: an item's id, an import's id." })
  subject!: string;
  @Field(() => String)
  reason!: string;
  @Field(() => Int)
  attempts!: number;
  @Field(() => Date)
  createdAt!: Date;
}

import { type CardMethod, cardMethods } from '@kindling/recommender';
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf, ItemObject } from './item-type.js';

export const CardMethodEnum = enumOf(cardMethods);
registerEnumType(CardMethodEnum, { name: 'CardMethod', description: 'How cards are picked.' });

export const cardAnswers = ['LIKED', 'DISLIKED', 'SKIPPED'] as const;
export type CardAnswer = (typeof cardAnswers)[number];
export const CardAnswerEnum = enumOf(cardAnswers);
registerEnumType(CardAnswerEnum, { name: 'CardAnswer' });

@ObjectType('OnboardingQuestion', { simpleResolvers: true })
export class OnboardingQuestionObject {
  @Field(() => String)
  key!: string;
  @Field(() => String)
  text!: string;
  @Field(() => [String])
  options!: readonly string[];
}

@ObjectType('OnboardingFlow', { simpleResolvers: true, description: 'What to ask a new visitor.' })
export class OnboardingFlowObject {
  @Field(() => String)
  key!: string;
  @Field(() => Int, { description: '0: the flow that every catalogue has until somebody writes one.' })
  version!: number;
  @Field(() => String)
  name!: string;
  @Field(() => Boolean)
  skippable!: boolean;
  @Field(() => CardMethodEnum)
  method!: CardMethod;
  @Field(() => [OnboardingQuestionObject])
  questions!: readonly OnboardingQuestionObject[];
  @Field(() => [ItemObject], {
    description: 'Items to like or dislike; what the subject is known to know is left out.',
  })
  cards!: readonly ItemObject[];
}

@InputType('OnboardingAnswerInput', {
  description: 'To a card (itemId, card) or to a question (question, option).',
})
export class OnboardingAnswerInput {
  @Field(() => ID, { nullable: true })
  itemId?: string | null;
  @Field(() => CardAnswerEnum, { nullable: true })
  card?: CardAnswer | null;
  @Field(() => String, { nullable: true })
  question?: string | null;
  @Field(() => String, { nullable: true, description: 'One of the options of the question.' })
  option?: string | null;
}

@ObjectType('OnboardingResult', {
  simpleResolvers: true,
  description: 'Answers are committed, and act on the next list.',
})
export class OnboardingResult {
  @Field(() => Int)
  accepted!: number;
  @Field(() => Int, { description: 'Given before in the same words.' })
  duplicates!: number;
  @Field(() => Int, { description: 'Earlier answers that these stand in place of.' })
  replaced!: number;
}

import { z } from 'zod';
import { cardMethods } from './pick-cards.js';

const key = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not 1 to 63 of a-z, 0-9 and -');
const words = (most: number) => z.string().trim().min(1, 'is empty').max(most);

/** What a new visitor is asked: questions with ready answers, then items to like or dislike. */
export const onboardingFlowSchema = z.object({
  key: key.meta({ label: 'Key', help: 'By which sites ask for the flow.' }),
  name: words(200).meta({ label: 'Name', help: 'What people call the flow.' }),
  cards: z.number().int().min(0).max(30).default(10).meta({
    label: 'Cards',
    help: 'Items that a new visitor is shown to like or dislike.',
  }),
  method: z.enum(cardMethods).default('information').meta({
    label: 'Chosen by',
    help: 'Information: what tells tastes apart. Coverage: what most people know.',
  }),
  skippable: z
    .boolean()
    .default(true)
    .meta({ label: 'Skippable', help: 'Whether a visitor may go on without an answer.' }),
  questions: z
    .array(
      z.object({
        key: key.meta({ label: 'Key', help: 'Stable name of the question.' }),
        text: words(500).meta({ label: 'Question', help: 'As the visitor reads it.' }),
        options: z
          .array(words(200).meta({ label: 'Answer', help: 'One that can be chosen.' }))
          .min(2)
          .max(20)
          .meta({ label: 'Answers', help: 'What can be chosen; the words themselves say what is liked.' }),
      }),
    )
    .max(10)
    .default([])
    .meta({ label: 'Questions', help: 'Asked before the cards.' }),
});
export type OnboardingFlow = z.output<typeof onboardingFlowSchema>;

/** What is asked where nobody has written a flow. */
export const defaultFlow: OnboardingFlow = onboardingFlowSchema.parse({ key: 'default', name: 'Ten cards' });

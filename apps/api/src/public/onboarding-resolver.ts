import { createHash } from 'node:crypto';
import { coldnessOf, KindlingError } from '@kindling/domain';
import { defaultStrategy, type Subject } from '@kindling/recommender';
import { checkEvents, findFlow, type StoredFlow, storeAnswers } from '@kindling/storage';
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import type { CatalogueRuntime } from '../runtime/catalogue-runtime.js';
import {
  cardAnswers,
  OnboardingAnswerInput,
  OnboardingFlowObject,
  OnboardingResult,
} from './onboarding-types.js';
import { ContextInput, type ListContext, listContextOf, SubjectInput, subjectOf } from './subject-input.js';

const answerSchema = z
  .array(
    z.union(
      [
        z.object({ itemId: z.string().min(1).max(256), card: z.enum(cardAnswers) }),
        z.object({ question: z.string().min(1), option: z.string().min(1) }),
      ],
      'is neither an answer to a card (itemId and card) nor to a question (question and option)',
    ),
  )
  .min(1, 'has no entry')
  .max(50, 'has more than 50 entries');
type Answer = z.output<typeof answerSchema>[number];

/** What an answer to a card is among events; a skipped card was merely seen. */
const eventTypeOf = { LIKED: 'FAVOURITE', DISLIKED: 'DISLIKE', SKIPPED: 'IMPRESSION' } as const;

@Resolver()
export class OnboardingResolver {
  @Query(() => OnboardingFlowObject, { description: 'Questions, and cards picked by what they tell.' })
  @Requires({ scope: 'recommend', cost: () => 2 })
  async onboarding(
    @Arg('flow', () => String, { defaultValue: 'default' }) key: string,
    @Arg('subject', () => SubjectInput) subjectInput: SubjectInput,
    @Arg('context', () => ContextInput, {
      nullable: true,
      description: 'Its device and its forcedVariant count, where an experiment compares flows.',
    })
    flowContext: ContextInput | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<OnboardingFlowObject> {
    const subject = subjectOf(subjectInput);
    const runtime = await context.services.runtimes.get(context.catalogue);
    const stored = await flowOfArm(context, runtime, key, subject, listContextOf(flowContext), true);
    const ids = await context.services.onboardingCards.of(runtime, stored);
    const known = new Set<string>([...(subject.likedItemIds ?? []), ...(subject.dislikedItemIds ?? [])]);
    const rows = ids.flatMap((id) => (known.has(id) ? [] : (runtime.items.rowOfId(id) ?? [])));
    const numbers = rows.map((row) => runtime.items.numberAt(row));
    const { items } = await runtime.cache.read(numbers);
    const { flow, version } = stored;
    return {
      ...flow,
      version,
      cards: rows.flatMap((row) => {
        const item = items.get(runtime.items.numberAt(row));
        const coldness = coldnessOf(runtime.items.eventCount(row), defaultStrategy.coldness.item);
        return item ? [{ ...item, coldness }] : [];
      }),
    };
  }

  @Mutation(() => OnboardingResult, {
    description:
      'Likes and dislikes count as such, the words of an option as a search. What a call says of a card or a question replaces what was answered before; several options of a question come in one call. Committed when it answers: the next list goes by it.',
  })
  @Requires({ scope: 'track', cost: () => 2 })
  async answerOnboarding(
    @Arg('flow', () => String, { defaultValue: 'default' }) key: string,
    @Arg('subject', () => SubjectInput) subjectInput: SubjectInput,
    @Arg('answers', () => [OnboardingAnswerInput]) given: OnboardingAnswerInput[],
    @Arg('context', () => ContextInput, {
      nullable: true,
      description: 'Its forcedVariant counts: answers are checked against the flow that was shown.',
    })
    flowContext: ContextInput | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<OnboardingResult> {
    const subject = subjectOf(subjectInput);
    const { profileId = null, sessionId = null } = subject;
    if (profileId === null && sessionId === null) {
      throw new KindlingError('BAD_INPUT', 'answers are kept under a profileId or a sessionId: send one', {
        field: 'subject',
      });
    }
    const { pool, runtimes } = context.services;
    const runtime = await runtimes.get(context.catalogue);
    const stored = await flowOfArm(context, runtime, key, subject, listContextOf(flowContext), false);
    const answers = parseInput(answerSchema, given.map(withoutNulls), 'answers');
    checkCards(answers);
    for (const [index, answer] of answers.entries()) {
      checkAnswer(
        stored,
        answer,
        `answers.${index}`,
        (id) => runtime.items.rowOfId(id as never) !== undefined,
      );
    }
    const events = answers.map((answer) => eventOf(answer, stored.flow.key, subject));
    const checked = checkEvents(events, new Date(), () => false);
    const { segmentAttribute } = runtime.catalogue;
    const result = await storeAnswers(pool, context.catalogue, segmentAttribute, {
      flow: stored.flow.key,
      answerer: { profileId, sessionId },
      events: checked.events,
    });
    return { ...result, duplicates: result.duplicates + checked.repeated };
  }
}

/**
 * The flow that a visitor gets for a key: where an experiment compares flows in its place, that of the visitor's arm.
 * Seeing it is the exposure; answering it is not another one. What cannot be counted is not shown.
 */
async function flowOfArm(
  context: RequestContext,
  runtime: CatalogueRuntime,
  key: string,
  subject: Subject,
  { device, forcedVariant }: ListContext,
  isShown: boolean,
): Promise<StoredFlow> {
  const { trials } = context.services;
  const input = {
    placement: `onboarding ${key}`,
    subject,
    now: new Date(),
    locale: context.request.locale,
    device,
    forcedVariant,
    isUncounted: !isShown,
  };
  const trial = await trials.enterFlow(runtime, key, input);
  if (!trial?.arm.flow) return expectFlow(context, key);
  if (!trial.counted) return trial.arm.flow;
  const { profileId = null, sessionId = null } = subject;
  const evidence = await runtime.serving.recommender.evidence
    .load({ profileId, sessionId })
    .catch(() => undefined);
  const { coldness } = trial.arm.strategy.strategy;
  const cold = coldnessOf(evidence?.eventCount ?? 0, coldness.profile);
  const outcome = await trials.expose(trial, input, cold, trial.running.differences.flow);
  return outcome === 'FAILED' ? expectFlow(context, key) : trial.arm.flow;
}

async function expectFlow(context: RequestContext, key: string): Promise<StoredFlow> {
  const stored = await findFlow(context.services.pool, context.catalogue, key);
  if (stored) return stored;
  throw new KindlingError('NOT_FOUND', `There is no onboarding flow "${key}"`, { field: 'flow' });
}

function checkAnswer(
  { flow }: StoredFlow,
  answer: Answer,
  field: string,
  isItem: (id: string) => boolean,
): void {
  if ('itemId' in answer) {
    if (answer.card === 'SKIPPED' && !flow.skippable) {
      throw new KindlingError(
        'BAD_INPUT',
        `Flow "${flow.key}" does not let a card be skipped: send LIKED or DISLIKED`,
        { field: `${field}.card` },
      );
    }
    if (isItem(answer.itemId)) return;
    throw new KindlingError('NOT_FOUND', `There is no item "${answer.itemId}"`, { field: `${field}.itemId` });
  }
  const question = flow.questions.find((one) => one.key === answer.question);
  if (!question) {
    throw new KindlingError('NOT_FOUND', `Flow "${flow.key}" has no question "${answer.question}"`, {
      field: `${field}.question`,
    });
  }
  if (question.options.includes(answer.option)) return;
  throw new KindlingError(
    'BAD_INPUT',
    `"${answer.option}" is no option of "${question.key}": choose one of ${question.options.join(', ')}`,
    { field: `${field}.option` },
  );
}

/** A card has one answer; of two that differ, nobody knows which one is meant. */
function checkCards(answers: readonly Answer[]): void {
  const seen = new Map<string, { readonly index: number; readonly card: string }>();
  for (const [index, answer] of answers.entries()) {
    if (!('itemId' in answer)) continue;
    const before = seen.get(answer.itemId);
    if (before && before.card !== answer.card) {
      throw new KindlingError(
        'BAD_INPUT',
        `answers.${index} and answers.${before.index} say different things of item "${answer.itemId}": send one of them`,
        { field: `answers.${index}.card` },
      );
    }
    seen.set(answer.itemId, { index, card: answer.card });
  }
}

/** The id says flow, person and answer: the same answer again is one event. */
function eventOf(answer: Answer, flow: string, { profileId = null, sessionId = null }: Subject) {
  const id = createHash('sha256')
    .update(JSON.stringify([flow, profileId, sessionId, answer]))
    .digest('base64url');
  const event = { id: `onboarding-${id}`, profileId, sessionId };
  return 'itemId' in answer
    ? { ...event, type: eventTypeOf[answer.card], itemId: answer.itemId, attributes: { onboarding: flow } }
    : {
        ...event,
        type: 'SEARCH',
        query: answer.option,
        attributes: { onboarding: flow, question: answer.question },
      };
}

const withoutNulls = (answer: OnboardingAnswerInput) =>
  Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== null && value !== undefined));

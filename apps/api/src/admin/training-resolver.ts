import { KindlingError } from '@kindling/domain';
import {
  cancelTrainingRun,
  expectCatalogue,
  findTrainingRun,
  listTrainingRuns,
  saveTrainingSettings,
  startTrainingRun,
  type TrainingRun,
  trainingSettingsSchema,
} from '@kindling/storage';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import { isUuid } from './is-uuid.js';
import { pageSize } from './page-size.js';
import { pollChanges } from './poll-changes.js';
import {
  TrainingInput,
  TrainingRunObject,
  TrainingSettingsInput,
  TrainingSettingsObject,
} from './training-types.js';

const inputSchema = z.object({
  note: z.string().trim().max(500, 'is longer than 500 characters').nullable().default(null),
  baselines: z.boolean().default(false),
});

/** Trainings: the API writes down what is wanted, and reads what the worker writes. */
@Resolver()
export class TrainingResolver {
  @Query(() => [TrainingRunObject], { description: 'Newest first.' })
  @Requires({ role: 'viewer' })
  async trainingRuns(
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Arg('after', () => ID, { nullable: true, description: 'The id of the last one of the page before.' })
    after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<TrainingRunObject[]> {
    const page = { first: pageSize(first), before: after ? (await expectRun(after, context)).number : null };
    return [...(await listTrainingRuns(context.services.pool, context.catalogue, page))];
  }

  @Query(() => TrainingRunObject)
  @Requires({ role: 'viewer' })
  trainingRun(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<TrainingRunObject> {
    return expectRun(id, context);
  }

  @Mutation(() => TrainingRunObject, {
    description: 'Asks for a training. While one waits or runs, that one is the answer.',
  })
  @Requires({ role: 'experimenter', cost: () => 20 })
  async startTraining(
    @Arg('input', () => TrainingInput, { nullable: true }) input: TrainingInput | null,
    @Ctx() context: RequestContext,
  ): Promise<TrainingRunObject> {
    const { note, baselines } = parseInput(inputSchema, input ?? {}, 'input');
    const { run } = await startTrainingRun(context.services.pool, context.catalogue, {
      trigger: 'MANUAL',
      actor: context.actor,
      baselines,
      ...(note !== null && { note }),
    });
    return run;
  }

  @Mutation(() => TrainingRunObject, {
    description: 'Ends a training that waits or runs; one that is over already is a CONFLICT.',
  })
  @Requires({ role: 'experimenter', cost: () => 5 })
  async cancelTraining(
    @Arg('id', () => ID) id: string,
    @Ctx() context: RequestContext,
  ): Promise<TrainingRunObject> {
    const run = await expectRun(id, context);
    return cancelTrainingRun(context.services.pool, context.catalogue, run.id, context.actor);
  }

  @Query(() => TrainingSettingsObject)
  @Requires({ role: 'viewer' })
  async trainingSettings(@Ctx() { services, catalogue }: RequestContext): Promise<TrainingSettingsObject> {
    return (await expectCatalogue(services.pool, catalogue)).training;
  }

  @Mutation(() => TrainingSettingsObject, {
    description: 'When the model is trained without anybody asking. Looked at every five minutes.',
  })
  @Requires({ role: 'experimenter', cost: () => 5 })
  async saveTrainingSettings(
    @Arg('input', () => TrainingSettingsInput) input: TrainingSettingsInput,
    @Ctx() { services, catalogue, actor }: RequestContext,
  ): Promise<TrainingSettingsObject> {
    const settings = parseInput(trainingSettingsSchema, input, 'input');
    return saveTrainingSettings(services.pool, catalogue, settings, actor);
  }

  @Subscription(() => TrainingRunObject, {
    description: 'At most twice a second, when something has changed, until the run has ended.',
    subscribe: ({ args, context }) => {
      const request = context as RequestContext;
      const { id } = args as { id: string };
      return pollChanges(() => expectRun(id, request), request.request.signal, hasEnded);
    },
  })
  @Requires({ role: 'viewer', cost: () => 5 })
  trainingProgress(@Arg('id', () => ID) _id: string, @Root() run: TrainingRun): TrainingRunObject {
    return run;
  }
}

async function expectRun(id: string, { services, catalogue }: RequestContext): Promise<TrainingRun> {
  const run = isUuid(id) ? await findTrainingRun(services.pool, catalogue, id) : null;
  if (run === null) throw new KindlingError('NOT_FOUND', `There is no training run "${id.slice(0, 40)}"`);
  return run;
}

const hasEnded = ({ status }: TrainingRun) => status !== 'QUEUED' && status !== 'RUNNING';

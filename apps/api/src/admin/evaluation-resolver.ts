import { KindlingError } from '@kindling/domain';
import {
  cancelEvaluationRun,
  type EvaluationRun,
  evaluationLimits,
  evaluationSplits,
  findEvaluationRun,
  findModel,
  findTrainingRun,
  listEvaluationResults,
  listEvaluationRuns,
  startEvaluationRun,
} from '@kindling/storage';
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import { selects } from '../public/recommendation-resolver.js';
import { evaluationObject, trainingEvaluation } from './evaluation-object.js';
import { EvaluationInput, EvaluationRunObject } from './evaluation-types.js';
import { isUuid } from './is-uuid.js';
import { pageSize } from './page-size.js';
import { pollChanges } from './poll-changes.js';

const { seeds, people } = evaluationLimits;
const inputSchema = z.object({
  splits: z.array(z.enum(evaluationSplits)).min(1, 'is empty: name at least one split'),
  seeds: z.number().int().min(1, 'is below 1').max(seeds, `is above ${seeds}`),
  people: z
    .number()
    .int()
    .min(people.least, `is below ${people.least}`)
    .max(people.most, `is above ${people.most}`),
  note: z.string().trim().max(500, 'is longer than 500 characters').nullable().default(null),
});
/** Results are tables: of so many runs at a time. */
const mostOfAPage = 50;

/** Evaluations on a catalogue's own events: the API writes down what is wanted, a worker judges, the API reads. */
@Resolver()
export class EvaluationResolver {
  @Query(() => [EvaluationRunObject], {
    description: 'Those by themselves, newest first; at most 50 a page.',
  })
  @Requires({ role: 'viewer', cost: () => 3 })
  async evaluations(
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Arg('after', () => ID, { nullable: true, description: 'The id of the last one of the page before.' })
    after: string | null,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<EvaluationRunObject[]> {
    const { services, catalogue } = context;
    const before = after ? (await expectRun(after, context)).number : null;
    const page = { first: pageSize(first, mostOfAPage), before };
    const runs = await listEvaluationRuns(services.pool, catalogue, page);
    const ids = selects(info, ['results']) ? runs.map(({ id }) => id) : [];
    const results = await listEvaluationResults(services.pool, catalogue, ids);
    return runs.map((run) => evaluationObject(run, results.get(run.id) ?? []));
  }

  @Query(() => EvaluationRunObject, {
    description: 'By its id, or by that of the training run it belongs to.',
  })
  @Requires({ role: 'viewer' })
  async evaluation(
    @Arg('id', () => ID) id: string,
    @Ctx() context: RequestContext,
  ): Promise<EvaluationRunObject> {
    const { services, catalogue } = context;
    const training = isUuid(id) ? await findTrainingRun(services.pool, catalogue, id) : null;
    if (training === null) return withResults(await expectRun(id, context), context);
    const made =
      training.modelId === null ? null : await findModel(services.pool, catalogue, training.modelId);
    return trainingEvaluation(training, made);
  }

  @Mutation(() => EvaluationRunObject, {
    description:
      'Asks for an evaluation: what is served and what one could use instead, on events that are held out. Asked for the same while it waits or runs, that one is the answer; for another, a CONFLICT.',
  })
  @Requires({ role: 'experimenter', cost: () => 20 })
  async startEvaluation(
    @Arg('input', () => EvaluationInput, { nullable: true }) input: EvaluationInput | null,
    @Ctx() context: RequestContext,
  ): Promise<EvaluationRunObject> {
    const { services, catalogue, actor } = context;
    const { note, ...wanted } = parseInput(inputSchema, { ...standardInput, ...input }, 'input');
    const { run } = await startEvaluationRun(services.pool, catalogue, {
      ...wanted,
      actor,
      ...(note !== null && { note }),
    });
    return withResults(run, context);
  }

  @Mutation(() => EvaluationRunObject, {
    description: 'Ends an evaluation that waits or runs; one that is over already is a CONFLICT.',
  })
  @Requires({ role: 'experimenter', cost: () => 5 })
  async cancelEvaluation(
    @Arg('id', () => ID) id: string,
    @Ctx() context: RequestContext,
  ): Promise<EvaluationRunObject> {
    const { services, catalogue, actor } = context;
    const run = await expectRun(id, context);
    return withResults(await cancelEvaluationRun(services.pool, catalogue, run.id, actor), context);
  }

  @Subscription(() => EvaluationRunObject, {
    description: 'At most twice a second, when something has changed, until the evaluation has ended.',
    subscribe: ({ args, context }) => {
      const request = context as RequestContext;
      const { id } = args as { id: string };
      const read = async () => withResults(await expectRun(id, request), request);
      return pollChanges(read, request.request.signal, hasEnded);
    },
  })
  @Requires({ role: 'viewer', cost: () => 5 })
  evaluationProgress(
    @Arg('id', () => ID) _id: string,
    @Root() run: EvaluationRunObject,
  ): EvaluationRunObject {
    return run;
  }
}

/** What an input that is left out as a whole means. */
const standardInput = { splits: ['COLD_ITEMS', 'COLD_USERS'], seeds: 3, people: people.standard };

async function withResults(
  run: EvaluationRun,
  { services, catalogue }: RequestContext,
): Promise<EvaluationRunObject> {
  const results = await listEvaluationResults(services.pool, catalogue, [run.id]);
  return evaluationObject(run, results.get(run.id) ?? []);
}

async function expectRun(id: string, { services, catalogue }: RequestContext): Promise<EvaluationRun> {
  const run = isUuid(id) ? await findEvaluationRun(services.pool, catalogue, id) : null;
  if (run === null) throw new KindlingError('NOT_FOUND', `There is no evaluation "${id.slice(0, 40)}"`);
  return run;
}

const hasEnded = ({ status }: EvaluationRunObject) => status !== 'QUEUED' && status !== 'RUNNING';

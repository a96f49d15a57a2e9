import { KindlingError } from '@kindling/domain';
import {
  activateModel,
  findModel,
  listModelActivations,
  listModels,
  type ModelActivation,
  type ModelVersion,
  rollBackModel,
} from '@kindling/storage';
import { Arg, Ctx, Field, ID, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import { isUuid } from './is-uuid.js';
import { ModelObject, modelObject } from './model-types.js';
import { pageSize } from './page-size.js';

@ObjectType('ModelActivation', { simpleResolvers: true, description: 'A change of the serving model.' })
export class ModelActivationObject {
  @Field(() => ID)
  id!: string;
  @Field(() => ID, { nullable: true, description: 'Null: none serves from then on.' })
  modelId!: string | null;
  @Field(() => ID, { nullable: true })
  previousModelId!: string | null;
  @Field(() => String)
  actor!: string;
  @Field(() => String, { nullable: true })
  reason!: string | null;
  @Field(() => Boolean, { description: "A person's word against that of the gate." })
  overridden!: boolean;
  @Field(() => Date)
  createdAt!: Date;
}

const reasonSchema = z.string().trim().min(1, 'is empty: say why').max(500, 'is longer than 500 characters');

/** Trained models, and which of them serves. A switch reaches every process within a second, without a gap. */
@Resolver()
export class ModelResolver {
  @Query(() => [ModelObject], { description: 'Newest first.' })
  @Requires({ role: 'viewer', cost: () => 2 })
  async models(
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => ID, { nullable: true, description: 'The id of the last one of the page before.' })
    after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<ModelObject[]> {
    const { pool } = context.services;
    const page = {
      first: pageSize(first),
      before: after ? (await expectModel(after, context)).number : null,
    };
    return (await listModels(pool, context.catalogue, page)).map(modelObject);
  }

  @Query(() => ModelObject, { nullable: true })
  @Requires({ role: 'viewer' })
  async model(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<ModelObject | null> {
    const found = await modelOf(id, context);
    return found && modelObject(found);
  }

  @Query(() => [ModelActivationObject], { description: 'Which model served when, newest first.' })
  @Requires({ role: 'viewer' })
  async modelActivations(
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => ID, { nullable: true, description: 'The id of the last one of the page before.' })
    after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<ModelActivationObject[]> {
    const page = { first: pageSize(first), before: after ? activationId(after) : null };
    const found = await listModelActivations(context.services.pool, context.catalogue, page);
    return found.map((activation: ModelActivation) => ({ ...activation, id: String(activation.id) }));
  }

  @Mutation(() => ModelObject, {
    description:
      'Makes a version the serving one. One that did not pass its gate needs a reason, which is recorded; without one it is a CONFLICT.',
  })
  @Requires({ role: 'experimenter', cost: () => 5 })
  async activateModel(
    @Arg('id', () => ID) id: string,
    @Arg('reason', () => String, { nullable: true }) reason: string | null,
    @Ctx() context: RequestContext,
  ): Promise<ModelObject> {
    const { id: modelId } = await expectModel(id, context);
    await activateModel(context.services.pool, context.catalogue, {
      modelId,
      actor: context.actor,
      reason: parseInput(reasonSchema.nullable(), reason ?? null, 'reason'),
    });
    return modelObject(await expectModel(modelId, context));
  }

  @Mutation(() => ModelObject, {
    nullable: true,
    description:
      'Goes back to the model that served before. Null: none did, and lists are made without one. `from` is the model that serves: if it does not any more, somebody was quicker and nothing changes (CONFLICT).',
  })
  @Requires({ role: 'experimenter', cost: () => 5 })
  async rollBackModel(
    @Arg('from', () => ID) from: string,
    @Arg('reason', () => String) reason: string,
    @Ctx() context: RequestContext,
  ): Promise<ModelObject | null> {
    const { modelId } = await rollBackModel(context.services.pool, context.catalogue, {
      from: (await expectModel(from, context)).id,
      actor: context.actor,
      reason: parseInput(reasonSchema, reason, 'reason'),
    });
    return modelId === null ? null : modelObject(await expectModel(modelId, context));
  }
}

const modelOf = async (id: string, { services, catalogue }: RequestContext): Promise<ModelVersion | null> =>
  isUuid(id) ? findModel(services.pool, catalogue, id) : null;

async function expectModel(id: string, context: RequestContext): Promise<ModelVersion> {
  const model = await modelOf(id, context);
  if (model !== null) return model;
  throw new KindlingError('NOT_FOUND', `There is no model "${id.slice(0, 40)}"`);
}

function activationId(id: string): number {
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw new KindlingError('NOT_FOUND', `There is no change of the model "${id.slice(0, 40)}"`);
}

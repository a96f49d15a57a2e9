import { type JsonObject, KindlingError, profileId } from '@kindling/domain';
import { eraseProfile, expectCatalogue, exportProfile } from '@kindling/storage';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Arg, Ctx, Field, ID, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';

@ObjectType('ErasureReceipt', {
  simpleResolvers: true,
  description: 'What was removed, and that nothing is left.',
})
export class ErasureReceipt {
  @Field(() => String, {
    description: 'SHA-256 of catalogue and id: what the audit log keeps instead of the id.',
  })
  subjectHash!: string;
  @Field(() => Int, { description: 'The profile and those merged into it.' })
  profiles!: number;
  @Field(() => Int)
  events!: number;
  @Field(() => Int, { description: 'Logged lists.' })
  exposures!: number;
  @Field(() => Int, { description: 'Stored rankings behind cursors.' })
  rankings!: number;
  @Field(() => Int, { description: 'Rows found when it was looked again, after the removal: 0.' })
  remaining!: number;
  @Field(() => Date)
  erasedAt!: Date;
}

@Resolver()
export class ProfileResolver {
  @Mutation(() => ErasureReceipt, {
    description: 'Removes a person, the profiles merged into it, and what they did.',
  })
  @Requires({ role: 'admin', cost: () => 20 })
  async eraseProfile(
    @Arg('id', () => ID) id: string,
    @Ctx() context: RequestContext,
  ): Promise<ErasureReceipt> {
    const { pool, exposures, rankings } = context.services;
    const { segmentAttribute } = await expectCatalogue(pool, context.catalogue);
    // What still waits in memory is written first, so that it is erased with the rest.
    await exposures.flush();
    await rankings.flush();
    const receipt = await eraseProfile(pool, context.catalogue, profileId(checkedId(id)), {
      segmentAttribute,
      actor: context.actor,
    });
    rankings.forget(receipt.recommendationIds);
    return receipt;
  }

  @Mutation(() => GraphQLJSONObject, { description: 'Everything that is stored about a person.' })
  @Requires({ role: 'admin', cost: () => 20 })
  exportProfile(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<JsonObject> {
    return exportProfile(context.services.pool, context.catalogue, profileId(checkedId(id)));
  }
}

function checkedId(id: string): string {
  if (id === '' || id.length > 256 || id.includes('\0')) {
    throw new KindlingError(
      'BAD_INPUT',
      'id is empty, longer than 256 characters, or contains a NUL character',
      { field: 'id' },
    );
  }
  return id;
}

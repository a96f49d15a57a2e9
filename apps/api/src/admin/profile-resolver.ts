import { type JsonObject, KindlingError, profileId } from '@kindling/domain';
import {
  eraseProfile,
  expectCatalogue,
  exportProfile,
  type ProfileWrite,
  profileWriteSchema,
  upsertProfiles,
} from '@kindling/storage';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import type { RowError } from '../public/event-types.js';
import {
  ErasureReceipt,
  ProfileInput,
  type UpsertProfileResult,
  UpsertProfilesPayload,
} from './profile-types.js';

const maximumProfiles = 1_000;

@Resolver()
export class ProfileResolver {
  @Mutation(() => UpsertProfilesPayload, {
    description:
      'Up to 1,000 profiles, made or changed by id; of two with one id in a call the later counts. Events that come later count in the segment that the attributes say. A bad row is rejected with its reason, the others are stored.',
  })
  @Requires({
    role: 'admin',
    cost: ({ profiles }) => 1 + Math.ceil((Array.isArray(profiles) ? profiles.length : 0) / 20),
  })
  async upsertProfiles(
    @Arg('profiles', () => [ProfileInput]) profiles: ProfileInput[],
    @Ctx() context: RequestContext,
  ): Promise<UpsertProfilesPayload> {
    if (profiles.length > maximumProfiles) {
      throw new KindlingError(
        'BAD_INPUT',
        `profiles has ${profiles.length} entries: send at most ${maximumProfiles} a call`,
        { field: 'profiles' },
      );
    }
    const writes: ProfileWrite[] = [];
    const rejected: RowError[] = [];
    const results: UpsertProfileResult[] = profiles.map((input, index) => {
      const parsed = profileWriteSchema.safeParse({ ...input });
      if (parsed.success) {
        writes.push(parsed.data);
        return { index, id: input.id, outcome: 'UNCHANGED' };
      }
      for (const issue of parsed.error.issues) {
        const field = issue.path.join('.') || null;
        rejected.push({ index, field, code: 'BAD_INPUT', message: issue.message });
      }
      return { index, id: input.id, outcome: 'REJECTED' };
    });
    const outcomes = [
      ...(await upsertProfiles(context.services.pool, context.catalogue, writes, context.actor)),
    ];
    const counts = { CREATED: 0, UPDATED: 0, UNCHANGED: 0 };
    for (const outcome of outcomes) counts[outcome]++;
    for (const result of results) {
      if (result.outcome !== 'REJECTED') result.outcome = outcomes.shift() ?? 'UNCHANGED';
    }
    return {
      created: counts.CREATED,
      updated: counts.UPDATED,
      unchanged: counts.UNCHANGED,
      rejected,
      results,
    };
  }

  @Mutation(() => ErasureReceipt, {
    description: 'Removes a person, the profiles merged into it, and what they did.',
  })
  @Requires({ role: 'admin', cost: () => 20 })
  async eraseProfile(
    @Arg('id', () => ID) id: string,
    @Ctx() context: RequestContext,
  ): Promise<ErasureReceipt> {
    const { pool, exposures, exposureWriter, rankings } = context.services;
    const { segmentAttribute } = await expectCatalogue(pool, context.catalogue);
    // What still waits in memory is written first, so that it is erased with the rest.
    await exposures.flush();
    await rankings.flush();
    const receipt = await eraseProfile(pool, context.catalogue, profileId(checkedId(id)), {
      segmentAttribute,
      actor: context.actor,
    });
    rankings.forget(receipt.recommendationIds);
    exposureWriter.forget([id]);
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

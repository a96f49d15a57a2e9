import { coldnessOf, type JsonObject } from '@kindling/domain';
import {
  builtInSegments,
  defaultStrategy,
  describeForm,
  profileFilterSchema,
  type Segment,
  segmentSchema,
  segmentSizes,
} from '@kindling/recommender';
import { deleteSegment, listSegments, readProfileSample, saveSegment } from '@kindling/storage';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { fieldsUnder, parseInput } from '../parse-input.js';
import { SavedSegment, SegmentInput, SegmentList, SegmentObject, SegmentSize } from './segment-types.js';

/** Profiles that are looked at for the sizes of segments. */
const mostSampled = 2_000;
const versionSchema = z.number().int().min(0, 'is negative');

@Resolver()
export class SegmentResolver {
  @Query(() => SegmentList, {
    description: 'Built-in and custom ones, with how many profiles are in each now.',
  })
  @Requires({ role: 'viewer', cost: () => 20 })
  async segments(@Ctx() context: RequestContext): Promise<SegmentList> {
    const [stored, { facts, total }] = await Promise.all([
      listSegments(context.services.pool, context.catalogue),
      profileFacts(context),
    ]);
    const custom = stored.map(({ segment }) => segment);
    const sizes = segmentSizes(custom, facts, Date.now());
    const shareOf = (key: string) => (facts.length === 0 ? 0 : (sizes.get(key) ?? 0) / facts.length);
    const sized = (segment: Segment, version: number | null): SegmentObject => ({
      key: segment.key,
      label: segment.label,
      when: plain(segment.when),
      version,
      share: shareOf(segment.key),
      size: Math.round(shareOf(segment.key) * total),
    });
    const isCustom = new Set(custom.map(({ key }) => key));
    return {
      nodes: [
        ...builtInSegments.filter(({ key }) => !isCustom.has(key)).map((segment) => sized(segment, null)),
        ...stored.map(({ segment, version }) => sized(segment, version)),
      ],
      profiles: total,
      sampled: facts.length,
    };
  }

  @Query(() => SegmentSize, { description: 'How many profiles a filter would be about, before it is saved.' })
  @Requires({ role: 'viewer', cost: () => 20 })
  async segmentSize(
    @Arg('when', () => GraphQLJSONObject) given: JsonObject,
    @Ctx() context: RequestContext,
  ): Promise<SegmentSize> {
    const when = parseInput(profileFilterSchema, given, 'when');
    const { facts, total } = await profileFacts(context);
    const draft = { key: 'draft', label: 'draft', when };
    const found = segmentSizes([draft], facts, Date.now()).get(draft.key) ?? 0;
    const share = facts.length === 0 ? 0 : found / facts.length;
    return { share, size: Math.round(share * total), profiles: total, sampled: facts.length };
  }

  @Query(() => GraphQLJSONObject, {
    description: 'JSON Schema of a segment, with labels and helps in the language of the request.',
  })
  @Requires({ role: 'viewer' })
  segmentForm(@Ctx() { request: { locale } }: RequestContext): JsonObject {
    return describeForm(segmentSchema, locale);
  }

  @Mutation(() => SavedSegment, {
    description: 'Rules go by it within a second; its size is worked out by `segments`.',
  })
  @Requires({ role: 'merchandiser' })
  async saveSegment(
    @Arg('input', () => SegmentInput) input: SegmentInput,
    @Ctx() context: RequestContext,
  ): Promise<SavedSegment> {
    const { expectedVersion, ...given } = input;
    const segment = parseInput(segmentSchema, given, 'input');
    const expected = parseInput(versionSchema, expectedVersion, 'input.expectedVersion');
    const { services, catalogue, actor } = context;
    const edit = { expectedVersion: expected, actor };
    const saved = await fieldsUnder('input', () => saveSegment(services.pool, catalogue, segment, edit));
    const { key, label, when } = saved.segment;
    return { key, label, when: plain(when), version: saved.version };
  }

  @Mutation(() => Boolean, {
    description:
      'Whether there was one. Rules for it then act for nobody. CONFLICT, with the other change, when it is not at the version any more that you saw. To undo it, save it again with version 0.',
  })
  @Requires({ role: 'merchandiser' })
  deleteSegment(
    @Arg('key', () => String) key: string,
    @Arg('expectedVersion', () => Int) version: number,
    @Ctx() context: RequestContext,
  ): Promise<boolean> {
    const { services, catalogue, actor } = context;
    const expectedVersion = parseInput(versionSchema, version, 'expectedVersion');
    return deleteSegment(services.pool, catalogue, key, { expectedVersion, actor });
  }
}

/** Profiles to count, of all of which there are `total`; as cold as the strategy of the first placement sees them. */
async function profileFacts({ services, catalogue }: RequestContext) {
  const sample = await readProfileSample(services.pool, catalogue, mostSampled);
  const runtime = await services.runtimes.get(catalogue);
  const [placement] = runtime.placementList;
  const { coldness } = placement ? runtime.strategy(placement.strategyKey).strategy : defaultStrategy;
  const facts = sample.profiles.map((profile) => ({
    ...profile,
    coldness: coldnessOf(profile.eventCount, coldness.profile),
  }));
  return { facts, total: sample.total };
}

const plain = (when: Segment['when']): JsonObject => JSON.parse(JSON.stringify(when));

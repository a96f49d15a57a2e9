import { setImmediate as nextTurn } from 'node:timers/promises';
import { type JsonObject, KindlingError } from '@kindling/domain';
import {
  defaultStrategy,
  describeForm,
  findingText,
  formText,
  lintRules,
  type Rule,
  ruleKinds,
  ruleSchema,
} from '@kindling/recommender';
import {
  expectCatalogue,
  listRules,
  type MerchandisingPolicy,
  merchandisingPolicySchema,
  type Placement,
  saveMerchandisingPolicy,
} from '@kindling/storage';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { fieldsUnder, parseInput } from '../parse-input.js';
import { SubjectInput, subjectOf } from '../public/subject-input.js';
import { previewSubject, rulesWithDraft } from '../rule-preview.js';
import type { CatalogueRuntime } from '../runtime/catalogue-runtime.js';
import { parseRule } from './rule-resolver.js';
import {
  MerchandisingPolicyInput,
  MerchandisingPolicyObject,
  RuleFindingObject,
  RuleInputObject,
  RuleKindObject,
  RulePreview,
} from './rule-types.js';

const versionSchema = z.number().int().min(0, 'is negative');
const mostSubjects = 10;
/** Rules that are looked at together; beyond it a person could not read the findings. */
const mostLinted = 1_000;
/** An item that was published within so many days counts as new. */
const newForDays = 30;

@Resolver()
export class RuleToolsResolver {
  @Query(() => [RuleKindObject])
  @Requires({ role: 'viewer' })
  ruleKinds(@Ctx() { request: { locale } }: RequestContext): RuleKindObject[] {
    return ruleKinds.map(({ kind, label, help, arguments: given }) => ({
      kind,
      label: formText(label, locale),
      help: formText(help, locale),
      form: describeForm(given, locale),
    }));
  }

  @Query(() => GraphQLJSONObject, {
    description: 'JSON Schema of whole rules, condition included, in the language of the request.',
  })
  @Requires({ role: 'viewer' })
  ruleForm(@Ctx() { request: { locale } }: RequestContext): JsonObject {
    return describeForm(ruleSchema, locale);
  }

  @Query(() => [RuleFindingObject], {
    description:
      'Conflicts, rules that never act, placements left empty, fallbacks that are never reached: of every rule as it was saved last, the draft, and the placements. Errors first.',
  })
  @Requires({ role: 'viewer', cost: () => 20 })
  async lintRules(
    @Arg('draft', () => RuleInputObject, { nullable: true }) draft: RuleInputObject | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<RuleFindingObject[]> {
    return findings(context, draft ? parseRule(draft, 'draft') : null);
  }

  @Query(() => RulePreview, {
    description:
      'What a draft would change for up to 10 subjects, real or described. Nothing is saved or logged.',
  })
  @Requires({
    role: 'viewer',
    cost: ({ subjects }) => 20 + 4 * (Array.isArray(subjects) ? subjects.length : 0),
  })
  async previewRule(
    @Arg('draft', () => RuleInputObject) input: RuleInputObject,
    @Arg('subjects', () => [SubjectInput]) subjects: SubjectInput[],
    @Arg('placement', () => String) placementKey: string,
    @Ctx() context: RequestContext,
  ): Promise<RulePreview> {
    const draft = parseRule(input, 'draft');
    if (subjects.length < 1 || subjects.length > mostSubjects) {
      throw new KindlingError(
        'BAD_INPUT',
        `subjects has ${subjects.length} entries: send 1 to ${mostSubjects}`,
        {
          field: 'subjects',
        },
      );
    }
    const runtime = await context.services.runtimes.get(context.catalogue);
    const placement = runtime.placement(placementKey);
    const given = {
      withDraft: rulesWithDraft(runtime, draft),
      now: new Date(),
      locale: context.request.locale,
      shown: context.services.shown,
    };
    const previews = [];
    for (const [index, one] of subjects.entries()) {
      const told = { subject: subjectOf(one), field: `subjects.${index}` };
      previews.push(await previewSubject(runtime, placement, { ...given, ...told }));
      await nextTurn();
    }
    const found = await findings(context, draft);
    return {
      placement: placement.key,
      subjects: previews,
      findings: found.filter(({ rule, other }) => rule === draft.key || other === draft.key),
    };
  }

  @Query(() => MerchandisingPolicyObject)
  @Requires({ role: 'viewer' })
  async merchandisingPolicy(@Ctx() context: RequestContext): Promise<MerchandisingPolicy> {
    return (await expectCatalogue(context.services.pool, context.catalogue)).merchandising;
  }

  @Mutation(() => MerchandisingPolicyObject)
  @Requires({ role: 'admin' })
  async saveMerchandisingPolicy(
    @Arg('input', () => MerchandisingPolicyInput) input: MerchandisingPolicyInput,
    @Ctx() context: RequestContext,
  ): Promise<MerchandisingPolicy> {
    await expectCatalogue(context.services.pool, context.catalogue);
    const { reviewByAnother, limits, expectedVersion } = input;
    const parsed = parseInput(
      merchandisingPolicySchema,
      { reviewByAnother, ...(limits && { limits }) },
      'input',
    );
    const { services, catalogue, actor } = context;
    const edit = {
      expectedVersion: parseInput(versionSchema, expectedVersion, 'input.expectedVersion'),
      actor,
    };
    const change = { reviewByAnother, ...(limits && { limits: parsed.limits }) };
    return fieldsUnder('input', () => saveMerchandisingPolicy(services.pool, catalogue, change, edit));
  }
}

async function findings(context: RequestContext, draft: Rule | null): Promise<RuleFindingObject[]> {
  const { services, catalogue, request } = context;
  const page = { status: null, first: mostLinted, after: null };
  const saved = (await listRules(services.pool, catalogue, page)).flatMap(({ rule, status }) =>
    status === 'ARCHIVED' || rule.key === draft?.key ? [] : [rule],
  );
  const runtime = await services.runtimes.get(catalogue);
  const placements = runtime.placementList.map((placement) => linted(runtime, placement));
  const used = placements.flatMap(({ chain }) => chain.map(({ config }) => config));
  const strategies = used.length === 0 ? [defaultStrategy] : used;
  const found = await lintRules(
    {
      rules: draft ? [...saved, draft] : saved,
      items: runtime.items,
      atMs: Date.now(),
      itemThresholds: (strategies[0] ?? defaultStrategy).coldness.item,
      profileThresholds: strategies.map(({ coldness }) => coldness.profile),
      placements,
      segments: runtime.segments,
      newForDays,
    },
    () => nextTurn(),
  );
  return found.map((one) => ({
    ...one,
    placement: one.placement ?? null,
    message: findingText(one, request.locale),
  }));
}

const linted = (runtime: CatalogueRuntime, { key, kind, size, strategyKey, fallback }: Placement) => ({
  key,
  size,
  explores: kind === 'PERSONAL',
  chain: [strategyKey, ...fallback].map((one) => {
    const { strategy } = runtime.strategy(one);
    return { key: one, config: strategy };
  }),
});

import { KindlingError } from '@kindling/domain';
import {
  allowedActions,
  type Rule,
  type RuleStatus,
  type RuleVersion,
  ruleSchema,
} from '@kindling/recommender';
import {
  changeRuleStatus,
  findRule,
  JointGate,
  listRuleHistory,
  listRules,
  type RuleEdit,
  rollBackRule,
  saveRule,
} from '@kindling/storage';
import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { fieldsUnder, parseInput, parseKnown } from '../parse-input.js';
import { pageSizeOf } from '../public/subject-input.js';
import {
  RuleChangeResult,
  RuleHistory,
  RuleInputObject,
  RuleObject,
  RuleStatusEnum,
  RuleStepInput,
  StatusChangeEnum,
} from './rule-types.js';

type StatusChange = (typeof StatusChangeEnum)[keyof typeof StatusChangeEnum];

const mostAtOnce = 200;
const noteText = z.string().max(1_000, 'is longer than 1000 characters').nullish();
const keyText = z.string().min(1, 'is empty').max(64, 'is longer than 64 characters');
const changeSchema = z.object({
  key: keyText,
  expectedRevision: z.number().int().min(1, 'is below 1').nullish(),
  note: noteText,
  overrideReason: noteText,
});
const costOfMany = (args: Readonly<Record<string, unknown>>) => {
  const many = args['inputs'] ?? args['changes'];
  return 1 + (Array.isArray(many) ? many.length : 0);
};

@Resolver()
export class RuleResolver {
  @Query(() => [RuleObject], { description: 'By key; `after` is the last key of the page before.' })
  @Requires({ role: 'viewer' })
  async rules(
    @Arg('status', () => RuleStatusEnum, { nullable: true }) status: RuleStatus | null | undefined,
    @Arg('first', () => Int, { defaultValue: 100 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<RuleObject[]> {
    const page = { status: status ?? null, first: pageSizeOf(first), after: after ?? null };
    return (await listRules(context.services.pool, context.catalogue, page)).map(ruleObject);
  }

  @Query(() => RuleObject, { nullable: true })
  @Requires({ role: 'viewer' })
  async rule(
    @Arg('key', () => String) key: string,
    @Ctx() context: RequestContext,
  ): Promise<RuleObject | null> {
    const found = await findRule(context.services.pool, context.catalogue, key);
    return found && ruleObject(found);
  }

  @Query(() => RuleHistory)
  @Requires({ role: 'viewer' })
  async ruleHistory(
    @Arg('key', () => String) key: string,
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<RuleHistory> {
    const size = pageSizeOf(first);
    const before = after ? Number(after) : null;
    if (before !== null && !Number.isSafeInteger(before)) {
      throw new KindlingError('BAD_INPUT', 'after is not a cursor of this list', { field: 'after' });
    }
    const page = { first: size + 1, before };
    const found = await listRuleHistory(context.services.pool, context.catalogue, key, page);
    const nodes = found.slice(0, size).map(({ rule, ...revision }) => ({ ...contentOf(rule), ...revision }));
    return {
      nodes,
      pageInfo: {
        hasNextPage: found.length > size,
        hasPreviousPage: before !== null,
        startCursor: nodes[0] ? String(nodes[0].revision) : null,
        endCursor: nodes.at(-1) ? String(nodes.at(-1)?.revision) : null,
      },
    };
  }

  @Mutation(() => RuleObject, {
    description: 'Saves a draft. What is published acts on until it is replaced.',
  })
  @Requires({ role: 'merchandiser' })
  saveRule(
    @Arg('input', () => RuleInputObject) input: RuleInputObject,
    @Ctx() context: RequestContext,
  ): Promise<RuleObject> {
    return save(context, input, 'input');
  }

  @Mutation(() => [RuleChangeResult], {
    description: 'Up to 200 drafts, one result each; a bad one keeps no other from being saved.',
  })
  @Requires({ role: 'merchandiser', cost: costOfMany })
  async saveRules(
    @Arg('inputs', () => [RuleInputObject]) inputs: RuleInputObject[],
    @Ctx() context: RequestContext,
  ): Promise<RuleChangeResult[]> {
    checkCount(inputs, 'inputs');
    const results: RuleChangeResult[] = [];
    for (const [index, input] of inputs.entries()) {
      results.push(await resultOf(context, input.key, () => save(context, input, `inputs.${index}`)));
    }
    return results;
  }

  @Mutation(() => RuleObject, { description: 'Hands a draft in for review.' })
  @Requires({ role: 'merchandiser' })
  submitRule(
    @Arg('key', () => String) key: string,
    @Arg('expectedRevision', () => Int, { nullable: true }) expectedRevision: number | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<RuleObject> {
    return changeStatus(context, 'submit', { key, expectedRevision });
  }

  @Mutation(() => RuleObject, {
    description:
      'Puts a reviewed rule in force: within a second, on every process. Where its newest population diff is missing, stale or beyond a limit of the catalogue, that is a CONFLICT unless there is a reason, which is recorded.',
  })
  @Requires({ role: 'merchandiser' })
  publishRule(
    @Arg('key', () => String) key: string,
    @Arg('expectedRevision', () => Int, { nullable: true }) expectedRevision: number | null | undefined,
    @Arg('overrideReason', () => String, { nullable: true }) overrideReason: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<RuleObject> {
    return changeStatus(context, 'publish', { key, expectedRevision, overrideReason });
  }

  @Mutation(() => RuleObject, { description: 'Gives a rule in review back to its author, with a reason.' })
  @Requires({ role: 'merchandiser' })
  rejectRule(
    @Arg('key', () => String) key: string,
    @Arg('reason', () => String) reason: string,
    @Arg('expectedRevision', () => Int, { nullable: true }) expectedRevision: number | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<RuleObject> {
    return changeStatus(context, 'reject', { key, expectedRevision, note: reason });
  }

  @Mutation(() => RuleObject, { description: 'It acts no more; its history stays.' })
  @Requires({ role: 'merchandiser' })
  archiveRule(
    @Arg('key', () => String) key: string,
    @Arg('expectedRevision', () => Int, { nullable: true }) expectedRevision: number | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<RuleObject> {
    return changeStatus(context, 'archive', { key, expectedRevision });
  }

  @Mutation(() => RuleObject, {
    description:
      'Puts an earlier published revision back in force at once; it was reviewed when it was published.',
  })
  @Requires({ role: 'merchandiser' })
  async rollBackRule(
    @Arg('key', () => String) key: string,
    @Arg('revision', () => Int) revision: number,
    @Arg('expectedRevision', () => Int, { nullable: true }) expectedRevision: number | null | undefined,
    @Arg('note', () => String, { nullable: true }) reason: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<RuleObject> {
    const { pool } = context.services;
    const given = parseInput(changeSchema, { key, expectedRevision, note: reason }, '');
    const edit = editOf(context, given.expectedRevision ?? null, given.note);
    return ruleObject(await rollBackRule(pool, context.catalogue, key, revision, edit));
  }

  @Mutation(() => [RuleChangeResult], {
    description:
      'The same step for up to 200 rules, in their order, one result each; a row that fails keeps no other back. Published together they pass the publish gate by the newest population diff of exactly these rules (`ruleKeys`); where there is none, or once a row has failed, each passes by its own: what an earlier row put in force is live for the next.',
  })
  @Requires({ role: 'merchandiser', cost: costOfMany })
  async changeRules(
    @Arg('changes', () => [RuleStepInput]) changes: RuleStepInput[],
    @Arg('action', () => StatusChangeEnum) action: StatusChange,
    @Arg('note', () => String, { nullable: true }) note: string | null | undefined,
    @Arg('overrideReason', () => String, { nullable: true }) overrideReason: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<RuleChangeResult[]> {
    checkCount(changes, 'changes');
    const { services, catalogue } = context;
    const keys = changes.map(({ key }) => key);
    const together =
      action === 'publish' && keys.length > 1 ? await JointGate.open(services.pool, catalogue, keys) : null;
    const results: RuleChangeResult[] = [];
    for (const [index, one] of changes.entries()) {
      const step = {
        key: one.key,
        expectedRevision: one.expectedRevision,
        note: one.note ?? note,
        overrideReason: one.overrideReason ?? overrideReason,
      };
      const work = () => changeStatus(context, action, step, { name: `changes.${index}`, together });
      const result = await resultOf(context, one.key, work);
      if (result.rule === null && !isOfGate(result)) together?.breakUp();
      results.push(result);
    }
    return results;
  }
}

export const parseRule = (input: RuleInputObject, name: string): Rule => {
  const { key, kind, priority, condition, arguments: given } = input;
  return parseKnown(ruleSchema, { key, kind, priority, condition: condition ?? {}, arguments: given }, name);
};

async function save(context: RequestContext, input: RuleInputObject, name: string): Promise<RuleObject> {
  const rule = parseRule(input, name);
  const given = parseInput(
    z.object({ expectedRevision: z.number().int().min(0, 'is negative'), note: noteText }),
    { expectedRevision: input.expectedRevision, note: input.note },
    name,
  );
  const edit = editOf(context, given.expectedRevision, given.note);
  const { services, catalogue } = context;
  return ruleObject(await fieldsUnder(name, () => saveRule(services.pool, catalogue, rule, edit)));
}

async function changeStatus(
  context: RequestContext,
  action: StatusChange,
  given: z.input<typeof changeSchema>,
  { name = '', together = null }: { readonly name?: string; readonly together?: JointGate | null } = {},
): Promise<RuleObject> {
  const parsed = parseInput(changeSchema, given, name);
  const { key, expectedRevision, note, overrideReason = null } = parsed;
  // The reason stands in the rule's history as well, where nothing else does.
  const edit = {
    ...editOf(context, expectedRevision ?? null, note ?? overrideReason),
    overrideReason,
    together,
  };
  const { services, catalogue } = context;
  const work = () => changeRuleStatus(services.pool, catalogue, key, action, edit);
  return ruleObject(await (name === '' ? work() : fieldsUnder(name, work)));
}

const editOf = (
  context: RequestContext,
  expectedRevision: number | null,
  reason?: string | null,
): RuleEdit => ({
  actor: context.actor,
  at: new Date(),
  expectedRevision,
  note: reason ?? null,
});

async function resultOf(
  { services, catalogue }: RequestContext,
  key: string,
  work: () => Promise<RuleObject>,
): Promise<RuleChangeResult> {
  try {
    return { key, rule: await work(), problems: [], current: null };
  } catch (error) {
    if (!(error instanceof KindlingError) || error.code === 'INTERNAL') throw error;
    const { field = null, problems = [{ field, message: error.message }] } = error.details;
    const current = error.code === 'CONFLICT' ? await findRule(services.pool, catalogue, key) : null;
    return {
      key,
      rule: null,
      problems: problems.map((one) => ({ code: error.code, ...one })),
      current: current && ruleObject(current),
    };
  }
}

/** Refused for want of a reason: all of them are, so that they stay one whole. */
const isOfGate = ({ problems }: RuleChangeResult) =>
  problems.some(({ field }) => field?.endsWith('.overrideReason'));

function checkCount(many: readonly unknown[], field: string): void {
  if (many.length <= mostAtOnce) return;
  throw new KindlingError(
    'BAD_INPUT',
    `${field} has ${many.length} entries: send at most ${mostAtOnce} a call`,
    {
      field,
    },
  );
}

const contentOf = ({ kind, priority, condition, arguments: given }: Rule) => ({
  kind,
  priority,
  condition: JSON.parse(JSON.stringify(condition)),
  arguments: { ...given },
});

export const ruleObject = ({ rule, ...version }: RuleVersion): RuleObject => ({
  key: rule.key,
  ...contentOf(rule),
  ...version,
  author: version.authors.at(-1) ?? '',
  allowedActions: allowedActions(version.status),
});

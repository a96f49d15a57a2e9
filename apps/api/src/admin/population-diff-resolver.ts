import { type JsonObject, KindlingError } from '@kindling/domain';
import {
  type GateProblem,
  gateText,
  judgePublication,
  type Locale,
  type Rule,
  sentence,
  strategySchema,
} from '@kindling/recommender';
import {
  checkRuleGate,
  expectCatalogue,
  findPopulationDiff,
  findRule,
  JointGate,
  listPopulationDiffs,
  type PopulationDiffRun,
  startPopulationDiff,
} from '@kindling/storage';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { titleOf } from '../changes-of-list.js';
import { RequestContext } from '../context.js';
import { parseInput, parseKnown } from '../parse-input.js';
import type { CatalogueRuntime } from '../runtime/catalogue-runtime.js';
import { clickRateObject } from './click-rate-object.js';
import { isUuid } from './is-uuid.js';
import { pageSize } from './page-size.js';
import { pollChanges } from './poll-changes.js';
import {
  type ExchangedItems,
  PopulationDiffInput,
  PopulationDiffObject,
  PublishGateObject,
} from './population-diff-types.js';

const mostTogether = 50;
const ruleKeyText = z.string().min(1, 'is empty').max(64, 'is longer than 64 characters');
const inputSchema = z.object({
  placement: z.string().min(1, 'is empty').max(64, 'is longer than 64 characters'),
  ruleKey: ruleKeyText.nullable(),
  ruleKeys: z.array(ruleKeyText).max(mostTogether, `has more than ${mostTogether} entries`),
  withoutRuleKeys: z.array(ruleKeyText).max(mostTogether, `has more than ${mostTogether} entries`),
  profiles: z.number().int().min(10, 'is below 10').max(2_000, 'is above 2,000'),
});

/** What a draft would do to everybody: the API writes down what is wanted, works on it beside requests, and reads it. */
@Resolver()
export class PopulationDiffResolver {
  @Query(() => PopulationDiffObject)
  @Requires({ role: 'viewer' })
  async populationDiff(
    @Arg('id', () => ID) id: string,
    @Ctx() context: RequestContext,
  ): Promise<PopulationDiffObject> {
    return diffObject(await expectDiff(id, context), context);
  }

  @Query(() => [PopulationDiffObject], { description: 'Newest first.' })
  @Requires({ role: 'viewer', cost: () => 3 })
  async populationDiffs(
    @Arg('ruleKey', () => String, { nullable: true, description: 'Of this rule only.' })
    ruleKey: string | null | undefined,
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Arg('after', () => ID, { nullable: true, description: 'The id of the last one of the page before.' })
    after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<PopulationDiffObject[]> {
    const { services, catalogue } = context;
    const before = after ? (await expectDiff(after, context)).number : null;
    const page = { ruleKey: ruleKey ?? null, first: pageSize(first), before };
    const found = await listPopulationDiffs(services.pool, catalogue, page);
    return Promise.all(found.map((run) => diffObject(run, context)));
  }

  @Mutation(() => PopulationDiffObject, {
    description:
      'Compares the lists of real profiles and of described newcomers under what is live and with a draft. Runs beside requests; populationDiff says how far it has come.',
  })
  @Requires({ role: 'merchandiser', cost: () => 100 })
  async startPopulationDiff(
    @Arg('input', () => PopulationDiffInput) input: PopulationDiffInput,
    @Ctx() context: RequestContext,
  ): Promise<PopulationDiffObject> {
    const { services, catalogue, actor } = context;
    const { strategy = null, ruleKey = null, ruleKeys, withoutRuleKeys, ...rest } = input;
    const given = { ...rest, ruleKey, ruleKeys: ruleKeys ?? [], withoutRuleKeys: withoutRuleKeys ?? [] };
    const { withoutRuleKeys: without, ...asked } = parseInput(inputSchema, given, 'input');
    const drafts = [ruleKey !== null, asked.ruleKeys.length > 0, strategy !== null].filter(Boolean);
    if (drafts.length !== 1) {
      throw badInput(
        'input.ruleKey',
        'Send one of ruleKey, ruleKeys and strategy: one draft is compared at a time',
      );
    }
    if (without.length > 0 && asked.ruleKeys.length === 0) {
      throw badInput(
        'input.withoutRuleKeys',
        'Send it with ruleKeys: rules go together with others that come',
      );
    }
    (await services.runtimes.get(catalogue)).placement(asked.placement, 'input.placement');
    if (strategy !== null) parseKnown(strategySchema, strategy, 'input.strategy');
    const draft =
      strategy ??
      (ruleKey === null
        ? await setOf({ ...asked, without }, context)
        : await draftOf(ruleKey, asked.placement, context));
    const run = await startPopulationDiff(services.pool, catalogue, { ...asked, draft, actor });
    services.populationDiffs.wake();
    return diffObject(run, context);
  }

  @Query(() => PublishGateObject, { description: 'What would keep publishRule from publishing it now.' })
  @Requires({ role: 'viewer' })
  async publishGate(
    @Arg('ruleKey', () => String) ruleKey: string,
    @Ctx() context: RequestContext,
  ): Promise<PublishGateObject> {
    const { services, catalogue, request } = context;
    const { rule } = await expectRule(ruleKey, context);
    const { limits } = (await expectCatalogue(services.pool, catalogue)).merchandising;
    return gateObject(
      await checkRuleGate(services.pool, catalogue, rule, limits, new Date()),
      request.locale,
    );
  }

  @Query(() => PublishGateObject, {
    description:
      'What would keep changeRules from publishing these together now, by the newest diff of exactly these (`ruleKeys`).',
  })
  @Requires({ role: 'viewer' })
  async jointPublishGate(
    @Arg('ruleKeys', () => [String]) ruleKeys: string[],
    @Ctx() context: RequestContext,
  ): Promise<PublishGateObject> {
    const { services, catalogue, request } = context;
    const keys = parseInput(z.array(ruleKeyText).min(1).max(mostTogether), ruleKeys, 'ruleKeys');
    for (const [index, key] of keys.entries()) await expectRule(key, context, `ruleKeys.${index}`);
    const { limits } = (await expectCatalogue(services.pool, catalogue)).merchandising;
    const gate = await JointGate.open(services.pool, catalogue, keys);
    const now = new Date();
    const problems = gate
      ? await gate.problems(services.pool, limits, now)
      : judgePublication(limits, null, now);
    return gateObject(problems, request.locale);
  }

  @Subscription(() => PopulationDiffObject, {
    description: 'At most twice a second, when something has changed, until it has ended.',
    subscribe: ({ args, context }) => {
      const request = context as RequestContext;
      const { id } = args as { id: string };
      const read = async () => diffObject(await expectDiff(id, request), request);
      return pollChanges(read, request.request.signal, hasEnded);
    },
  })
  @Requires({ role: 'viewer', cost: () => 5 })
  populationDiffProgress(
    @Arg('id', () => ID) _id: string,
    @Root() diff: PopulationDiffObject,
  ): PopulationDiffObject {
    return diff;
  }
}

const hasEnded = ({ status }: PopulationDiffObject) => status === 'SUCCEEDED' || status === 'FAILED';

async function expectDiff(id: string, { services, catalogue }: RequestContext): Promise<PopulationDiffRun> {
  const run = isUuid(id) ? await findPopulationDiff(services.pool, catalogue, id) : null;
  if (run !== null) return run;
  throw new KindlingError('NOT_FOUND', `There is no population diff "${id.slice(0, 40)}"`, { field: 'id' });
}

async function expectRule(key: string, { services, catalogue }: RequestContext, field = 'ruleKey') {
  const found = await findRule(services.pool, catalogue, key);
  if (found) return found;
  throw new KindlingError('NOT_FOUND', `There is no rule "${key.slice(0, 64)}"`, { field });
}

const gateObject = (problems: readonly GateProblem[], locale: Locale): PublishGateObject => ({
  passes: problems.length === 0,
  problems: problems.map((one) => ({
    ...one,
    placement: one.placement ?? null,
    message: gateText(one, locale),
  })),
});

/** Rules as they were saved last, of which at least one acts at the placement, and published ones that go. */
async function setOf(
  asked: { readonly placement: string; readonly ruleKeys: readonly string[]; readonly without: string[] },
  context: RequestContext,
): Promise<JsonObject> {
  const { placement, ruleKeys, without } = asked;
  const rules: Rule[] = [];
  for (const [index, key] of ruleKeys.entries()) {
    if (ruleKeys.indexOf(key) < index || without.includes(key)) {
      throw badInput(`input.ruleKeys.${index}`, `Rule "${key}" is named twice: name each once`);
    }
    rules.push((await expectRule(key, context, `input.ruleKeys.${index}`)).rule);
  }
  for (const [index, key] of without.entries()) {
    const { liveRevision } = await expectRule(key, context, `input.withoutRuleKeys.${index}`);
    if (liveRevision !== null) continue;
    throw badInput(
      `input.withoutRuleKeys.${index}`,
      `Rule "${key}" is not published: only what acts can be taken away`,
    );
  }
  if (rules.every(({ condition }) => condition.placements && !condition.placements.includes(placement))) {
    throw badInput('input.placement', `None of these rules acts at placement "${placement}": choose another`);
  }
  return JSON.parse(JSON.stringify({ rules, without }));
}

/** The rule as it was saved last; one that never acts at the placement would change nothing there. */
async function draftOf(key: string, placement: string, context: RequestContext): Promise<JsonObject> {
  const { rule } = await expectRule(key, context);
  const { placements } = rule.condition;
  if (placements && !placements.includes(placement)) {
    throw badInput(
      'input.placement',
      `Rule "${key}" does not act at placement "${placement}": choose one of ${placements.join(', ')}`,
    );
  }
  return JSON.parse(JSON.stringify(rule));
}

const badInput = (field: string, message: string) => new KindlingError('BAD_INPUT', message, { field });

async function diffObject(run: PopulationDiffRun, context: RequestContext): Promise<PopulationDiffObject> {
  if (!run.result) return { ...run, result: null };
  const runtime = await context.services.runtimes.get(context.catalogue);
  return { ...run, result: resultObject(run.result, runtime, context.request.locale) };
}

function resultObject(
  result: NonNullable<PopulationDiffRun['result']>,
  runtime: CatalogueRuntime,
  locale: Locale,
): NonNullable<PopulationDiffObject['result']> {
  const { lists, changed, displaced, entering, clickRate, caveats } = result;
  const named = ({ top, ...counts }: typeof displaced): ExchangedItems => ({
    ...counts,
    top: top.map((one) => ({
      ...titleOf(runtime, one.item as Parameters<typeof titleOf>[1]),
      lists: one.lists,
    })),
  });
  return {
    ...result,
    changedShare: lists === 0 ? 0 : changed / lists,
    displaced: named(displaced),
    entering: named(entering),
    clickRate: clickRateObject(clickRate, locale),
    caveats: caveats.map((key) => sentence({ key: `population.${key}`, values: {} }, locale)),
  };
}

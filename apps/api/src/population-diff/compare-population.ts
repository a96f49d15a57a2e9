import { setImmediate as nextTurn } from 'node:timers/promises';
import { KindlingError } from '@kindling/domain';
import {
  type CompiledRules,
  compileRules,
  type PopulationCaveat,
  PopulationDiff,
  type PopulationResult,
  type RecommenderPorts,
  type RuleSet,
  ruleSchema,
  ruleSetSchema,
  type Strategy,
  type Subject,
  strategySchema,
} from '@kindling/recommender';
import type { Pool, PopulationDiffRun } from '@kindling/storage';
import type { z } from 'zod';
import { type ListInput, listRequest, rankList, type ShownReader } from '../list-request.js';
import { clickRateOf } from '../off-policy/click-rate.js';
import type { OffPolicyEstimates } from '../off-policy/off-policy-estimates.js';
import type { CatalogueRuntime } from '../runtime/catalogue-runtime.js';
import { populationVisits } from './population-visits.js';

export interface ComparisonParts {
  readonly pool: Pool;
  readonly shown: ShownReader;
  readonly offPolicy: OffPolicyEstimates;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Told after every visit; rejects when the work is no longer wanted. */
  report(done: number, total: number): Promise<void>;
}

/** What lists of one side are made with. */
interface Side {
  readonly strategy: Strategy;
  readonly rules: CompiledRules;
}

/** The database and the threads of the index work for one while another's list is made. */
const atOnce = 4;
const logDays = 30;
const loggedLists = 200;
const dayMs = 86_400_000;

/**
 * Makes the list of every visit in the sample twice, by what is live and with the draft, with the same evidence, clock
 * and seed. Two lists are as long as two requests, and others come in between: it yields after each.
 */
export async function comparePopulation(
  runtime: CatalogueRuntime,
  run: PopulationDiffRun,
  parts: ComparisonParts,
): Promise<PopulationResult> {
  const begun = performance.now();
  const placement = runtime.placement(run.placement);
  const live = {
    strategy: runtime.strategy(placement.strategyKey).strategy,
    rules: runtime.rules ?? noRules,
  };
  const draft = draftOf(runtime, run, live);
  const { items, serving } = runtime;
  const caveats = new Set<PopulationCaveat>();
  const { pool, now } = parts;
  const visits = await populationVisits(runtime, { pool, placement, count: run.profiles, now }, caveats);
  const diff = new PopulationDiff(items, live.strategy.coldness.item);
  let done = 0;
  const waiting = visits.values();
  let isOver = false;
  const compareOthers = async () => {
    for (const { group, input } of waiting) {
      if (isOver) return;
      const recommender = knowing(serving.recommender, input.subject);
      try {
        const before = await listed(live, input, recommender);
        diff.add(group, before, await listed(draft, input, recommender));
      } catch (error) {
        // The item that was looked at went away meanwhile: there is no such visit any more.
        if (!(error instanceof KindlingError && error.code === 'NOT_FOUND')) throw error;
      }
      done += 1;
      await parts.report(done, visits.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, compareOthers));
  } finally {
    isOver = true;
  }
  if (exploresOtherwise(run, live, draft)) caveats.add('EXPLORATION');
  return {
    ...diff.result(),
    clickRate: await estimated(),
    caveats: [...caveats],
    durationMs: Math.round(performance.now() - begun),
  };

  async function listed(side: Side, input: ListInput, recommender: RecommenderPorts) {
    parts.signal.throwIfAborted();
    const how = { kind: placement.kind, strategy: side.strategy };
    const request = await listRequest(runtime, how, input, 'population', parts.shown, side.rules);
    const { slots, degraded } = await rankList({ recommender }, input, request);
    if (degraded.length > 0) caveats.add('DEGRADED');
    await nextTurn();
    return slots.slice(0, placement.size).map(({ item }) => item);
  }

  async function estimated() {
    const { offPolicy } = parts;
    const since = new Date(now.getTime() - logDays * dayMs);
    const asked = { placement: placement.key, since, until: now, lists: loggedLists };
    return clickRateOf(await offPolicy.estimate(runtime, { ...asked, ...draft }));
  }
}

/** The ports with this subject's evidence, which is read once for both lists. */
function knowing(
  recommender: RecommenderPorts,
  { profileId = null, sessionId = null }: Subject,
): RecommenderPorts {
  const evidence = recommender.evidence.load({ profileId, sessionId });
  evidence.catch(() => {});
  return { ...recommender, evidence: { load: () => evidence } };
}

const noRules = compileRules([]);

function draftOf(runtime: CatalogueRuntime, run: PopulationDiffRun, live: Side): Side {
  const set = ruleSetOf(run);
  if (set === null) return { ...live, strategy: readable(strategySchema, run.draft) };
  const replaced = new Set([...set.rules.map(({ key }) => key), ...set.without]);
  const others = runtime.publishedRules.filter(({ key }) => !replaced.has(key));
  return { ...live, rules: compileRules([...others, ...set.rules], runtime.segments) };
}

/** The rules of the draft; null: it is a strategy. */
function ruleSetOf({ ruleKey, ruleKeys, draft }: PopulationDiffRun): RuleSet | null {
  if (ruleKey !== null) return { rules: [readable(ruleSchema, draft)], without: [] };
  return ruleKeys.length > 0 ? readable(ruleSetSchema, draft) : null;
}

function readable<Output>(schema: z.ZodType<Output>, draft: unknown): Output {
  const parsed = schema.safeParse(draft);
  if (parsed.success) return parsed.data;
  throw new KindlingError(
    'BAD_INPUT',
    `This release cannot read the draft (${parsed.error.issues[0]?.message}): save it again, then start the diff again`,
  );
}

const exploresOtherwise = (run: PopulationDiffRun, live: Side, { strategy }: Side) =>
  ruleSetOf(run)?.rules.some(({ kind }) => kind === 'explorationBudget') ||
  JSON.stringify(strategy.exploration) !== JSON.stringify(live.strategy.exploration);

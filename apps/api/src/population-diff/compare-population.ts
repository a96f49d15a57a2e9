import { setImmediate as nextTurn } from 'node:timers/promises';
import { KindlingError, seededRandom } from '@kindling/domain';
import {
  type CompiledRules,
  compileRules,
  describedProfiles,
  type PopulationCaveat,
  PopulationDiff,
  type PopulationGroup,
  type PopulationResult,
  type RecommenderPorts,
  ruleSchema,
  type Strategy,
  type Subject,
  strategySchema,
} from '@kindling/recommender';
import { type Pool, type PopulationDiffRun, readCatalogueWords, readProfileIds } from '@kindling/storage';
import { type ListInput, listRequest, rankList, type ShownReader } from '../list-request.js';
import { clickRateOf } from '../off-policy/click-rate.js';
import type { OffPolicyEstimates } from '../off-policy/off-policy-estimates.js';
import { previewInput } from '../rule-preview.js';
import type { CatalogueRuntime } from '../runtime/catalogue-runtime.js';

export interface ComparisonParts {
  readonly pool: Pool;
  readonly shown: ShownReader;
  readonly offPolicy: OffPolicyEstimates;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Told after every person; rejects when the work is no longer wanted. */
  report(done: number, total: number): Promise<void>;
}

/** What lists of one side are made with. */
interface Side {
  readonly strategy: Strategy;
  readonly rules: CompiledRules;
}
interface Person {
  readonly group: PopulationGroup;
  readonly subject: Subject;
}

/** Of the sample; the others are described. */
const realShare = 0.7;
const mostWords = 200;
const encodedAtOnce = 32;
/** The database and the threads of the index work for one while another's list is made. */
const atOnce = 4;
const logDays = 30;
const loggedLists = 200;
const dayMs = 86_400_000;

/**
 * Makes the list of everybody in the sample twice, by what is live and with the draft, with the same evidence, clock
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
  const people = await populationOf(runtime, run, parts, caveats);
  const diff = new PopulationDiff(items, live.strategy.coldness.item);
  let done = 0;
  const waiting = people.values();
  let isOver = false;
  const compareOthers = async () => {
    for (const { group, subject } of waiting) {
      if (isOver) return;
      const recommender = knowing(serving.recommender, subject);
      const input = previewInput(placement, subject, parts.now);
      const before = await listed(live, input, recommender);
      diff.add(group, before, await listed(draft, input, recommender));
      done += 1;
      await parts.report(done, people.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, compareOthers));
  } finally {
    isOver = true;
  }
  if (exploresOtherwise(run, live, draft)) caveats.add('EXPLORATION');
  const clickRate = placement.kind === 'PERSONAL' ? await estimated() : null;
  if (clickRate === null) caveats.add('NOT_ESTIMATED');
  return {
    ...diff.result(),
    clickRate,
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
    const { now, offPolicy } = parts;
    const since = new Date(now.getTime() - logDays * dayMs);
    const asked = { placement: placement.key, since, until: now, lists: loggedLists };
    return clickRateOf(await offPolicy.estimate(runtime, { ...asked, ...draft }));
  }
}

/** Real profiles by chance (the same ones each time), then described ones, then nobody known at all. */
async function populationOf(
  runtime: CatalogueRuntime,
  { profiles }: PopulationDiffRun,
  { pool }: ComparisonParts,
  caveats: Set<PopulationCaveat>,
): Promise<Person[]> {
  const wanted = Math.floor(realShare * profiles);
  const [ids, words] = await Promise.all([
    readProfileIds(pool, runtime.id, wanted),
    readCatalogueWords(pool, runtime.id, mostWords),
  ]);
  if (ids.length < wanted) caveats.add('FEW_PROFILES');
  if (words.length === 0) caveats.add('NO_INTERESTS');
  await encodeAhead(runtime, words);
  const described = describedProfiles(words, profiles - ids.length - 1, seededRandom(runtime.id));
  return [
    ...ids.map((profileId) => ({ group: 'REAL' as const, subject: { profileId } })),
    ...described.map((subject) => ({ group: 'DESCRIBED' as const, subject })),
    { group: 'UNKNOWN', subject: {} },
  ];
}

/** Together, which costs an encoder less than one list's words at a time. Lists ask again for what failed here. */
async function encodeAhead({ serving }: CatalogueRuntime, words: readonly string[]): Promise<void> {
  for (let from = 0; from < words.length; from += encodedAtOnce) {
    const some = words.slice(from, from + encodedAtOnce);
    const isDown = await serving.recommender.encoder.encodeQueries(some).then(
      () => false,
      () => true,
    );
    if (isDown) return;
  }
}

/** The ports with this subject's evidence, which is read once for both lists. */
function knowing(recommender: RecommenderPorts, { profileId = null }: Subject): RecommenderPorts {
  const evidence = recommender.evidence.load({ profileId, sessionId: null });
  evidence.catch(() => {});
  return { ...recommender, evidence: { load: () => evidence } };
}

const noRules = compileRules([]);

function draftOf(runtime: CatalogueRuntime, { ruleKey, draft }: PopulationDiffRun, live: Side): Side {
  const schema = ruleKey === null ? strategySchema : ruleSchema;
  const parsed = schema.safeParse(draft);
  if (!parsed.success) {
    throw new KindlingError(
      'BAD_INPUT',
      `This release cannot read the draft (${parsed.error.issues[0]?.message}): save it again, then start the diff again`,
    );
  }
  if (ruleKey === null) return { ...live, strategy: strategySchema.parse(draft) };
  const others = runtime.publishedRules.filter(({ key }) => key !== ruleKey);
  return { ...live, rules: compileRules([...others, ruleSchema.parse(draft)], runtime.segments) };
}

const exploresOtherwise = ({ draft }: PopulationDiffRun, live: Side, { strategy }: Side) =>
  draft['kind'] === 'explorationBudget' ||
  JSON.stringify(strategy.exploration) !== JSON.stringify(live.strategy.exploration);

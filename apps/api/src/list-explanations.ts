import { type CatalogueId, type ItemNumber, KindlingError } from '@kindling/domain';
import {
  type CompiledRules,
  compileRules,
  diffRankings,
  type ExplainedSlot,
  explainSlots,
  hasMessage,
  ListTrace,
  type Locale,
  type Ranking,
  type Rejection,
  type RuleConflict,
  type Strategy,
  sentence,
  strategySchema,
} from '@kindling/recommender';
import {
  findExperimentAt,
  findLoggedList,
  findModelIdAt,
  findStrategyAt,
  findStrategyVersion,
  type LoggedList,
  listSegmentsAt,
  type Pool,
  readLiveRules,
  type StoredStrategy,
} from '@kindling/storage';
import {
  type ExplainedItem,
  type ExplanationObject,
  type PartOfThen,
  partNames,
  type Replay,
  type ReplayedSlot,
} from './admin/explain-types.js';
import { changesOf, titleOf } from './changes-of-list.js';
import { armRules, changesOfArm } from './experiments/arm-rules.js';
import { type ListInput, listRequest, rankList, type ShownReader, shownBefore } from './list-request.js';
import { inputOfLogged } from './logged-request.js';
import type { CatalogueRuntime, PastRecommender } from './runtime/catalogue-runtime.js';
import type { CatalogueRuntimes } from './runtime/catalogue-runtimes.js';
import type { ModelSource } from './runtime/model-follower.js';

/** Candidates below the list that are put into words. */
const mostOutranked = 50;

export interface ExplainOrder {
  readonly catalogue: CatalogueId;
  readonly input: ListInput;
  readonly locale: Locale;
  /** Rules, strategy and events of that time; null: those of now. */
  readonly asOf: Date | null;
}

/** What a list is made with. */
interface Making {
  readonly strategy: Strategy;
  readonly rules: CompiledRules | undefined;
  /** With the events that had come by then and the trained model of then; null: what serves now. */
  readonly past: PastRecommender | null;
  /** What was shown from then on is not known yet; null: everything is. */
  readonly shownBefore: Date | null;
  readonly seed: string;
  readonly trace?: ListTrace;
}

/** Lists that nobody is shown: with everything that went into them, or of a time in the past. */
export class ListExplanations {
  constructor(
    private readonly pool: Pool,
    private readonly runtimes: CatalogueRuntimes,
    private readonly shown: ShownReader,
  ) {}

  async explain({ catalogue, input, locale, asOf }: ExplainOrder): Promise<ExplanationObject> {
    const runtime = await this.runtimes.get(catalogue);
    const placement = runtime.placement(input.placement);
    const loaded =
      asOf === null
        ? runtime.strategy(placement.strategyKey)
        : past(
            await findStrategyAt(this.pool, catalogue, placement.strategyKey, asOf),
            placement.strategyKey,
          );
    const trace = new ListTrace(() => performance.now());
    const made =
      asOf && (await runtime.recommenderAsOf(asOf, await findModelIdAt(this.pool, catalogue, asOf)));
    const ranking = await this.rank(runtime, input, {
      strategy: loaded.strategy,
      rules: asOf === null ? runtime.rules : await this.rulesAt(runtime, asOf),
      past: made,
      shownBefore: asOf,
      seed: 'explain',
      trace,
    });
    const { items } = (made ?? runtime.serving).recommender;
    const page = { items, from: 0, count: input.first, locale, now: input.now };
    const { slots, coldness, served, degraded } = explainSlots(ranking, page);
    const below = [...ranking.slots.slice(input.first), ...trace.outranked].slice(0, mostOutranked);
    const outranked = explainSlots({ ...ranking, slots: below }, { ...page, count: mostOutranked }).slots;
    const last = slots.at(-1);
    const lastTitle = last ? titleOf(runtime, last.number).title : '';
    const { key, version, name } = loaded;
    return {
      placement: placement.key,
      strategy: { key, version, name },
      coldness,
      served,
      degraded,
      list: slots.map((slot) => explained(runtime, slot)),
      outranked: outranked.map((slot) => {
        const measure = ((last?.score ?? 0) - slot.score).toFixed(3);
        const values = { measure, about: slots.length, anchor: lastTitle };
        const item = explained(runtime, { ...slot, position: slots.length + slot.position });
        return { ...item, message: sentence({ key: 'outranked', values }, locale) };
      }),
      filtered: [...trace.rejected].map(([number, rejection]) => ({
        ...titleOf(runtime, number),
        why: rejection.why,
        rule: rejection.why === 'rule' ? rejection.rule : null,
        message: rejectionText(rejection, locale),
      })),
      rules: trace.rules,
      parts: made ? partsOf(made, locale) : [],
      conflicts: trace.conflicts.map((one) => ({ ...one, message: conflictText(one, locale) })),
      timings: trace.stages.map(({ stage, ms }) => ({
        stage,
        label: sentence({ key: `stage.${stage}`, values: {} }, locale),
        ms,
      })),
    };
  }

  /** The list of that id, made again as of then, beside what the same request would get now. */
  async replay(catalogue: CatalogueId, id: string, locale: Locale): Promise<Replay> {
    const runtime = await this.runtimes.get(catalogue);
    const { list, input, seed, madeAt } = await this.loggedList(catalogue, id);
    const stored = await findStrategyVersion(this.pool, catalogue, list.strategyKey, list.strategyVersion);
    const then = past(stored, list.strategyKey);
    const recommender = await runtime.recommenderAsOf(list.createdAt, list.trainedModelId, list.modelId);
    const replayed = await this.rank(runtime, input, {
      strategy: then.strategy,
      rules: await this.rulesOf(runtime, list, madeAt),
      past: recommender,
      shownBefore: madeAt,
      seed,
    });
    const arm = runningArm(runtime, list);
    const present = { ...input, now: new Date() };
    const trace = new ListTrace(() => performance.now());
    const now = await this.rank(runtime, present, {
      strategy: (arm?.strategy ?? runtime.strategy(runtime.placement(input.placement).strategyKey)).strategy,
      rules: arm?.rules ?? runtime.rules,
      past: null,
      shownBefore: null,
      seed,
      trace,
    });
    const from = list.firstRank - 1;
    const size = list.slots.length;
    const slotsOf = ({ slots }: Ranking) => replayedSlots(runtime, slots.slice(from, from + size), from);
    const logged = replayedSlots(runtime, list.slots, from);
    const again = slotsOf(replayed);
    const { key, version, name } = then;
    return {
      recommendationId: id,
      placement: list.placement,
      createdAt: list.createdAt,
      strategy: { key, version, name },
      logged,
      replayed: again,
      isSame: isSameBut(list, replayed.slots.slice(from)),
      parts: partsOf(recommender, locale),
      caveats: await this.caveats(runtime, list, recommender.model, locale),
      now: slotsOf(now),
      changes: changesOf(runtime, diffRankings(replayed, now, from + size, trace), locale),
    };
  }

  private async loggedList(catalogue: CatalogueId, id: string) {
    const list = await findLoggedList(this.pool, catalogue, id);
    if (!list) {
      throw new KindlingError('NOT_FOUND', `There is no logged list "${id}"`, { field: 'recommendationId' });
    }
    if (list.isInterleaved) {
      throw new KindlingError(
        'UNSUPPORTED',
        `List "${id}" was drafted from the rankings of two strategies: no single one makes it again`,
        { field: 'recommendationId' },
      );
    }
    const made = inputOfLogged(list);
    if (!made) {
      throw new KindlingError(
        'UNSUPPORTED',
        `The request of list "${id}" was not kept: only lists that were logged since can be made again`,
        { field: 'recommendationId' },
      );
    }
    return { list, ...made, madeAt: made.madeAt ?? list.createdAt };
  }

  private async rank(runtime: CatalogueRuntime, input: ListInput, making: Making): Promise<Ranking> {
    const { kind } = runtime.placement(input.placement);
    const { strategy, seed, past, trace, rules = noRules } = making;
    const shown = making.shownBefore === null ? this.shown : shownBefore(this.shown, making.shownBefore);
    const request = await listRequest(runtime, { kind, strategy }, input, seed, shown, rules);
    const { recommender } = past ?? runtime.serving;
    return rankList({ recommender }, input, trace ? { ...request, trace } : request);
  }

  /** Those of then, as the arm that the list belonged to changed them. */
  private async rulesOf(runtime: CatalogueRuntime, list: LoggedList, at: Date): Promise<CompiledRules> {
    if (list.experimentKey === null) return this.rulesAt(runtime, at);
    const [{ rules }, segments, experiment] = await Promise.all([
      readLiveRules(this.pool, runtime.id, at),
      listSegmentsAt(this.pool, runtime.id, at),
      findExperimentAt(this.pool, runtime.id, list.experimentKey, at),
    ]);
    const changes = experiment && changesOfArm(experiment, list.variantKey);
    const [changed] = changes ? armRules(rules, segments, [changes]).byVariant : [];
    return changed ?? compileRules(rules, segments);
  }

  private async rulesAt(runtime: CatalogueRuntime, at: Date): Promise<CompiledRules> {
    const { rules } = await readLiveRules(this.pool, runtime.id, at);
    return compileRules(rules, await listSegmentsAt(this.pool, runtime.id, at));
  }

  private async caveats(
    runtime: CatalogueRuntime,
    list: LoggedList,
    model: ModelSource,
    locale: Locale,
  ): Promise<string[]> {
    const numbers = list.slots.map(({ item }) => item);
    const { rows } = await this.pool.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM item WHERE catalogue_id = $1 AND number = ANY($2::bigint[]) AND updated_at > $3`,
      [runtime.id, numbers, list.createdAt],
    );
    const changed = rows[0]?.count ?? 0;
    const explored = list.slots.filter(({ isExploration }) => isExploration).length;
    const say = (key: string, count = 0) => sentence({ key: `replay.${key}`, values: { count } }, locale);
    return [
      say('present'),
      ...(changed > 0 ? [say('items', changed)] : []),
      ...(explored > 0 ? [say('explored', explored)] : []),
      ...(list.modelId !== runtime.servingModel ? [say('encoder')] : []),
      ...(model === 'missing' ? [say('model')] : []),
      ...(model === 'read' ? [say('arrivals')] : []),
    ];
  }
}

const noRules = compileRules([]);

/** What a list of the past was made with: each part of it, and whether it is that of then. */
function partsOf({ model, popularity, vectors }: PastRecommender, locale: Locale): PartOfThen[] {
  const isOfThen: Readonly<Record<PartOfThen['part'], boolean>> = {
    strategy: true,
    rules: true,
    segments: true,
    events: true,
    clock: true,
    model: model !== 'missing',
    popularity: popularity === 'then',
    vectors: vectors === 'then',
    items: false,
    profileAttributes: false,
    settings: false,
  };
  return partNames.map((part) => ({
    part,
    isOfThen: isOfThen[part],
    message: sentence({ key: `past.${part}.${isOfThen[part] ? 'then' : 'now'}`, values: {} }, locale),
  }));
}

/** The arm of the list's experiment as it is served now; undefined where it does not run any more. */
function runningArm(runtime: CatalogueRuntime, { placement, experimentKey, variantKey }: LoggedList) {
  const running = runtime.experiments
    .at(placement)
    .find(({ experiment }) => experiment.key === experimentKey && !experiment.killed);
  const at = running?.experiment.definition.variants.findIndex(({ key }) => key === variantKey) ?? -1;
  return running?.arms[at];
}

/** Whether the same items come in the same order, but for slots that were given to trying out new ones. */
function isSameBut({ slots }: LoggedList, again: Ranking['slots']): boolean {
  const explored = new Set<number>(slots.flatMap(({ item, isExploration }) => (isExploration ? [item] : [])));
  const chosen = slots.filter(({ isExploration }) => !isExploration);
  const rest = again.filter(({ item }) => !explored.has(item));
  return chosen.every(({ item }, index) => rest[index]?.item === item);
}

function past(stored: StoredStrategy | null, key: string) {
  if (!stored) {
    throw new KindlingError('NOT_FOUND', `There was no strategy "${key}" at that time`, { field: 'asOf' });
  }
  const { version, name, config } = stored;
  return { key, version, name, strategy: strategySchema.parse(config) };
}

const explained = (runtime: CatalogueRuntime, slot: ExplainedSlot): ExplainedItem => ({
  rank: slot.position + 1,
  ...titleOf(runtime, slot.number),
  score: slot.score,
  coldness: slot.coldness,
  ledger: slot.ledger,
  reason: slot.reason,
});

const replayedSlots = (
  runtime: CatalogueRuntime,
  slots: readonly { readonly item: number; readonly score: number }[],
  from: number,
): ReplayedSlot[] =>
  slots.map(({ item, score }, index) => ({
    rank: from + index + 1,
    ...titleOf(runtime, item as ItemNumber),
    score,
  }));

function rejectionText(rejection: Rejection, locale: Locale): string {
  const rule = rejection.why === 'rule' ? rejection.rule : '';
  return sentence({ key: `rejected.${rejection.why}`, values: { rule } }, locale);
}

function conflictText({ rule, by, why }: RuleConflict, locale: Locale): string {
  const key = `conflict.${why}`;
  const known = by !== null && hasMessage(`${key}.by`) ? `${key}.by` : key;
  return sentence({ key: known, values: { rule, other: by ?? '' } }, locale);
}

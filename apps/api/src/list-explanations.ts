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
  type PlacementKind,
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
  findPlacementAt,
  findStrategyAt,
  findStrategyVersion,
  type LoggedList,
  listSegmentsAt,
  type PlacementThen,
  type Pool,
  readItemsThen,
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
import { changesOf, type Titled, titleOf } from './changes-of-list.js';
import { armRules, changesOfArm } from './experiments/arm-rules.js';
import {
  type ListInput,
  listRequest,
  operationFor,
  rankList,
  type ShownReader,
  shownBefore,
} from './list-request.js';
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
  /** Key of the strategy to make it by; null: the placement's own. */
  readonly strategy: string | null;
}

/** What a list is made with. */
interface Making {
  readonly kind: PlacementKind;
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

  async explain({ catalogue, input, locale, asOf, strategy }: ExplainOrder): Promise<ExplanationObject> {
    const runtime = await this.runtimes.get(catalogue);
    const { placement, isKnown } = await this.placementAt(runtime, input.placement, asOf);
    const by = strategy ?? placement.strategyKey;
    const loaded =
      asOf === null ? runtime.strategy(by) : past(await findStrategyAt(this.pool, catalogue, by, asOf), by);
    const trace = new ListTrace(() => performance.now());
    const made =
      asOf &&
      (await runtime.recommenderAsOf(asOf, await findModelIdAt(this.pool, catalogue, asOf), input.subject));
    const ranking = await this.rank(runtime, input, {
      kind: placement.kind,
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
    const lastTitle = last ? titleOf({ items }, last.number).title : '';
    const { key, version, name } = loaded;
    return {
      placement: placement.key,
      strategy: { key, version, name },
      coldness,
      served,
      degraded,
      list: slots.map((slot) => explained({ items }, slot)),
      outranked: outranked.map((slot) => {
        const measure = ((last?.score ?? 0) - slot.score).toFixed(3);
        const values = { measure, about: slots.length, anchor: lastTitle };
        const item = explained({ items }, { ...slot, position: slots.length + slot.position });
        return { ...item, message: sentence({ key: 'outranked', values }, locale) };
      }),
      filtered: [...trace.rejected].map(([number, rejection]) => ({
        ...titleOf({ items }, number),
        why: rejection.why,
        rule: rejection.why === 'rule' ? rejection.rule : null,
        message: rejectionText(rejection, locale),
      })),
      rules: trace.rules,
      parts: made ? partsOf({ ...made, settings: isKnown }, locale) : [],
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
    const { placement, isKnown } = await this.placementAt(runtime, list.placement, madeAt);
    const recommender = await runtime.recommenderAsOf(
      madeAt,
      list.trainedModelId,
      input.subject,
      list.modelId,
    );
    const replayed = await this.rank(runtime, input, {
      kind: placement.kind,
      strategy: then.strategy,
      rules: await this.rulesOf(runtime, list, madeAt),
      past: recommender,
      shownBefore: madeAt,
      seed,
    });
    const trace = new ListTrace(() => performance.now());
    const now = await this.rankNow(runtime, list, input, { seed, trace });
    const from = list.firstRank - 1;
    const size = list.slots.length;
    const titles = { items: recommender.recommender.items };
    const slotsOf = (titled: Titled, { slots }: Ranking) =>
      slots.slice(from, from + size).map(({ item, score }, index) => ({
        rank: from + index + 1,
        ...titleOf(titled, item as ItemNumber),
        score,
      }));
    const parts = partsOf({ ...recommender, settings: isKnown }, locale);
    const { key, version, name } = then;
    return {
      recommendationId: id,
      placement: list.placement,
      createdAt: list.createdAt,
      strategy: { key, version, name },
      logged: await this.shownSlots(runtime, list, madeAt),
      replayed: slotsOf(titles, replayed),
      isSame: isSameBut(list, replayed.slots.slice(from)),
      parts,
      caveats: this.caveats(runtime, list, { parts, model: recommender.model }, locale),
      now: now ? slotsOf(runtime, now) : [],
      changes: now ? changesOf(runtime, diffRankings(replayed, now, from + size, trace), locale, titles) : [],
    };
  }

  /** What the request of a logged list would get now; null where its placement is gone. */
  private async rankNow(
    runtime: CatalogueRuntime,
    list: LoggedList,
    input: ListInput,
    { seed, trace }: Required<Pick<Making, 'seed' | 'trace'>>,
  ): Promise<Ranking | null> {
    const arm = runningArm(runtime, list);
    const placement = runtime.placementList.find(({ key }) => key === list.placement);
    if (!placement || operationFor[placement.kind] !== input.operation.kind) return null;
    return this.rank(
      runtime,
      { ...input, now: new Date() },
      {
        kind: placement.kind,
        strategy: (arm?.strategy ?? runtime.strategy(placement.strategyKey)).strategy,
        rules: arm?.rules ?? runtime.rules,
        past: null,
        shownBefore: null,
        seed,
        trace,
      },
    );
  }

  /** As it was at a time (null: now), and whether that is known; otherwise it is that of now. */
  async placementAt(
    runtime: CatalogueRuntime,
    key: string,
    at: Date | null,
  ): Promise<{ readonly placement: PlacementThen; readonly isKnown: boolean }> {
    const then = at === null ? undefined : await findPlacementAt(this.pool, runtime.id, key, at);
    if (then) return { placement: then, isKnown: true };
    return { placement: runtime.placement(key), isKnown: false };
  }

  /** The slots as they were logged, under the titles that the items had then, if these are kept. */
  private async shownSlots(
    runtime: CatalogueRuntime,
    { slots, firstRank }: LoggedList,
    at: Date,
  ): Promise<ReplayedSlot[]> {
    const among = slots.map(({ item }) => item);
    const then = await readItemsThen(this.pool, runtime.id, { at, most: among.length, among });
    return slots.map(({ item, score }, index) => {
      const known = then?.get(item);
      const told = known ? { itemId: known.id, title: known.title } : titleOf(runtime, item);
      return { rank: firstRank + index, ...told, score };
    });
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
    const { kind, strategy, seed, past, trace, rules = noRules } = making;
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

  private caveats(
    runtime: CatalogueRuntime,
    list: LoggedList,
    { parts, model }: { readonly parts: readonly PartOfThen[]; readonly model: ModelSource },
    locale: Locale,
  ): string[] {
    const explored = list.slots.filter(({ isExploration }) => isExploration).length;
    const say = (key: string, count = 0) => sentence({ key: `replay.${key}`, values: { count } }, locale);
    return [
      ...parts.flatMap(({ isOfThen, message }) => (isOfThen ? [] : [message])),
      ...(explored > 0 ? [say('explored', explored)] : []),
      ...(list.modelId !== runtime.servingModel ? [say('encoder')] : []),
      ...(model === 'read' ? [say('arrivals')] : []),
    ];
  }
}

const noRules = compileRules([]);

/** What a list of the past was made with: each part of it, and whether it is that of then. */
function partsOf(
  {
    model,
    ...parts
  }: Pick<PastRecommender, 'model' | 'items' | 'popularity' | 'vectors' | 'attributes'> & {
    readonly settings: boolean;
  },
  locale: Locale,
): PartOfThen[] {
  const isOfThen: Readonly<Record<PartOfThen['part'], boolean>> = {
    strategy: true,
    rules: true,
    segments: true,
    events: true,
    clock: true,
    model: model !== 'missing',
    popularity: parts.popularity === 'then',
    vectors: parts.vectors === 'then',
    items: parts.items === 'then',
    profileAttributes: parts.attributes === 'then',
    settings: parts.settings,
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

const explained = (titled: Titled, slot: ExplainedSlot): ExplainedItem => ({
  rank: slot.position + 1,
  ...titleOf(titled, slot.number),
  score: slot.score,
  coldness: slot.coldness,
  ledger: slot.ledger,
  reason: slot.reason,
});

function rejectionText(rejection: Rejection, locale: Locale): string {
  const rule = rejection.why === 'rule' ? rejection.rule : '';
  return sentence({ key: `rejected.${rejection.why}`, values: { rule } }, locale);
}

function conflictText({ rule, by, why }: RuleConflict, locale: Locale): string {
  const key = `conflict.${why}`;
  const known = by !== null && hasMessage(`${key}.by`) ? `${key}.by` : key;
  return sentence({ key: known, values: { rule, other: by ?? '' } }, locale);
}

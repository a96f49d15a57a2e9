import { randomUUID } from 'node:crypto';
import { type CatalogueId, KindlingError, recommendationId, seededRandom } from '@kindling/domain';
import { taggedId } from '@kindling/experiments';
import { type Explanation, explainSlots, type Locale, type Ranking, sentence } from '@kindling/recommender';
import type { Placement, RankingStore, RecommendationLog } from '@kindling/storage';
import { interleaveRankings } from './experiments/interleaved-ranking.js';
import type { Trial, TrialInput, Trials } from './experiments/trials.js';
import { connectionOf } from './list-connection.js';
import { expiredCursor, parseCursor } from './list-cursor.js';
import { type ListInput, listRequest, operationFor, rankList, type ShownReader } from './list-request.js';
import type { RecommendationConnection } from './public/recommendation-types.js';
import { redactEvidence } from './redact-evidence.js';
import type { CatalogueRuntime, LoadedStrategy, ServingParts } from './runtime/catalogue-runtime.js';
import type { CatalogueRuntimes } from './runtime/catalogue-runtimes.js';
import { within } from './runtime/deadline.js';
import { askedHash, type StoredRanking, storedRanking, storedRankingSchema } from './stored-ranking.js';

export interface ListOrder extends ListInput, Omit<TrialInput, 'isUncounted' | keyof ListInput> {
  readonly catalogue: CatalogueId;
  readonly after: string | null;
  readonly locale: Locale;
  /** Whether the answer may name what the profile did; see redact-evidence.ts. */
  readonly showsEvidence: boolean;
  /** Whether the answer's ledgers were asked for: most sites show the sentence of reason alone. */
  readonly wantsLedgers: boolean;
  /** Nobody will see it: it is no exposure. */
  readonly isPreview?: boolean;
  /** A list of another time: shown, and part of no experiment's numbers. */
  readonly isOfAnotherTime?: boolean;
}

/** As it is asked for; `first` null: as many as the placement says. */
export type AskedList = Omit<ListOrder, 'first'> & { readonly first: number | null };

const teamsTimeoutMs = 500;

/** What a ranking needs of the moment: where its chance comes from, and when it is shown. */
export interface Showing {
  readonly seed: string;
  readonly shownAt: Date;
}

/** Makes lists: ranks or continues a ranking, puts a page of it into words, fills in the items, logs the exposure. */
export class Recommendations {
  constructor(
    private readonly runtimes: CatalogueRuntimes,
    private readonly rankings: RankingStore,
    private readonly log: RecommendationLog,
    private readonly shown: ShownReader,
    private readonly trials: Trials,
  ) {}

  async list(asked: AskedList): Promise<RecommendationConnection> {
    // One instant for the budget and for the log: by the log, too, no day has shown more than its budget.
    const shownAt = new Date();
    const runtime = await this.runtimes.get(asked.catalogue);
    const placement = placementFor(runtime, asked);
    const order: ListOrder = { ...asked, first: asked.first ?? placement.size };
    const uuid = randomUUID();
    const { rankingId, from, stored } =
      order.after === null
        ? {
            rankingId: uuid,
            from: 0,
            stored: await this.rank(runtime, placement, order, { seed: uuid, shownAt }),
          }
        : await this.resume(order, order.after);
    const id = stored.experiment?.counted ? taggedId(uuid, stored.experiment.tag, new Date()) : uuid;
    const { items } = runtime;
    const { ranking } = stored;
    const told = {
      subject: order.subject,
      itemIds: [
        ...order.cartItemIds,
        ...(order.operation.kind === 'similarItems' ? [order.operation.itemId] : []),
      ],
      texts: order.operation.kind === 'search' ? [order.operation.query] : [],
    };
    const shown = order.showsEvidence ? ranking : redactEvidence(ranking, told, items);
    const page = explainSlots(shown, {
      items,
      from,
      count: stored.size ?? order.first,
      locale: order.locale,
      now: order.now,
      ledgers: order.wantsLedgers,
    });
    const hydrated = await runtime.cache.read(page.slots.map(({ number }) => number));
    const connection = connectionOf(page, hydrated, {
      id,
      rankingId,
      placement,
      stored,
      isFirst: from === 0,
    });
    if (order.after === null && order.wantsCursors && page.next !== null) {
      this.rankings.save(order.catalogue, rankingId, stored);
    }
    this.logExposure(order, runtime, connection, page, stored, { from, shownAt });
    if (stored.teams !== null && stored.experiment?.counted) await this.settleTeams();
    return connection;
  }

  /**
   * Who drafted a slot stands in the log alone, and clicks are counted by it: an interleaved list goes out when it is
   * written there, as an exposure is. After this long it goes out anyway, and the log tries again.
   */
  private settleTeams(): Promise<void> {
    return within(teamsTimeoutMs, 'the log of lists', this.log.flush()).catch(() => undefined);
  }

  /** By the list's arm, if it is part of an experiment; otherwise by what the placement says. */
  private async rank(
    runtime: CatalogueRuntime,
    placement: Placement,
    order: ListOrder,
    showing: Showing,
  ): Promise<StoredRanking> {
    const isUncounted = order.isPreview === true || order.isOfAnotherTime === true;
    const input = { ...order, isUncounted };
    const trial = await this.trials.enter(runtime, input);
    const { stored, differs } = await this.rankTrial(runtime, placement, order, showing, trial);
    if (trial === null || stored.experiment === null) return stored;
    const outcome = await this.trials.expose(trial, input, stored.ranking.coldness, differs);
    if (outcome !== 'FAILED') {
      return { ...stored, experiment: { ...stored.experiment, counted: outcome === 'COUNTED' } };
    }
    return this.rankWithout(runtime, placement, order, showing);
  }

  /** The list of a trial, and whether another arm might have made another one. */
  private async rankTrial(
    runtime: CatalogueRuntime,
    placement: Placement,
    order: ListOrder,
    showing: Showing,
    trial: Trial | null,
  ): Promise<{ readonly stored: StoredRanking; readonly differs: boolean }> {
    if (trial?.isInterleaved) {
      try {
        return await this.rankInterleaved(runtime, placement, order, showing, trial);
      } catch (error) {
        if (isOfCaller(error)) throw error;
        return { stored: await this.rankWithout(runtime, placement, order, showing), differs: false };
      }
    }
    const stored = await this.rankBy(runtime, placement, order, showing, trial);
    if (trial === null) return { stored, differs: false };
    const { lists, fallback } = trial.running.differences;
    const hasFallenBack = stored.strategy.key !== trial.arm.strategy.key;
    return { stored, differs: lists || (fallback && hasFallenBack) || trial.watch?.acts === true };
  }

  /** Drafted from the rankings of both arms, without trying out new items: a budget belongs to one strategy's list. */
  private async rankInterleaved(
    runtime: CatalogueRuntime,
    placement: Placement,
    order: ListOrder,
    showing: Showing,
    trial: Trial,
  ): Promise<{ readonly stored: StoredRanking; readonly differs: boolean }> {
    const { serving } = runtime;
    const { seed } = showing;
    const rankings = await Promise.all(
      trial.running.arms.map(async ({ strategy: { strategy }, rules }) => {
        const making = { kind: placement.kind, strategy };
        return rankList(serving, order, await listRequest(runtime, making, order, seed, this.shown, rules));
      }),
    );
    const [a, b] = rankings;
    if (!a || !b) throw new Error('interleaving needs two arms');
    const { ranking, teams } = interleaveRankings(a, b, seededRandom(`${seed} draft`));
    const model = order.operation.kind === 'recommendations' ? serving.model : null;
    const first = ({ slots }: Ranking) => slots.slice(0, order.first).map(({ item }) => item);
    return {
      stored: {
        ...storedRanking(order, trial.arm.strategy, trial, model, ranking, showing),
        teams: [...teams],
      },
      differs: JSON.stringify(first(a)) !== JSON.stringify(first(b)),
    };
  }

  private async rankWithout(
    runtime: CatalogueRuntime,
    placement: Placement,
    order: ListOrder,
    showing: Showing,
  ): Promise<StoredRanking> {
    const reason = sentence({ key: 'degraded.experiment', values: {} }, order.locale);
    const without = await this.rankBy(runtime, placement, order, showing, null);
    return { ...without, degraded: [{ part: 'experiment', reason }] };
  }

  private async rankBy(
    runtime: CatalogueRuntime,
    placement: Placement,
    asked: ListOrder,
    showing: Showing,
    trial: Trial | null,
  ): Promise<StoredRanking> {
    let problem: unknown;
    const { serving } = runtime;
    const { seed, shownAt } = showing;
    const order = { ...asked, first: trial?.arm.size ?? asked.first };
    const own = trial ? trial.arm.strategy : runtime.strategy(placement.strategyKey);
    const fallback = trial?.arm.fallback ?? placement.fallback.map((key) => runtime.strategy(key));
    for (const loaded of [own, ...fallback]) {
      try {
        const plain = await listRequest(
          runtime,
          { kind: placement.kind, strategy: loaded.strategy },
          order,
          seed,
          this.shown,
          trial ? trial.arm.rules : runtime.rules,
        );
        const request = trial?.watch ? { ...plain, watchedRules: trial.watch } : plain;
        const parts = explores(placement, order)
          ? exploring(runtime, serving, loaded, order, shownAt)
          : serving;
        const ranking = await rankList(parts, order, request);
        // search and similar items have no part in which people alike speak
        const model = order.operation.kind === 'recommendations' ? serving.model : null;
        return storedRanking(order, loaded, trial, model, ranking, showing);
      } catch (error) {
        if (isOfCaller(error)) throw error;
        problem ??= error;
      }
    }
    throw problem;
  }

  private async resume(order: ListOrder, after: string) {
    const { rankingId, position } = parseCursor(after);
    const stored = storedRankingSchema.safeParse(await this.rankings.find(order.catalogue, rankingId));
    if (!stored.success || stored.data.asked !== askedHash(order)) throw expiredCursor();
    return { rankingId, from: position + 1, stored: stored.data };
  }

  private logExposure(
    order: ListOrder,
    runtime: CatalogueRuntime,
    connection: RecommendationConnection,
    page: Explanation,
    stored: StoredRanking,
    { from, shownAt }: { from: number; shownAt: Date },
  ): void {
    const slots = page.slots.filter(({ position }) =>
      connection.edges.some(({ rank }) => rank === position + 1),
    );
    if (slots.length === 0 || order.isPreview) return;
    this.log.add({
      id: recommendationId(connection.recommendationId),
      catalogue: order.catalogue,
      operation: order.operation.kind,
      placement: connection.placement,
      profileId: order.subject.profileId ?? null,
      sessionId: order.subject.sessionId ?? null,
      strategyKey: stored.strategy.key,
      strategyVersion: stored.strategy.version,
      experimentKey: stored.experiment?.experiment ?? null,
      variantKey: stored.experiment?.variant ?? null,
      modelId: runtime.servingModel,
      trainedModelId: stored.model?.id ?? null,
      coldness: page.coldness,
      servedLevel: page.served.level,
      degraded: connection.degraded,
      firstRank: from + 1,
      slots: slots.map(({ position, number, score, propensity, isExploration }) => ({
        item: number,
        score,
        propensity,
        isExploration,
        team: stored.teams?.[position] ?? null,
      })),
      request: stored.request,
      createdAt: shownAt,
    });
  }
}

function placementFor(runtime: CatalogueRuntime, { placement: key, operation }: AskedList): Placement {
  const placement = runtime.placement(key);
  if (operationFor[placement.kind] !== operation.kind) {
    throw new KindlingError(
      'BAD_INPUT',
      `Placement "${key}" is of the kind ${placement.kind}: ask for it with ${operationFor[placement.kind]}`,
      {
        field: 'placement',
      },
    );
  }
  return placement;
}

/**
 * A list for a person that is shown may spend of the budget for new items. A preview shows what stays without, and what
 * a list promises by its kind (trending, to go with a cart) it keeps.
 */
const explores = ({ kind }: Placement, { isPreview, isOfAnotherTime }: ListOrder) =>
  kind === 'PERSONAL' && !isPreview && !isOfAnotherTime;

const exploring = (
  { exploration }: CatalogueRuntime,
  { recommender }: ServingParts,
  loaded: LoadedStrategy,
  order: ListOrder,
  shownAt: Date,
) => ({
  recommender: {
    ...recommender,
    exploration: exploration.explorer(loaded, {
      placement: order.placement,
      visible: order.first,
      atMs: shownAt.getTime(),
    }),
  },
});

/** Not what an arm's own strategy or another one may make up for. */
const isOfCaller = (error: unknown) =>
  error instanceof KindlingError && error.code !== 'UNAVAILABLE' && error.code !== 'INTERNAL';

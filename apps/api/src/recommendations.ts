import { createHash, randomUUID } from 'node:crypto';
import {
  type CatalogueId,
  type Coldness,
  type JsonObject,
  KindlingError,
  recommendationId,
  seededRandom,
} from '@kindling/domain';
import { taggedId } from '@kindling/experiments';
import {
  type Explanation,
  explainSlots,
  type Locale,
  type PlacementKind,
  type Ranking,
  rankingSchema,
  sentence,
} from '@kindling/recommender';
import type { Placement, RankingStore, RecommendationLog } from '@kindling/storage';
import { z } from 'zod';
import { interleaveRankings } from './experiments/interleaved-ranking.js';
import type { Trial, TrialInput, Trials } from './experiments/trials.js';
import { cursorText, expiredCursor, parseCursor } from './list-cursor.js';
import {
  type ListInput,
  type ListOperation,
  listRequest,
  rankList,
  type ShownReader,
} from './list-request.js';
import { loggedRequest } from './logged-request.js';
import type { ItemObject } from './public/item-type.js';
import type { RecommendationConnection } from './public/recommendation-types.js';
import { redactEvidence } from './redact-evidence.js';
import type { CatalogueRuntime, LoadedStrategy, ServingParts } from './runtime/catalogue-runtime.js';
import type { CatalogueRuntimes } from './runtime/catalogue-runtimes.js';

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

const storedSchema = z.object({
  /** What was asked, hashed: a cursor continues its own list, not another one. */
  asked: z.string(),
  profileId: z.string().nullable(),
  strategy: z.object({ key: z.string(), version: z.number(), name: z.string() }),
  experiment: z
    .object({
      experiment: z.string(),
      version: z.number(),
      variant: z.string(),
      counted: z.boolean(),
      tag: z.string(),
    })
    .nullable(),
  /** Parts that did not work, besides those of the ranking. */
  degraded: z.array(z.object({ part: z.string(), reason: z.string() })),
  /** The trained model that it was made with. */
  model: z.object({ id: z.string(), number: z.number() }).nullable().default(null),
  /** For the log: see logged-request.ts. */
  request: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null),
  ranking: rankingSchema,
  /** Slots of a page, where the list's arm says so. */
  size: z.number().nullable().default(null),
  /** Of an interleaved list, by slot: the position of the variant that drafted it. */
  teams: z.array(z.number()).nullable().default(null),
});
type StoredRanking = z.output<typeof storedSchema>;

/** Which query a placement of that kind is for. */
const operationFor: Readonly<Record<PlacementKind, ListOperation['kind']>> = {
  PERSONAL: 'recommendations',
  COMPLEMENTARY: 'recommendations',
  TRENDING: 'recommendations',
  NEW_ARRIVALS: 'recommendations',
  SIMILAR: 'similarItems',
  SEARCH: 'search',
};

/** What a ranking needs of the moment: where its chance comes from, and when it is shown. */
interface Showing {
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

  async list(order: ListOrder): Promise<RecommendationConnection> {
    // One instant for the budget and for the log: by the log, too, no day has shown more than its budget.
    const shownAt = new Date();
    const runtime = await this.runtimes.get(order.catalogue);
    const placement = placementFor(runtime, order);
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
    return connection;
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
    { seed }: Showing,
    trial: Trial,
  ): Promise<{ readonly stored: StoredRanking; readonly differs: boolean }> {
    const { serving } = runtime;
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
      stored: { ...storedRanking(order, trial.arm.strategy, trial, model, ranking, seed), teams: [...teams] },
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
    { seed, shownAt }: Showing,
    trial: Trial | null,
  ): Promise<StoredRanking> {
    let problem: unknown;
    const { serving } = runtime;
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
        return storedRanking(order, loaded, trial, model, ranking, seed);
      } catch (error) {
        if (isOfCaller(error)) throw error;
        problem ??= error;
      }
    }
    throw problem;
  }

  private async resume(order: ListOrder, after: string) {
    const { rankingId, position } = parseCursor(after);
    const stored = storedSchema.safeParse(await this.rankings.find(order.catalogue, rankingId));
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

function placementFor(runtime: CatalogueRuntime, { placement: key, operation }: ListOrder): Placement {
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

const storedRanking = (
  order: ListOrder,
  { key, version, name }: LoadedStrategy,
  trial: Trial | null,
  model: StoredRanking['model'],
  ranking: Ranking,
  seed: string,
): StoredRanking => ({
  request: loggedRequest(order, seed),
  asked: askedHash(order),
  profileId: order.subject.profileId ?? null,
  strategy: { key, version, name },
  experiment: trial && experimentOf(trial),
  degraded: [],
  model,
  ranking,
  size: trial?.arm.size ?? null,
  teams: null,
});

/** Not what an arm's own strategy or another one may make up for. */
const isOfCaller = (error: unknown) =>
  error instanceof KindlingError && error.code !== 'UNAVAILABLE' && error.code !== 'INTERNAL';

const experimentOf = ({ running, variant, counted, isInterleaved }: Trial) => ({
  experiment: running.experiment.key,
  version: running.experiment.version,
  variant: isInterleaved ? 'interleaved' : (running.experiment.definition.variants[variant]?.key ?? ''),
  counted,
  tag: running.tag,
});

const askedHash = ({ operation, placement, subject }: ListOrder) =>
  createHash('sha256')
    .update(JSON.stringify([operation, placement, subject.profileId ?? null, subject.sessionId ?? null]))
    .digest('base64url');

function connectionOf(
  page: Explanation,
  hydrated: Awaited<ReturnType<CatalogueRuntime['cache']['read']>>,
  list: { id: string; rankingId: string; placement: Placement; stored: StoredRanking; isFirst: boolean },
): RecommendationConnection {
  const edges = page.slots.flatMap((slot) => {
    const item = hydrated.items.get(slot.number);
    // Deleted a moment ago, or not readable: see `degraded`.
    if (!item) return [];
    const node: ItemObject = { ...item, coldness: slot.coldness satisfies Coldness };
    const cursor = cursorText({ rankingId: list.rankingId, position: slot.position });
    return [{ node, cursor, rank: slot.position + 1, ...pick(slot) }];
  });
  if (edges.length === 0 && page.slots.length > 0 && hydrated.problem) {
    throw new KindlingError('UNAVAILABLE', 'The items cannot be read at the moment: try again', {
      retryAfterMs: 1_000,
      cause: hydrated.problem,
    });
  }
  const items = { part: 'items', reason: 'Some items could not be read and were left out' };
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: page.next !== null,
      hasPreviousPage: !list.isFirst,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    recommendationId: list.id,
    placement: list.placement.key,
    strategy: list.stored.strategy,
    experiment: list.stored.experiment,
    model: list.stored.model,
    coldness: page.coldness,
    served: page.served,
    degraded: [...page.degraded, ...list.stored.degraded, ...(hydrated.problem ? [items] : [])],
  };
}

const pick = ({
  score,
  ledger,
  reason,
  coldness,
  isExploration,
  propensity,
}: Explanation['slots'][number]) => ({
  score,
  ledger,
  reason,
  coldness,
  isExploration,
  propensity,
});

import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CatalogueId, KindlingError, type ModelId } from '@kindling/domain';
import {
  type CollaborativeSource,
  type CompiledRules,
  compileRules,
  createItemView,
  type NeighbourSource,
  type RecommenderPorts,
  type Rule,
  type Segment,
  type Strategy,
  type Subject,
  strategySchema,
  type WritableItemView,
} from '@kindling/recommender';
import {
  type Catalogue,
  evidenceSource,
  expectCatalogue,
  listPlacements,
  listSegments,
  listStrategies,
  type Placement,
  type Pool,
  readDayCounts,
  readItemChanges,
  readLiveRules,
  readRulesSignature,
  type StoredStrategy,
} from '@kindling/storage';
import { textSpace, type VectorIndex } from '@kindling/vectors';
import { RunningExperiments } from '../experiments/running-experiments.js';
import type { Failpoint } from '../failpoint.js';
import type { Log } from '../log.js';
import { within } from './deadline.js';
import { ExplorationFollower } from './exploration-follower.js';
import { indexNeighbours } from './index-neighbours.js';
import { ItemCache } from './item-cache.js';
import { ModelFollower, type ModelSource, type ModelStatus } from './model-follower.js';
import type { ModelThreads } from './model-threads.js';
import { NeighbourCache } from './neighbour-cache.js';
import { type PastParts, type PresentParts, pastParts } from './past-parts.js';
import type { CachedQueryEncoder } from './query-encoder.js';
import { VectorFollower } from './vector-follower.js';

export interface RuntimeParts {
  readonly pool: Pool;
  readonly index: VectorIndex;
  /** Whether this process fills the index itself (embedded), or somebody else does (a Qdrant server). */
  readonly followsVectors: boolean;
  readonly encoder: CachedQueryEncoder;
  readonly encoderModel: ModelId | null;
  readonly modelThreads: ModelThreads;
  readonly fail: Failpoint;
  readonly log: Log;
}

/** What one list is made with: taken once a list, so that all of it is of one model. */
export interface ServingParts {
  readonly recommender: RecommenderPorts;
  /** The trained model in `recommender`; null where there is none. */
  readonly model: { readonly id: string; readonly number: number } | null;
}

/** How lists of the past are made again. */
export interface PastRecommender extends Omit<PastParts, 'view' | 'neighbours'> {
  readonly recommender: RecommenderPorts;
  readonly model: ModelSource;
}

/** Reading a model takes seconds; whoever asks for a list of the past waits no longer than this for it. */
const longestReadMs = 30_000;

/** A strategy as requests use it. */
export interface LoadedStrategy {
  readonly key: string;
  readonly version: number;
  readonly name: string;
  readonly strategy: Strategy;
}

interface PublishedRules {
  readonly signature: string;
  readonly sources: readonly Rule[];
  readonly rules: CompiledRules | undefined;
  readonly segments: readonly Segment[];
}

/** An item batch is applied without yielding; this many keep the pause below a few milliseconds. */
const applyAtOnce = 200;
const evidenceTimeoutMs = 500;

/**
 * One catalogue in memory, following Postgres: items, popularity, vectors, placements and strategies. Requests only
 * read from it. `refresh` is called when something may have changed; calls while one runs fall into one more.
 */
export class CatalogueRuntime {
  private view: WritableItemView;
  private settings: Catalogue | null = null;
  private placements: ReadonlyMap<string, Placement> = new Map();
  private strategies: ReadonlyMap<string, LoadedStrategy> = new Map();
  private published: PublishedRules = { signature: '', sources: [], rules: undefined, segments: [] };
  private itemsUpTo = 0;
  private countsSince: Date | null = null;
  /** Serves, and the one that is being built to replace it. */
  private servingVectors: VectorFollower | null = null;
  private comingVectors: VectorFollower | null = null;
  private readonly stop = new AbortController();
  private refreshing: Promise<void> | null = null;
  private again = false;
  private problem: string | null = null;
  private loaded = false;
  readonly ready: Promise<void>;
  private readonly neighbours: NeighbourSource;
  /** Told of changes; a server's index changes without our knowing, and is asked every time. */
  private readonly remembered: NeighbourCache | null;
  /** Whole items, for answers. */
  readonly cache: ItemCache;
  readonly experiments: RunningExperiments;
  /** New items on trial. */
  readonly exploration: ExplorationFollower;
  private readonly model: ModelFollower;
  private current: ServingParts;

  constructor(
    readonly id: CatalogueId,
    private readonly parts: RuntimeParts,
  ) {
    this.cache = new ItemCache(parts.pool, id);
    this.experiments = new RunningExperiments(parts.pool, id);
    this.exploration = new ExplorationFollower(parts.pool, id, parts.log);
    const source = indexNeighbours(parts.index, id, () => this.servingSpace());
    this.remembered = parts.followsVectors ? new NeighbourCache(source) : null;
    this.neighbours = this.remembered ?? source;
    this.view = createItemView(id);
    this.model = new ModelFollower(
      id,
      { pool: parts.pool, threads: parts.modelThreads, log: parts.log, fail: parts.fail },
      () => this.publish(),
    );
    this.current = this.servingParts();
    this.ready = this.refresh();
    this.ready.catch(() => {});
  }

  /** Whether everything that was committed when it started is in memory. */
  get isLoaded(): boolean {
    return this.loaded;
  }
  /** Why it is behind, if the last refresh failed. */
  get lastProblem(): string | null {
    return this.problem;
  }
  get items(): WritableItemView {
    return this.view;
  }
  get serving(): ServingParts {
    return this.current;
  }
  get modelStatus(): ModelStatus {
    return this.model.status;
  }
  /** With the events that had come by then, and the attributes of then where they are known; else of now. */
  recommenderUntil(at: Date): RecommenderPorts {
    return { ...this.serving.recommender, evidence: evidenceSource(this.parts.pool, this.id, at) };
  }
  /**
   * With the events that had come by then, the trained model of then (null: none), and the items, popularity, vectors
   * (if `encoder` made them) and the subject's attributes of then as far as they can be told, which it says. A model that
   * does not serve is read for this one use; where it is not kept any more, lists say that they do without.
   */
  async recommenderAsOf(
    at: Date,
    trained: string | null,
    subject: Subject,
    encoder: string | null = this.servingModel,
  ): Promise<PastRecommender> {
    const signal = AbortSignal.any([this.stop.signal, AbortSignal.timeout(longestReadMs)]);
    const { template, segmentAttribute } = this.catalogue;
    const present: PresentParts = {
      pool: this.parts.pool,
      catalogue: this.id,
      settings: { ...template, segmentAttribute },
      view: this.view,
      neighbours: this.neighbours,
      model: this.servingModel,
      isSameEncoder: encoder === this.servingModel,
    };
    const [{ lists, source }, { view, neighbours, ...times }] = await Promise.all([
      this.model.listsOf(trained, signal),
      pastParts(present, at, subject),
    ]);
    const evidence = evidenceSource(this.parts.pool, this.id, at);
    const recommender = { ...this.portsOver(this.view, lists), items: view, neighbours, evidence };
    return { recommender, model: source, ...times };
  }
  get catalogue(): Catalogue {
    if (!this.settings)
      throw new KindlingError('UNAVAILABLE', 'The catalogue is being loaded: try again', {
        retryAfterMs: 1_000,
      });
    return this.settings;
  }
  get servingModel(): ModelId | null {
    return this.parts.followsVectors
      ? (this.servingVectors?.model ?? null)
      : (this.settings?.activeModelId ?? null);
  }

  /** `field`: where the caller wrote the key. */
  placement(key: string, field = 'placement'): Placement {
    const placement = this.placements.get(key);
    if (placement) return placement;
    const known = [...this.placements.keys()].join(', ');
    throw new KindlingError('NOT_FOUND', `There is no placement "${key}"; there are: ${known}`, { field });
  }

  strategy(key: string): LoadedStrategy {
    const strategy = this.strategies.get(key);
    if (strategy) return strategy;
    throw new KindlingError('NOT_FOUND', `There is no strategy "${key}"`, { field: 'strategy' });
  }

  /** The rules that are published, ready for requests; undefined: there are none. */
  get rules(): CompiledRules | undefined {
    return this.published.rules;
  }
  /** As they were saved, to be compiled with a draft. */
  get publishedRules(): readonly Rule[] {
    return this.published.sources;
  }
  get segments(): readonly Segment[] {
    return this.published.segments;
  }
  get placementList(): readonly Placement[] {
    return [...this.placements.values()];
  }

  /** Brings in what has changed. Never rejects after the first time: a problem is kept, and tried again. */
  refresh(): Promise<void> {
    if (this.refreshing) {
      this.again = true;
      return this.refreshing;
    }
    this.refreshing = this.refreshAll().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  /** Stops following. */
  async close(): Promise<void> {
    this.stop.abort();
    await this.model.close();
    await this.refreshing?.catch(() => {});
    await this.exploration.close();
  }

  /** Stops following and gives the memory back. */
  async evict(): Promise<void> {
    await this.close();
    if (!this.parts.followsVectors) return;
    await this.servingVectors?.remove();
    await this.comingVectors?.remove();
  }

  private async refreshAll(): Promise<void> {
    do {
      this.again = false;
      try {
        await this.refreshSettings();
        await this.model.follow();
        await this.refreshRules();
        await this.experiments.refresh(this.published);
        await this.followItems();
        await this.followCounts();
        await this.followVectors();
        this.exploration.refresh(this.view, this.neighbours, this.strategies.values());
        // a process that starts has no old model that could serve meanwhile
        if (!this.loaded) await this.model.settled();
        this.loaded = true;
        this.problem = null;
      } catch (error) {
        if (this.stop.signal.aborted) return;
        const message = error instanceof Error ? error.message : String(error);
        if (this.problem !== message)
          this.parts.log.warn('a catalogue is behind', { catalogue: this.id, error });
        this.problem = message;
        if (!this.loaded) throw error;
        return;
      }
    } while (this.again && !this.stop.signal.aborted);
  }

  private async refreshSettings(): Promise<void> {
    const { pool } = this.parts;
    const [catalogue, placements, strategies] = await Promise.all([
      expectCatalogue(pool, this.id),
      listPlacements(pool, this.id),
      listStrategies(pool, this.id),
    ]);
    const before = this.settings;
    this.settings = catalogue;
    this.placements = new Map(placements.map((placement) => [placement.key, placement]));
    this.strategies = new Map(strategies.map((stored) => [stored.key, this.loadStrategy(stored)]));
    // Weights and half-lives are built into the view: other ones need another view, loaded beside the old one.
    if (before === null || popularityRules(before) !== popularityRules(catalogue)) {
      const fresh = createItemView(this.id, catalogue.template);
      const upTo = await this.followItems(fresh, 0);
      const counts = await readDayCounts(pool, this.id, null);
      fresh.applyDayCounts(counts.rows);
      this.view = fresh;
      this.publish();
      this.itemsUpTo = upTo;
      this.countsSince = counts.horizon;
    }
  }

  /** Compiled once a change: a request only reads. */
  private async refreshRules(): Promise<void> {
    const { pool, log } = this.parts;
    const signature = await readRulesSignature(pool, this.id);
    if (signature === this.published.signature) return;
    const [{ rules, unreadable }, stored] = await Promise.all([
      readLiveRules(pool, this.id),
      listSegments(pool, this.id),
    ]);
    if (unreadable.length > 0)
      log.error('published rules are not usable', { catalogue: this.id, rules: unreadable });
    const segments = stored.map(({ segment }) => segment);
    const compiled = rules.length === 0 ? undefined : compileRules(rules, segments);
    this.published = { signature, sources: rules, rules: compiled, segments };
  }

  private loadStrategy({ key, version, name, config }: StoredStrategy): LoadedStrategy {
    const known = this.strategies.get(key);
    if (known?.version === version) return known;
    const parsed = strategySchema.safeParse(config);
    if (!parsed.success) {
      // Saved by an older or newer release: the defaults serve, rather than nothing.
      this.parts.log.error('a stored strategy is not usable', {
        catalogue: this.id,
        key,
        version,
        issues: parsed.error.issues,
      });
    }
    return { key, version, name, strategy: parsed.success ? parsed.data : strategySchema.parse({}) };
  }

  private async followItems(view = this.view, from = this.itemsUpTo): Promise<number> {
    let upTo = from;
    for (;;) {
      const batch = await readItemChanges(this.parts.pool, this.id, upTo);
      for (let at = 0; at < batch.changes.length; at += applyAtOnce) {
        this.stop.signal.throwIfAborted();
        const changes = batch.changes.slice(at, at + applyAtOnce);
        view.apply(changes);
        this.cache.forget(changes.map(({ item }) => item.number));
        await nextTurn();
      }
      upTo = batch.upTo;
      if (view === this.view) this.itemsUpTo = upTo;
      if (!batch.more) return upTo;
    }
  }

  private async followCounts(): Promise<void> {
    const counts = await readDayCounts(this.parts.pool, this.id, this.countsSince);
    this.view.applyDayCounts(counts.rows);
    this.countsSince = counts.horizon;
  }

  /** The old model serves until the new one is complete: nobody sees an empty or a mixed index. */
  private async followVectors(): Promise<void> {
    if (!this.parts.followsVectors) return;
    const active = this.settings?.activeModelId ?? null;
    const { pool, index } = this.parts;
    if (active !== null && active !== this.servingVectors?.model && active !== this.comingVectors?.model) {
      this.comingVectors = new VectorFollower(pool, index, this.id, active, () => {
        this.remembered?.changed();
        this.exploration.vectorsChanged();
      });
    }
    await this.servingVectors?.catchUp(this.stop.signal);
    if (!this.comingVectors) return;
    await this.comingVectors.catchUp(this.stop.signal);
    const retired = this.servingVectors;
    this.servingVectors = this.comingVectors;
    this.comingVectors = null;
    this.remembered?.changed();
    await retired?.remove();
  }

  /** A list that begins afterwards has the new parts, one that has begun keeps the old ones. */
  private publish(): void {
    this.current = this.servingParts();
  }

  private servingParts(): ServingParts {
    const model = this.model.current;
    return {
      recommender: this.portsOver(this.view, this.model.lists),
      model: model && { id: model.id, number: model.number },
    };
  }

  private portsOver(view: WritableItemView, collaborative: CollaborativeSource | null): RecommenderPorts {
    const { pool, encoder, encoderModel } = this.parts;
    const evidence = evidenceSource(pool, this.id);
    return {
      items: view,
      evidence: { load: (subject) => within(evidenceTimeoutMs, 'the event store', evidence.load(subject)) },
      neighbours: this.neighbours,
      ...(collaborative && { collaborative }),
      encoder: {
        encodeQueries: (texts) => {
          const model = this.servingModel;
          if (model !== null && encoderModel !== null && model !== encoderModel) {
            throw new KindlingError(
              'UNAVAILABLE',
              `vectors are of the model ${model}, the encoder is ${encoderModel}`,
            );
          }
          return encoder.encodeQueries(texts);
        },
      },
    };
  }

  private servingSpace(): string | null {
    if (this.parts.followsVectors) return this.servingVectors?.hasSpace ? this.servingVectors.space : null;
    const model = this.settings?.activeModelId;
    return model ? textSpace(model) : null;
  }
}

const popularityRules = ({ template }: Catalogue) =>
  JSON.stringify([template.eventWeights, template.popularityHalfLifeDays]);

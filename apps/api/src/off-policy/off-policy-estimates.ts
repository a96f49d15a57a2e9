import { KindlingError } from '@kindling/domain';
import {
  type CompiledRules,
  estimateStrategy,
  type ReplayedSlot,
  type Strategy,
  type StrategyEstimate,
  strategySchema,
} from '@kindling/recommender';
import { findStrategyVersion, type JudgedList, type Pool, readJudgedLists } from '@kindling/storage';
import { operationFor, type ShownReader } from '../list-request.js';
import type { CatalogueRuntime } from '../runtime/catalogue-runtime.js';
import { replayList } from './replay-lists.js';

export interface OffPolicyRequest {
  readonly placement: string;
  /** Null: the placement's own, as it is now. */
  readonly strategy: Strategy | null;
  /** Instead of the published ones. */
  readonly rules?: CompiledRules;
  readonly since: Date;
  readonly until: Date;
  /** Newest lists that are asked again, at most. */
  readonly lists: number;
}

export interface OffPolicyAnswer {
  /** Null when no list could be asked again. */
  readonly estimate: StrategyEstimate | null;
  readonly lists: number;
  readonly slots: number;
  /**
   * Share of the slots without exploration that come out the same when the strategy that was logged is asked again:
   * how far what was known then can be put together from the log. Null when no logged strategy is there any more.
   */
  readonly agreement: number | null;
}

/** An estimate gives up asking after this time, and stands on the lists that it has. */
const replayForMs = 10_000;
const strategiesAtMost = 10;

/**
 * Estimates of strategies from the exposure log. Each list that is asked again costs as much as a request, so one
 * estimate runs at a time in a process, yields after every list, and is bounded in lists and in time.
 */
export class OffPolicyEstimates {
  private isRunning = false;

  constructor(
    private readonly pool: Pool,
    private readonly shown: ShownReader,
    private readonly now: () => number = Date.now,
  ) {}

  async estimate(runtime: CatalogueRuntime, request: OffPolicyRequest): Promise<OffPolicyAnswer> {
    const { kind, strategyKey } = runtime.placement(request.placement, 'input.placement');
    if (this.isRunning) {
      throw new KindlingError('RATE_LIMITED', 'Another estimate is being made: ask again in some seconds', {
        retryAfterMs: replayForMs,
      });
    }
    this.isRunning = true;
    try {
      const lists = await readJudgedLists(this.pool, runtime.id, {
        ...request,
        operation: operationFor[kind],
      });
      const asked = request.strategy ?? runtime.strategy(strategyKey).strategy;
      return await this.replay(runtime, lists, asked, request.rules);
    } finally {
      this.isRunning = false;
    }
  }

  private async replay(
    runtime: CatalogueRuntime,
    lists: readonly JudgedList[],
    asked: Strategy,
    rules: CompiledRules | undefined,
  ): Promise<OffPolicyAnswer> {
    const logged = await this.loggedStrategies(runtime, lists);
    const until = this.now() + replayForMs;
    const replayed: ReplayedSlot[] = [];
    let [done, compared, equal] = [0, 0, 0];
    for (const list of lists) {
      if (this.now() > until) break;
      const target = await replayList(runtime, list, { strategy: asked, rules }, this.shown);
      if (target === null) continue;
      list.slots.forEach((slot, index) => {
        replayed.push({ ...slot, list: list.id, target: target[index] ?? null });
      });
      const own = logged.get(versionOf(list));
      // A list that explored is moved about by it: its slots say nothing of what was known.
      if (own && !list.slots.some(({ isExploration }) => isExploration)) {
        const again = await replayList(runtime, list, { strategy: own }, this.shown);
        compared += list.slots.length;
        equal += list.slots.filter(({ item }, index) => item === again?.[index]).length;
      }
      done++;
    }
    return {
      estimate: replayed.length === 0 ? null : estimateStrategy(replayed),
      lists: done,
      slots: replayed.length,
      agreement: compared === 0 ? null : equal / compared,
    };
  }

  private async loggedStrategies(runtime: CatalogueRuntime, lists: readonly JudgedList[]) {
    const versions = new Map(lists.map((list) => [versionOf(list), list]));
    const found = new Map<string, Strategy>();
    for (const [version, { strategyKey, strategyVersion }] of [...versions].slice(0, strategiesAtMost)) {
      const stored = await findStrategyVersion(this.pool, runtime.id, strategyKey, strategyVersion);
      const parsed = strategySchema.safeParse(stored?.config);
      if (stored && parsed.success) found.set(version, parsed.data);
    }
    return found;
  }
}

const versionOf = ({ strategyKey, strategyVersion }: JudgedList) => `${strategyKey} ${strategyVersion}`;

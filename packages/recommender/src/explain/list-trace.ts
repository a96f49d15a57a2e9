import type { ItemNumber } from '@kindling/domain';
import type { RankedSlot } from '../ranking.js';
import type { RuleConflict } from '../rules/rule-conflict.js';

/** Parts of the pipeline in their order. */
export const stageNames = ['knowledge', 'neighbours', 'candidates', 'ranking', 'exploration'] as const;
export type StageName = (typeof stageNames)[number];

/**
 * Why an item could not be a candidate. unavailable: hidden, expired, or not published yet. excluded: told, on the page,
 * in the cart, bought or turned down. filter: the request's own. rule: the first published filter that keeps it out.
 */
export type Rejection =
  | { readonly why: 'unavailable' | 'excluded' | 'filter' }
  | { readonly why: 'rule'; readonly rule: string };

/** Items of each sort that are kept: more nobody reads, and the first ones came from the sources that matter most. */
const mostKept = 200;

/** What a list can tell of its making besides itself. A request that brings none pays nothing for it. */
export class ListTrace {
  readonly stages: { readonly stage: StageName; readonly ms: number }[] = [];
  readonly rejected = new Map<ItemNumber, Rejection>();
  /** Candidates that got no slot, best first. */
  outranked: readonly RankedSlot[] = [];
  /** Keys of the rules that acted, in order of precedence. */
  rules: readonly string[] = [];
  conflicts: readonly RuleConflict[] = [];
  #since: number;

  constructor(private readonly nowMs: () => number) {
    this.#since = nowMs();
  }

  ended(stage: StageName): void {
    const now = this.nowMs();
    this.stages.push({ stage, ms: now - this.#since });
    this.#since = now;
  }

  reject(item: ItemNumber, rejection: Rejection): void {
    if (this.rejected.size < mostKept) this.rejected.set(item, rejection);
  }

  outrank(slots: () => readonly RankedSlot[]): void {
    this.outranked = slots().slice(0, mostKept);
  }
}

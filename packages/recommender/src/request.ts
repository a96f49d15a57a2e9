import type { EventWeights, ItemFilter, ItemId } from '@kindling/domain';
import type { ListTrace } from './explain/list-trace.js';
import type { ShownHistory } from './rules/apply-rules.js';
import type { CompiledRules } from './rules/compile-rules.js';
import type { RuleWatch } from './rules/rule-watch.js';
import type { Strategy } from './strategy.js';
import type { Subject } from './subject.js';

/** What every operation is told besides its ports. The clock and the seed are arguments: a replay repeats the list. */
export interface ListRequest {
  readonly subject: Subject;
  readonly strategy: Strategy;
  readonly catalogue: CatalogueRules;
  readonly now: Date;
  readonly seed: string | number;
  readonly filter?: ItemFilter;
  readonly excludeItemIds?: readonly ItemId[];
  /** On the page already: not shown again. */
  readonly pageItemIds?: readonly ItemId[];
  /** In the cart: not shown again, and a sign of liking. */
  readonly cartItemIds?: readonly ItemId[];
  /** Only what is told counts, and what was bought or turned down: see placement-kind. */
  readonly ignoresHistory?: boolean;
  /** Filled with what the list does not tell of its making. */
  readonly trace?: ListTrace;
  /** Slots that are ranked, for all pages together. */
  readonly depth?: number;
  /** Key of the placement that is filled; rules may be for some placements only. */
  readonly placement?: string;
  readonly rules?: CompiledRules;
  /** Keys of rules that are switched off, as an experiment may do. */
  readonly withoutRules?: ReadonlySet<string>;
  /** Asks whether any of some rules would act on this request, without letting them. */
  readonly watchedRules?: RuleWatch;
  /** For rotation: what this person was shown before. */
  readonly shown?: ShownHistory;
}

/** The part of a catalogue's settings that the pipeline reads. */
export interface CatalogueRules {
  readonly eventWeights: EventWeights;
  /** The attribute of a profile whose value is its segment, for popularity among its like; null: none. */
  readonly segmentAttribute: string | null;
}

export const defaultDepth = 200;

export function excludedIds(request: ListRequest, closed: readonly ItemId[]): ItemId[] {
  return [
    ...(request.excludeItemIds ?? []),
    ...(request.pageItemIds ?? []),
    ...(request.cartItemIds ?? []),
    ...(request.subject.likedItemIds ?? []),
    ...(request.subject.dislikedItemIds ?? []),
    ...closed,
  ];
}

import type { ItemNumber } from '@kindling/domain';
import { ClickModel, type ShownSlot } from './click-model.js';
import { doublyRobust } from './doubly-robust.js';
import { inversePropensity } from './inverse-propensity.js';
import type { ModelledChoice, OffPolicyEstimate } from './logged-choice.js';
import { type Overlap, overlap } from './overlap.js';
import { ratioInterval } from './ratio-interval.js';
import { selfNormalised } from './self-normalised.js';

/** A logged slot, beside what another strategy would have put there. */
export interface ReplayedSlot extends ShownSlot {
  readonly list: string;
  /** (0, 1], as logged. */
  readonly propensity: number;
  /** Null: its list ends before. */
  readonly target: ItemNumber | null;
}

/** Clicks a slot, of the first page. */
export interface StrategyEstimate {
  /** What the log itself shows. */
  readonly observed: OffPolicyEstimate;
  readonly inversePropensity: OffPolicyEstimate;
  readonly selfNormalised: OffPolicyEstimate;
  readonly doublyRobust: OffPolicyEstimate;
  readonly overlap: Overlap;
}

/**
 * What a strategy would have brought in place of the one that was shown, slot by slot: a click is taken to depend on
 * the item and its rank, not on its neighbours. The model of the doubly robust estimate is fitted on the other half of
 * the lists, never on the slot that it speaks of.
 */
export function estimateStrategy(slots: readonly ReplayedSlot[]): StrategyEstimate {
  const halves = halvesOf(slots);
  const models = [1, 0].map(
    (other) => new ClickModel(slots.filter(({ list }) => halves.get(list) === other)),
  );
  const choices = slots.flatMap((slot): ModelledChoice[] => {
    const model = models[halves.get(slot.list) ?? 0];
    if (!model) return [];
    return [
      {
        list: slot.list,
        propensity: slot.propensity,
        target: slot.target === slot.item ? 1 : 0,
        reward: slot.clicked ? 1 : 0,
        expectedLogged: model.expected(slot.item, slot.rank),
        expectedTarget: slot.target === null ? 0 : model.expected(slot.target, slot.rank),
      },
    ];
  });
  return {
    observed: ratioInterval(choices.map(({ list, reward }) => ({ list, top: reward, bottom: 1 }))),
    inversePropensity: inversePropensity(choices),
    selfNormalised: selfNormalised(choices),
    doublyRobust: doublyRobust(choices),
    overlap: overlap(choices),
  };
}

/** Lists by turns in one half and in the other. */
function halvesOf(slots: readonly ReplayedSlot[]): ReadonlyMap<string, number> {
  const halves = new Map<string, number>();
  for (const { list } of slots) if (!halves.has(list)) halves.set(list, halves.size % 2);
  return halves;
}

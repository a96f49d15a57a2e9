/**
 * One slot of the exposure log, read for another strategy: with which probability the log's policy put this item
 * there, and with which the strategy that is asked about would have.
 */
export interface LoggedChoice {
  /** The list it stood in; slots of one list are not independent, so intervals count lists. */
  readonly list: string;
  /** (0, 1], as logged. */
  readonly propensity: number;
  /** [0, 1]: the other strategy's probability of the same item at the same place. */
  readonly target: number;
  /** 1 for a click, or any other value of what happened. */
  readonly reward: number;
}

/** A choice with what a model expects: needed for the doubly robust estimate alone. */
export interface ModelledChoice extends LoggedChoice {
  /** Reward that the model expects of the logged item. */
  readonly expectedLogged: number;
  /** Reward that the model expects of what the other strategy would show: sum_a target(a) expected(a). */
  readonly expectedTarget: number;
}

/** Reward a slot, with its 95 % interval. */
export interface OffPolicyEstimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export function importanceWeight({ propensity, target }: LoggedChoice): number {
  if (!(propensity > 0 && propensity <= 1)) {
    throw new RangeError(`A propensity is in (0, 1], not ${propensity}: leave slots without one out`);
  }
  return target / propensity;
}

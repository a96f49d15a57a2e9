import { importanceWeight, type LoggedChoice, type OffPolicyEstimate } from './logged-choice.js';
import { ratioInterval } from './ratio-interval.js';

/**
 * SNIPS (Swaminathan and Joachims 2015): sum(w r) / sum(w). Slightly biased, and consistent; stays within the range of
 * the rewards, and does not change when all rewards are shifted. NaN when the log never did what the strategy would.
 */
export const selfNormalised = (choices: readonly LoggedChoice[]): OffPolicyEstimate =>
  ratioInterval(
    choices.map((choice) => {
      const weight = importanceWeight(choice);
      return { list: choice.list, top: weight * choice.reward, bottom: weight };
    }),
  );

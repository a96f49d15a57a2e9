import { importanceWeight, type LoggedChoice, type OffPolicyEstimate } from './logged-choice.js';
import { ratioInterval } from './ratio-interval.js';

/**
 * IPS (Horvitz and Thompson 1952): mean of w r, w = target / propensity. Unbiased where the log may show everything
 * that the strategy would; its variance grows with the weights.
 */
export const inversePropensity = (choices: readonly LoggedChoice[]): OffPolicyEstimate =>
  ratioInterval(
    choices.map((choice) => ({
      list: choice.list,
      top: importanceWeight(choice) * choice.reward,
      bottom: 1,
    })),
  );

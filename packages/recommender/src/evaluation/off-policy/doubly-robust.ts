import { importanceWeight, type ModelledChoice, type OffPolicyEstimate } from './logged-choice.js';
import { ratioInterval } from './ratio-interval.js';

/**
 * Doubly robust (Dudik, Langford and Li 2011): mean of expectedTarget + w (r - expectedLogged). Right when the
 * propensities are right or the model is, and of less variance than IPS when the model is any good. The model must
 * not have been fitted to the same rewards.
 */
export const doublyRobust = (choices: readonly ModelledChoice[]): OffPolicyEstimate =>
  ratioInterval(
    choices.map((choice) => ({
      list: choice.list,
      top: choice.expectedTarget + importanceWeight(choice) * (choice.reward - choice.expectedLogged),
      bottom: 1,
    })),
  );

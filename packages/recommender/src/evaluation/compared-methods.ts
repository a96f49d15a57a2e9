import { baselines } from './baselines.js';
import { defaultMethod } from './default-method.js';
import type { EvaluatedMethod } from './evaluated-method.js';
import { trainedMethod } from './trained-method.js';

/** The rows of every table: what one could use instead, what is served before a training, and what is served after it. */
export const comparedMethods = (onTrained?: (ms: number) => void): EvaluatedMethod[] => [
  ...baselines(),
  defaultMethod({ name: 'kindling without a trained model', isDefault: false }),
  trainedMethod(onTrained === undefined ? {} : { onTrained }),
];

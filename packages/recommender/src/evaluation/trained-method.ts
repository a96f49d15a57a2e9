import { modelSource } from '../training/model-lists.js';
import { type TrainModelOptions, trainModel } from '../training/train-model.js';
import { defaultMethod } from './default-method.js';
import type { EvaluatedMethod } from './evaluated-method.js';

export interface TrainedMethodOptions {
  readonly name?: string;
  readonly isDefault?: boolean;
  /** Settings that were chosen before; without them they are chosen anew, on the training events alone. */
  readonly recipe?: TrainModelOptions;
  /** Hears how long each training took. */
  readonly onTrained?: (ms: number) => void;
}

/** What is served with a trained model, which is trained on the training events of each split. */
export const trainedMethod = ({ recipe, onTrained, ...names }: TrainedMethodOptions = {}): EvaluatedMethod =>
  defaultMethod({
    ...names,
    train: async (training, parts) => {
      // a split of a tiny catalogue may hold out every event
      if (training.interactions.item.length === 0) return {};
      const from = performance.now();
      const model = await trainModel(training, parts, recipe);
      onTrained?.(performance.now() - from);
      return { collaborative: modelSource(model) };
    },
  });

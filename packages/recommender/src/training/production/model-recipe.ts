import { z } from 'zod';
import { bridgeSettingsSchema, kernelWeightsSchema } from '../bridge-settings.js';
import { fusionSettingsSchema } from '../fusion.js';
import type { TrainModelOptions } from '../train-model.js';

const chosen = z.object({
  bridge: bridgeSettingsSchema,
  content: kernelWeightsSchema,
  fusion: fusionSettingsSchema,
  listLength: z.number().int().min(1),
});

/**
 * How to train once more as a model was trained: with what was chosen for it, and without a search. `parameters` are
 * those of a TrainedModel, also as they come back from the database. Null when they are of a release that chose other
 * things: such a model cannot be made again.
 */
export function recipeOf(parameters: unknown): TrainModelOptions | null {
  const { data } = chosen.safeParse(parameters);
  return data ?? null;
}

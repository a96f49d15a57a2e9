import type { TrainingParts } from '../rankers/ranker.js';
import { bridgeLists } from './bridge-lists.js';
import type { BridgeSettings } from './bridge-settings.js';
import { type ChosenBridge, chooseBridge } from './choose-bridge.js';
import { type ContentKernels, chooseContent } from './choose-content.js';
import { chooseFusion } from './choose-fusion.js';
import { fieldKernels } from './field-kernels.js';
import { evenFusion, type FusionSettings } from './fusion.js';
import { historyLists } from './history-lists.js';
import { keepItems } from './interaction-matrix.js';
import { itemToItem } from './item-to-item.js';
import type { TrainedModel } from './trained-model.js';
import { matrixOf, sequences, type TrainingData, warmAndCold } from './training-data.js';

export interface TrainModelOptions {
  /** Longest list of a source. */
  readonly listLength?: number;
  /** Chosen before: nothing is searched. */
  readonly bridge?: BridgeSettings;
  /** The same for the blend, */
  readonly fusion?: FusionSettings;
  /** and for the content of a history. */
  readonly content?: ContentKernels;
}

/** With fewer items than this, the held-out ones are too few to choose anything by. */
const leastItemsToChoose = 50;

/**
 * Trains what reaches items with evidence (item-kNN, EASE, ALS and content, fused) and without (the bridge), with everything
 * that has a choice chosen on items and people of the catalogue that are held out. Deterministic for a seed. Throws a RangeError when there is no evidence,
 * and the signal's reason when it is aborted.
 */
export async function trainModel(
  data: TrainingData,
  parts: TrainingParts,
  { listLength = 200, bridge, fusion, content }: TrainModelOptions = {},
): Promise<TrainedModel> {
  const { product, random, progress, signal } = parts;
  const { warm, cold } = warmAndCold(data);
  if (warm.length === 0) {
    throw new RangeError('There are no events to train on: import or record some, then train again.');
  }
  const interactions = keepItems(matrixOf(data), warm);
  const kernels = fieldKernels(data.items, product);
  const task = { kernels, trained: warm, interactions };
  const chosen: ChosenBridge =
    bridge === undefined && warm.length >= leastItemsToChoose
      ? await chooseBridge(task, {
          product,
          random,
          onProgress: (done, moves) => {
            signal?.throwIfAborted();
            progress('choose', done, moves);
          },
        })
      : { settings: bridge ?? evenBridge(kernels.map(({ name }) => name)), ndcg: Number.NaN, tried: 0 };
  signal?.throwIfAborted();
  const { settings } = chosen;
  const isChosen = content !== undefined && fusion !== undefined;
  const order = isChosen ? [] : sequences(data, warm, random);
  const likes = { kernels, trained: warm, interactions, sequences: order };
  const contentKernels =
    content ?? (await chooseContent({ ...likes, start: settings.kernels }, { random, signal }));
  const ofHistory = { kernels, kernelWeights: contentKernels, trained: warm, interactions };
  const blend =
    fusion === undefined
      ? await chooseFusion(
          { ...likes, ...ofHistory, lambda: settings.lambda, listLength },
          { product, random, signal, onProgress: (done, moves) => progress('blend', done, moves) },
        )
      : null;
  const blendSettings = fusion ?? blend?.settings ?? evenFusion;
  const weights = await itemToItem(interactions, settings.lambda, product);
  progress('weights', 1, 1);
  const lists = {
    items: data.items,
    kernels,
    trained: warm,
    candidates: cold,
    weights,
    settings,
    product,
    signal,
  };
  const model: TrainedModel = {
    parameters: {
      bridge: settings,
      content: contentKernels,
      fusion: blendSettings,
      fusionChoice: blend && { ndcg: blend.ndcg, alone: blend.alone, blended: blend.blended },
      validationNdcg: Number.isNaN(chosen.ndcg) ? null : chosen.ndcg,
      settingsTried: chosen.tried,
      listLength,
      profiles: data.profiles,
      warmItems: warm.length,
      coldItems: cold.length,
    },
    ...(await historyLists(
      {
        ...ofHistory,
        weights,
        numbers: warm.map((item) => data.items[item]?.number ?? 0),
        hasFactors: blendSettings.some(({ factors }) => factors > 0),
        product,
        random,
        signal,
      },
      listLength,
    )),
    cold: await bridgeLists(lists, listLength),
    trained: [...warm].flatMap((item) => data.items[item] ?? []),
  };
  progress('lists', 1, 1);
  return model;
}

/** Where nothing can be validated: every field counts alike, and the nearest items speak. */
const evenBridge = (kernels: readonly string[]): BridgeSettings => ({
  kernels: Object.fromEntries(kernels.map((name) => [name, 0.3])),
  smoother: { kind: 'neighbours', neighbours: 50, power: 2, normalisation: 1 },
  beta: 0.5,
  lambda: 200,
});

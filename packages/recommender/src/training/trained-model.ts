import { bridgeLists } from './bridge-lists.js';
import type { BridgeSettings } from './bridge-settings.js';
import type { ContentKernels } from './choose-content.js';
import type { ChosenFusion } from './choose-fusion.js';
import { fieldKernels } from './field-kernels.js';
import type { FusionSettings } from './fusion.js';
import type { HistoryLists } from './history-lists.js';
import type { MatrixProduct } from './matrix-product.js';
import { rowOf, type TargetLists } from './target-lists.js';
import type { CatalogueItem } from './training-data.js';

/** What was chosen for a catalogue, and how well it did on held-out items; never on test items. */
export interface ModelParameters {
  readonly bridge: BridgeSettings;
  readonly content: ContentKernels;
  readonly fusion: FusionSettings;
  /** How the blend and each scorer by itself did on people who were held out; null when there were too few. */
  readonly fusionChoice: Omit<ChosenFusion, 'settings'> | null;
  /** Mean NDCG at 20 on trained items that were held out as if they were new; null when there were too few. */
  readonly validationNdcg: number | null;
  readonly settingsTried: number;
  /** Longest list of a source. */
  readonly listLength: number;
  readonly profiles: number;
  readonly warmItems: number;
  readonly coldItems: number;
}

/**
 * What serving needs: s(u, i) = sum over the history's items a of r_a C[a, i] for each scorer, cut to each item's best
 * targets: `together`, `alike`, `factors` and `content` to items with evidence, `cold` to those without.
 * `trained` is kept to fold in what arrives later.
 */
export interface TrainedModel extends HistoryLists {
  readonly parameters: ModelParameters;
  /** To items without evidence, over their content: the bridge. */
  readonly cold: TargetLists;
  /** The content of the items with evidence. */
  readonly trained: readonly CatalogueItem[];
}

/**
 * Lists that reach items which arrived after training, to be added to `cold`. What people did with them is not looked
 * at. The rows of EASE are those of the `alike` lists, so that nothing but the artefact is needed.
 */
export async function foldIn(
  model: TrainedModel,
  arrivals: readonly CatalogueItem[],
  { product, signal }: { readonly product: MatrixProduct; readonly signal?: AbortSignal },
): Promise<TargetLists> {
  const items = [...model.trained, ...arrivals];
  const { alike } = model;
  const place = new Map(model.trained.map(({ number }, at) => [number as number, at]));
  const count = model.trained.length;
  return bridgeLists(
    {
      items,
      kernels: fieldKernels(items, product),
      trained: Int32Array.from(model.trained, (_, at) => at),
      candidates: Int32Array.from(arrivals, (_, at) => count + at),
      weights: {
        addRow(item, weight, into) {
          const number = model.trained[item]?.number;
          const row = number === undefined ? -1 : rowOf(alike, number);
          if (row < 0) return;
          for (let at = alike.starts[row] ?? 0; at < (alike.starts[row + 1] ?? 0); at++) {
            const target = place.get(alike.targets[at] ?? -1);
            if (target !== undefined) into[target] = (into[target] ?? 0) + weight * (alike.scores[at] ?? 0);
          }
        },
      },
      settings: model.parameters.bridge,
      product,
      signal,
    },
    model.parameters.listLength,
  );
}

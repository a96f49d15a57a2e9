import type { Random } from '@kindling/domain';
import { factorLists } from './factor-lists.js';
import type { FieldKernel } from './field-kernel.js';
import type { InteractionMatrix } from './interaction-matrix.js';
import type { ItemToItem } from './item-to-item.js';
import { cosineLists } from './item-weights.js';
import { kernelSum } from './kernel-sum.js';
import type { MatrixProduct } from './matrix-product.js';
import { TargetListBuilder, type TargetLists } from './target-lists.js';

/** What a liked item says of the items with evidence, by each scorer of the fusion. */
export interface HistoryLists {
  readonly together: TargetLists;
  readonly alike: TargetLists;
  readonly factors: TargetLists;
  readonly content: TargetLists;
}

export interface HistoryListsTask {
  /** Profiles x trained items. */
  readonly interactions: InteractionMatrix;
  /** EASE over the same items. */
  readonly weights: ItemToItem;
  readonly kernels: readonly FieldKernel[];
  readonly kernelWeights: Readonly<Record<string, number>>;
  /** Positions of the trained items, as the kernels know them. */
  readonly trained: Int32Array;
  /** What lists call the trained items. */
  readonly numbers: Int32Array;
  /** Made before: what items say does not change with who is held out. */
  readonly content?: TargetLists;
  /** Whether the factors have a say; without, their lists stay empty. */
  readonly hasFactors: boolean;
  readonly product: MatrixProduct;
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
}

const rowsAtOnce = 256;

/** The `most` best of each scorer and trained item. */
export async function historyLists(task: HistoryListsTask, most: number): Promise<HistoryLists> {
  return {
    together: together(task, most),
    alike: alike(task, most),
    factors: task.hasFactors ? await factorLists(task, most) : new TargetListBuilder(most).build(),
    content: task.content ?? (await contentLists(task, most)),
  };
}

/** Item-kNN: cosines of co-occurrence, shrunk so that one shared person is no proof. */
function together({ interactions, numbers }: HistoryListsTask, most: number): TargetLists {
  const lists = cosineLists(interactions, { most, shrinkage: 10 });
  const builder = new TargetListBuilder(most);
  numbers.forEach((number, item) => {
    const [from, to] = [lists.starts[item], lists.starts[item + 1]];
    const targets = lists.columns.subarray(from, to).map((column) => numbers[column] ?? 0);
    builder.add(number, targets, lists.weights.subarray(from, to));
  });
  return builder.build();
}

function alike({ weights, numbers, signal }: HistoryListsTask, most: number): TargetLists {
  const builder = new TargetListBuilder(most);
  const row = new Float32Array(numbers.length);
  numbers.forEach((number, item) => {
    if (item % rowsAtOnce === 0) signal?.throwIfAborted();
    row.fill(0);
    weights.addRow(item, 1, row);
    builder.add(number, numbers, row);
  });
  return builder.build();
}

/** Similarities in [0, 1]: the mean of the kernels, by their weights. */
export async function contentLists(
  {
    kernels,
    kernelWeights,
    trained,
    numbers,
    signal,
  }: Pick<HistoryListsTask, 'kernels' | 'kernelWeights' | 'trained' | 'numbers' | 'signal'>,
  most: number,
): Promise<TargetLists> {
  const builder = new TargetListBuilder(most);
  const total = kernels.reduce((sum, { name }) => sum + (kernelWeights[name] ?? 0), 0);
  if (total === 0) return builder.build();
  for (let from = 0; from < trained.length; from += rowsAtOnce) {
    signal?.throwIfAborted();
    const block = trained.subarray(from, from + rowsAtOnce);
    const similarities = await kernelSum(kernels, kernelWeights, [block, trained]);
    block.forEach((_, at) => {
      const row = similarities.subarray(at * trained.length, (at + 1) * trained.length);
      for (let other = 0; other < row.length; other++) row[other] = (row[other] ?? 0) / total;
      row[from + at] = 0;
      builder.add(numbers[from + at] ?? 0, numbers, row);
    });
  }
  return builder.build();
}

import type { ItemNumber } from '@kindling/domain';
import type { CandidatePool } from '../candidate-pool.js';
import type { Liking } from '../knowledge.js';
import type { CollaborativeSource, ItemView, ModelList } from '../ports.js';
import { type FusionWeights, mostLikings } from '../training/fusion.js';

/** What a trained model says for a person, by row; 0 where it says nothing. */
export interface CollaborativeScores {
  /** Rows that have a score and may be shown, each once. */
  readonly rows: readonly number[];
  /** By what people did, carried over to items without evidence by their content. */
  readonly people: Float32Array;
  /** By what the items say, for items with evidence. */
  readonly content: Float32Array;
  /** The liked item that contributed most to a row's score. */
  readonly lead: (row: number) => ItemNumber | null;
  /** The greatest similarity of content to a liked item. */
  readonly similarity: (row: number) => number;
  /** Liked items that the model knows. */
  readonly likings: number;
  readonly weights: FusionWeights;
}

/**
 * Rungs 4 and 5: the fusion of a trained model's scorers f for the liked items a,
 *
 *   s(u, i) = sum_f w_f(n) (sum_a strength_a C_f[a, i]) / (sum_a strength_a max_j C_f[a, j])
 *
 * Null where there is no model, or it knows none of the liked items.
 */
export function collaborativeScores(
  source: CollaborativeSource | undefined,
  likings: readonly Liking[],
  items: ItemView,
  accepts: (row: number) => boolean,
): CollaborativeScores | null {
  if (source === undefined || likings.length === 0) return null;
  const known = likings.slice(0, mostLikings).flatMap(({ item, strength }) => {
    const lists = source.listsOf(item);
    return lists.length === 0 ? [] : [{ item, strength, lists }];
  });
  const weights = source.weights(known.length);
  const scaleOf = scales(known, weights);
  const people = new Float32Array(items.rows);
  const content = new Float32Array(items.rows);
  const best = new Float32Array(items.rows);
  const closest = new Float32Array(items.rows);
  const leads = new Float64Array(items.rows);
  const rows: number[] = [];
  /** 0: not asked yet, 1: may be shown, 2: may not. Asked first, or known items would crowd out the few of a filter. */
  const gate = new Uint8Array(items.rows);
  for (const { item, strength, lists } of known) {
    for (const { scorer, targets, scores } of lists) {
      const scale = strength * scaleOf[scorer];
      if (scale === 0) continue;
      const isContent = scorer === 'content';
      const into = isContent ? content : people;
      for (let at = 0; at < targets.length; at++) {
        // A model may be a moment behind the view: what has gone meanwhile is passed over.
        const row = items.rowOf(targets[at] as ItemNumber);
        if (row === undefined) continue;
        if (gate[row] === 0) {
          gate[row] = accepts(row) ? 1 : 2;
          if (gate[row] === 1) rows.push(row);
        }
        if (gate[row] === 2) continue;
        const own = scores[at] as number;
        into[row] = (into[row] as number) + scale * own;
        if (isContent && own > (closest[row] as number)) closest[row] = own;
        if (scale * own <= (best[row] as number)) continue;
        best[row] = scale * own;
        leads[row] = item;
      }
    }
  }
  if (rows.length === 0) return null;
  return {
    rows,
    people,
    content,
    lead: (row) => (leads[row] ? (leads[row] as ItemNumber) : null),
    similarity: (row) => closest[row] as number,
    likings: known.length,
    weights,
  };
}

/** w_f / (the sum of the history's own best scores): a scorer's sum then lies in [0, w_f]. */
function scales(
  known: readonly { readonly strength: number; readonly lists: readonly ModelList[] }[],
  weights: FusionWeights,
): Record<ModelList['scorer'], number> {
  const best = { together: 0, alike: 0, factors: 0, content: 0, bridge: 0 };
  for (const { strength, lists } of known) {
    for (const { scorer, scores } of lists) best[scorer] += strength * (scores[0] ?? 0);
  }
  const scale = (scorer: ModelList['scorer'], weight: number) =>
    best[scorer] > 0 ? weight / best[scorer] : 0;
  return {
    together: scale('together', weights.together),
    alike: scale('alike', weights.alike),
    factors: scale('factors', weights.factors),
    content: scale('content', weights.content),
    bridge: scale('bridge', 1),
  };
}

/** The best `limit` of them. */
export function addCollaborative(
  pool: CandidatePool,
  { rows, people, content }: CollaborativeScores,
  limit: number,
): void {
  const scoreOf = (row: number) => (people[row] as number) + (content[row] as number);
  const order = Float32Array.from(rows, scoreOf).sort();
  const least = order[Math.max(0, order.length - limit)] ?? 0;
  const strongest = rows.filter((row) => Math.fround(scoreOf(row)) >= least);
  strongest.sort((a, b) => scoreOf(b) - scoreOf(a) || a - b);
  for (const row of strongest.slice(0, limit)) pool.add(row);
}

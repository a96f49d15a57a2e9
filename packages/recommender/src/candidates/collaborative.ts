import type { ItemNumber } from '@kindling/domain';
import type { CandidatePool } from '../candidate-pool.js';
import type { Liking } from '../knowledge.js';
import { kthLargest } from '../largest.js';
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
  const sums = addUp(source, known, scaleOf);
  const people = new Float32Array(items.rows);
  const content = new Float32Array(items.rows);
  const placeOf = new Int32Array(items.rows);
  const rows: number[] = [];
  for (const place of sums.touched) {
    // A model may be a moment behind the view: what has gone meanwhile is passed over.
    const row = items.rowOf(source.numberAt(place));
    if (row === undefined || !accepts(row)) continue;
    rows.push(row);
    people[row] = sums.people[place] as number;
    content[row] = sums.content[place] as number;
    placeOf[row] = place + 1;
  }
  if (rows.length === 0) return null;
  return {
    rows,
    people,
    content,
    lead: (row) => known[(sums.leads[(placeOf[row] as number) - 1] ?? 0) - 1]?.item ?? null,
    similarity: (row) => sums.closest[(placeOf[row] as number) - 1] ?? 0,
    likings: known.length,
    weights,
  };
}

interface KnownLiking {
  readonly item: ItemNumber;
  readonly strength: number;
  readonly lists: readonly ModelList[];
}

/** By place of the model, because hundreds of targets a liked item and scorer are met here. */
function addUp(
  { places: count }: CollaborativeSource,
  known: readonly KnownLiking[],
  scaleOf: Readonly<Record<ModelList['scorer'], number>>,
) {
  const people = new Float32Array(count);
  const content = new Float32Array(count);
  /** Greatest similarity of content. */
  const closest = new Float32Array(count);
  const best = new Float32Array(count);
  /** Position + 1 in `known` of what contributed most. */
  const leads = new Uint16Array(count);
  const touched = new Int32Array(count);
  let met = 0;
  for (let at = 0; at < known.length; at++) {
    const { strength, lists } = known[at] as KnownLiking;
    for (const { scorer, places, base, scores } of lists) {
      const scale = strength * scaleOf[scorer];
      if (scale === 0) continue;
      const isContent = scorer === 'content';
      const into = isContent ? content : people;
      for (let target = 0; target < places.length; target++) {
        const place = base + (places[target] as number);
        const own = scores[target] as number;
        const share = scale * own;
        if (leads[place] === 0) touched[met++] = place;
        into[place] = (into[place] as number) + share;
        if (isContent && own > (closest[place] as number)) closest[place] = own;
        if (leads[place] !== 0 && share <= (best[place] as number)) continue;
        best[place] = share;
        leads[place] = at + 1;
      }
    }
  }
  return { people, content, closest, leads, touched: touched.subarray(0, met) };
}

/** w_f / (the sum of the history's own best scores): a scorer's sum then lies in [0, w_f]. */
function scales(known: readonly KnownLiking[], weights: FusionWeights): Record<ModelList['scorer'], number> {
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
  const scores = new Float32Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    scores[at] = (people[row] as number) + (content[row] as number);
  }
  const least = rows.length <= limit ? 0 : kthLargest(scores, limit);
  const strongest: { readonly row: number; readonly score: number }[] = [];
  for (let at = 0; at < rows.length; at++) {
    const score = scores[at] as number;
    if (score >= least) strongest.push({ row: rows[at] as number, score });
  }
  strongest.sort((a, b) => b.score - a.score || a.row - b.row);
  for (const { row } of strongest.slice(0, limit)) pool.add(row);
}

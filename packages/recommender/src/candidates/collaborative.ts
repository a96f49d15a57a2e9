import type { ItemNumber } from '@kindling/domain';
import type { CandidatePool } from '../candidate-pool.js';
import type { Liking } from '../knowledge.js';
import type { CollaborativeSource, ItemView } from '../ports.js';

/** What collaborative filtering says for a person, by row; 0 where it says nothing. */
export interface CollaborativeScores {
  /** Rows that have a score and may be shown, each once. */
  readonly rows: readonly number[];
  readonly scores: Float32Array;
  /** The liked item that contributed most to a row's score. */
  readonly lead: (row: number) => ItemNumber | null;
}

/** Items of a history that are looked up, the strongest: it bounds what a list costs. */
const mostLikings = 100;

/**
 * Rungs 4 and 5: s(u, i) = sum over liked items a of strength_a C[a, i], from the lists of the active model. Null where
 * there is no model, or it knows none of the liked items.
 */
export function collaborativeScores(
  source: CollaborativeSource | undefined,
  likings: readonly Liking[],
  items: ItemView,
  accepts: (row: number) => boolean,
): CollaborativeScores | null {
  if (source === undefined || likings.length === 0) return null;
  const scores = new Float32Array(items.rows);
  const best = new Float32Array(items.rows);
  const leads = new Float64Array(items.rows);
  const rows: number[] = [];
  /** 0: not asked yet, 1: may be shown, 2: may not. Asked first, or known items would crowd out the few of a filter. */
  const gate = new Uint8Array(items.rows);
  for (const { item, strength } of likings.slice(0, mostLikings)) {
    for (const { targets, scores: own } of source.targetsOf(item)) {
      for (let at = 0; at < targets.length; at++) {
        // A model may be a moment behind the view: what has gone meanwhile is passed over.
        const row = items.rowOf(targets[at] as ItemNumber);
        if (row === undefined) continue;
        if (gate[row] === 0) {
          gate[row] = accepts(row) ? 1 : 2;
          if (gate[row] === 1) rows.push(row);
        }
        if (gate[row] === 2) continue;
        const score = strength * (own[at] as number);
        scores[row] = (scores[row] as number) + score;
        if (score <= (best[row] as number)) continue;
        best[row] = score;
        leads[row] = item;
      }
    }
  }
  if (rows.length === 0) return null;
  return { rows, scores, lead: (row) => (leads[row] ? (leads[row] as ItemNumber) : null) };
}

/** The best `limit` of them. */
export function addCollaborative(
  pool: CandidatePool,
  { rows, scores }: CollaborativeScores,
  limit: number,
): void {
  const order = Float32Array.from(rows, (row) => scores[row] as number).sort();
  const least = order[Math.max(0, order.length - limit)] ?? 0;
  const strongest = rows.filter((row) => (scores[row] as number) >= least);
  strongest.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  for (const row of strongest.slice(0, limit)) pool.add(row);
}

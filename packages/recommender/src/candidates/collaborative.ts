import type { ItemNumber } from '@kindling/domain';
import type { CandidatePool } from '../candidate-pool.js';
import type { Liking } from '../knowledge.js';
import { kthLargest } from '../largest.js';
import type { CollaborativeSource, ItemView, ModelList } from '../ports.js';
import { type FusionWeights, mostLikings } from '../training/fusion.js';
import { placesInView } from './places-in-view.js';

/** What a trained model says for a person. */
export interface CollaborativeScores {
  /** Rows with the highest scores that may be shown, in no order. */
  readonly rows: readonly number[];
  /** Where the scores of a row are kept; -1 where the model says nothing. */
  placeOf(row: number): number;
  /** By what people did, carried over to items without evidence by their content. */
  peopleAt(place: number): number;
  /** By what the items say, for items with evidence. */
  contentAt(place: number): number;
  /** The liked item that contributed most. */
  leadAt(place: number): ItemNumber | null;
  /** The greatest similarity of content to a liked item. */
  similarityAt(place: number): number;
  /** Liked items that the model knows. */
  readonly likings: number;
  readonly weights: FusionWeights;
  /** Gives the memory of the sums back for the next list; places have nothing more to say then. */
  release(): void;
}

/**
 * Rungs 4 and 5: the fusion of a trained model's scorers f for the liked items a,
 *
 *   s(u, i) = sum_f w_f(n) (sum_a strength_a C_f[a, i]) / (sum_a strength_a max_j C_f[a, j])
 *
 * with up to `limit` of the best rows. Null where there is no model, or it knows none of the liked items.
 */
export function collaborativeScores(
  source: CollaborativeSource | undefined,
  likings: readonly Liking[],
  items: ItemView,
  { limit, accepts }: { readonly limit: number; readonly accepts: (row: number) => boolean },
): CollaborativeScores | null {
  if (source === undefined || likings.length === 0) return null;
  const known = likings.slice(0, mostLikings).flatMap(({ item, strength }) => {
    const lists = source.listsOf(item);
    return lists.length === 0 ? [] : [{ item, strength, lists }];
  });
  if (known.length === 0) return null;
  const weights = source.weights(known.length);
  const room = roomFor(source.places);
  const { sums, leads } = room;
  const places = placesInView(source, items);
  const touched = addUp(room, known, scales(known, weights));
  const release = () => giveBack(room);
  const rows = strongest(room, touched, limit, (place) => {
    // A model may be a moment behind the view: what has gone meanwhile is passed over.
    const row = places.rowOf(place);
    return row >= 0 && accepts(row) ? row : -1;
  });
  if (rows.length === 0) {
    release();
    return null;
  }
  return {
    rows,
    placeOf(row) {
      const place = places.placeOf(row);
      return place < 0 || leads[place] === 0 ? -1 : place;
    },
    peopleAt: (place) => sums[place * width + byPeople] as number,
    contentAt: (place) => sums[place * width + byContent] as number,
    leadAt: (place) => known[(leads[place] as number) - 1]?.item ?? null,
    similarityAt: (place) => sums[place * width + similarity] as number,
    likings: known.length,
    weights,
    release,
  };
}

interface KnownLiking {
  readonly item: ItemNumber;
  readonly strength: number;
  readonly lists: readonly ModelList[];
}

/** Of a place, side by side: hundreds of targets a liked item and scorer are added here, in no order. */
const [byPeople, byContent, similarity, best, width] = [0, 1, 2, 3, 4];

interface Room {
  readonly sums: Float32Array;
  /** Position + 1 in `known` of what contributed most; 0: nothing did. */
  readonly leads: Uint8Array;
  readonly touched: Int32Array;
  /** Of the touched places, in their order. */
  readonly scores: Float32Array;
}

/**
 * Rooms that nobody uses, all zero. One is hundreds of kilobytes outside the engine's heap, which would be made and
 * collected for each list.
 */
const free: Room[] = [];
/** Of a few models at most: lists of one thread take turns, as nothing waits between taking a room and giving it back. */
const mostFree = 4;

function roomFor(places: number): Room {
  const fitting = free.findIndex(({ leads }) => leads.length === places);
  const [room] = fitting < 0 ? [] : free.splice(fitting, 1);
  return (
    room ?? {
      sums: new Float32Array(places * width),
      leads: new Uint8Array(places),
      touched: new Int32Array(places),
      scores: new Float32Array(places),
    }
  );
}

function giveBack(room: Room): void {
  room.sums.fill(0);
  room.leads.fill(0);
  free.unshift(room);
  free.length = Math.min(free.length, mostFree);
}

/** How many places anything was added to. */
function addUp(
  { sums, leads, touched }: Room,
  known: readonly KnownLiking[],
  scaleOf: Readonly<Record<ModelList['scorer'], number>>,
): number {
  let met = 0;
  for (let liking = 0; liking < known.length; liking++) {
    const { strength, lists } = known[liking] as KnownLiking;
    for (const { scorer, places, base, scores } of lists) {
      const scale = strength * scaleOf[scorer];
      if (scale === 0) continue;
      const isContent = scorer === 'content';
      const into = isContent ? byContent : byPeople;
      for (let target = 0; target < places.length; target++) {
        const place = base + (places[target] as number);
        const at = place * width;
        const own = scores[target] as number;
        const share = scale * own;
        if (leads[place] === 0) touched[met++] = place;
        sums[at + into] = (sums[at + into] as number) + share;
        if (isContent && own > (sums[at + similarity] as number)) sums[at + similarity] = own;
        if (leads[place] !== 0 && share <= (sums[at + best] as number)) continue;
        sums[at + best] = share;
        leads[place] = liking + 1;
      }
    }
  }
  return met;
}

/**
 * Of the `limit` highest scores those rows that may be shown, in no order: the ranking puts them in one. Where a filter
 * lets in less than half of them, it looks further, because looking a row up costs more than all that was added to it.
 */
function strongest(
  { sums, touched, scores: all }: Room,
  met: number,
  limit: number,
  rowAt: (place: number) => number,
): readonly number[] {
  const scores = all.subarray(0, met);
  for (let at = 0; at < met; at++) {
    const from = (touched[at] as number) * width;
    scores[at] = (sums[from + byPeople] as number) + (sums[from + byContent] as number);
  }
  for (let asked = limit; ; asked *= 8) {
    const least = asked < met ? kthLargest(scores, asked) : 0;
    const found: { readonly row: number; readonly score: number }[] = [];
    for (let at = 0; at < met; at++) {
      const score = scores[at] as number;
      if (score < least) continue;
      const row = rowAt(touched[at] as number);
      if (row >= 0) found.push({ row, score });
    }
    if (2 * found.length < limit && asked < met) continue;
    if (found.length > limit) found.sort((a, b) => b.score - a.score || a.row - b.row).splice(limit);
    return found.map(({ row }) => row);
  }
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

export function addCollaborative(pool: CandidatePool, { rows }: CollaborativeScores): void {
  for (const row of rows) pool.add(row);
}

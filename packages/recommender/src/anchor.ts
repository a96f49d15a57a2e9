import type { ItemNumber } from '@kindling/domain';
import type { ItemView } from './ports.js';
import type { TermName } from './ranking.js';

/**
 * One thing that a person is known to like (or not), and that candidates are compared with: a text or an item.
 * A person has several, and each keeps its own neighbours: their mean would lie between all interests, in nobody's.
 */
export interface Anchor {
  /** The ledger term under which its similarity is booked. */
  readonly term: Extract<
    TermName,
    'interest' | 'attributes' | 'search' | 'liked' | 'history' | 'cart' | 'similar' | 'meaning' | 'disliked'
  >;
  readonly of: { readonly text: string } | { readonly item: ItemNumber };
  /** In (0, 1]: what a candidate scores that is as similar as can be. */
  readonly weight: number;
}

/** A row is good until the next await: see ItemView. */
export interface NeighbourHit {
  readonly row: number;
  readonly score: number;
}

/** The neighbours of an anchor, as a scale from 0 (no closer than the catalogue's rest) to 1 (the closest). */
export interface AnchorNeighbours {
  readonly anchor: Anchor;
  readonly hits: readonly NeighbourHit[];
  /** Similarity that counts 0. */
  readonly floor: number;
  /** 1 / (similarity that counts 1 - floor). */
  readonly scale: number;
}

/** A spread of similarities below this is noise, and is not stretched to the whole scale. */
const minimumSpread = 0.15;

/**
 * Cosines of a short query and of a long text live on different scales, so each list is read against itself: the
 * last of a full list is background. Without this, one anchor's neighbours would crowd out all the others'.
 */
export function anchorNeighbours(
  anchor: Anchor,
  found: readonly { readonly key: ItemNumber; readonly score: number }[],
  items: ItemView,
): AnchorNeighbours {
  const best = found[0]?.score ?? 0;
  const floor = Math.min(found.at(-1)?.score ?? 0, best - minimumSpread);
  const hits: NeighbourHit[] = [];
  for (const { key, score } of found) {
    const row = items.rowOf(key);
    // An index may be a moment ahead of the view, or behind.
    if (row !== undefined) hits.push({ row, score });
  }
  return { anchor, hits, floor, scale: 1 / (best - floor) };
}

import type { ItemFilter, ItemNumber } from '@kindling/domain';
import { type Anchor, type AnchorNeighbours, anchorNeighbours } from './anchor.js';
import type { Eligibility } from './eligibility.js';
import type { ItemView, RecommenderPorts } from './ports.js';
import type { RankingDegradation } from './ranking.js';

export interface NeighbourSearch {
  readonly found: readonly AnchorNeighbours[];
  /** Anchors without a vector: their text could not be encoded, or the item waits for the encoder. */
  readonly withoutVector: readonly Anchor[];
  readonly degraded: readonly RankingDegradation[];
}

interface NeighbourRequest {
  readonly anchors: readonly Anchor[];
  readonly eligibility: Eligibility;
  readonly filter: ItemFilter | undefined;
  readonly atMs: number;
  /** Neighbours of all anchors together: it bounds what a list costs, however much is known of a person. */
  readonly limit: number;
}

/** The neighbours of every anchor, in one pass over the index. What is down is said, and the rest goes on. */
export async function findNeighbours(
  ports: RecommenderPorts,
  { anchors, eligibility, filter, atMs, limit }: NeighbourRequest,
): Promise<NeighbourSearch> {
  const degraded: RankingDegradation[] = [];
  const [texts, items] = await Promise.all([
    encodeTexts(ports, anchors, degraded),
    loadVectors(ports, anchors, degraded),
  ]);
  const withVector: { anchor: Anchor; vector: Float32Array }[] = [];
  const withoutVector: Anchor[] = [];
  for (const anchor of anchors) {
    const vector = 'text' in anchor.of ? texts.get(anchor.of.text) : items.get(anchor.of.item);
    if (vector) withVector.push({ anchor, vector });
    else withoutVector.push(anchor);
  }
  if (withoutVector.some(({ of }) => 'item' in of) && degraded.every(({ part }) => part !== 'vectors')) {
    degraded.push({ part: 'vectors', why: { key: 'degraded.notEncoded', values: {} } });
  }
  if (withVector.length === 0) return { found: [], withoutVector, degraded };
  try {
    const combined = indexFilter(ports.items, filter, atMs);
    const lists = await ports.neighbours.nearest({
      vectors: withVector.map(({ vector }) => vector),
      limit: Math.max(leastNeighbours, Math.floor(limit / withVector.length)),
      exclude: eligibility.excludedNumbers,
      ...(combined && { filter: combined }),
    });
    const found = withVector.map(({ anchor }, index) =>
      anchorNeighbours(anchor, lists[index] ?? [], ports.items),
    );
    return { found, withoutVector, degraded };
  } catch {
    const down: RankingDegradation = { part: 'vectors', why: { key: 'degraded.vectors', values: {} } };
    return { found: [], withoutVector: anchors, degraded: [...degraded.filter(notVectors), down] };
  }
}

const notVectors = ({ part }: RankingDegradation) => part !== 'vectors';

async function encodeTexts(
  ports: RecommenderPorts,
  anchors: readonly Anchor[],
  degraded: RankingDegradation[],
): Promise<ReadonlyMap<string, Float32Array>> {
  const texts = [...new Set(anchors.flatMap(({ of }) => ('text' in of ? [of.text] : [])))];
  if (texts.length === 0) return new Map();
  try {
    const vectors = await ports.encoder.encodeQueries(texts);
    return new Map(texts.flatMap((text, index) => (vectors[index] ? [[text, vectors[index]]] : [])));
  } catch {
    degraded.push({ part: 'encoder', why: { key: 'degraded.encoder', values: {} } });
    return new Map();
  }
}

async function loadVectors(
  ports: RecommenderPorts,
  anchors: readonly Anchor[],
  degraded: RankingDegradation[],
): Promise<ReadonlyMap<ItemNumber, Float32Array>> {
  const numbers = anchors.flatMap(({ of }) => ('item' in of ? [of.item] : []));
  if (numbers.length === 0) return new Map();
  try {
    return await ports.neighbours.vectorsOf(numbers);
  } catch {
    degraded.push({ part: 'vectors', why: { key: 'degraded.vectors', values: {} } });
    return new Map();
  }
}

/** An anchor has at least so many neighbours, also beside many others. */
const leastNeighbours = 50;

/** Below this share of items that may be out of sight, it is cheaper to drop them from the lists afterwards. */
const restrictedShare = 0.1;

/**
 * The filter that goes to the index. Times are cut to the minute, so that an index can keep what it worked out; the
 * gate looks at the exact time.
 */
function indexFilter(items: ItemView, filter: ItemFilter | undefined, atMs: number): ItemFilter | undefined {
  if (items.restrictedCount < items.itemCount * restrictedShare) return filter;
  const minute = Math.floor(atMs / 60_000) * 60_000;
  const inSight: ItemFilter[] = [
    { field: 'status', in: ['ACTIVE'] },
    { not: { field: 'expiresAt', range: { lte: minute } } },
  ];
  return { all: filter ? [...inSight, filter] : inSight };
}

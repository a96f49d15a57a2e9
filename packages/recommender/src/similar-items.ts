import type { ItemId } from '@kindling/domain';
import type { Anchor, AnchorNeighbours } from './anchor.js';
import { CandidatePool } from './candidate-pool.js';
import { addContentNeighbours } from './candidates/content-neighbours.js';
import { addPopular } from './candidates/popular.js';
import { eligibility } from './eligibility.js';
import { gatherKnowledge } from './knowledge.js';
import { findNeighbours } from './neighbour-search.js';
import type { RecommenderPorts } from './ports.js';
import { rank } from './rank.js';
import type { Ranking } from './ranking.js';
import { poolCapacity, wordsOf } from './recommend.js';
import { defaultDepth, excludedIds, type ListRequest } from './request.js';
import { requestRules } from './rules/request-rules.js';
import { withoutDiversity } from './strategy.js';
import { contentSimilarity } from './terms/content-similarity.js';
import { dislikedSimilarity } from './terms/disliked-similarity.js';
import { lexicalSimilarity } from './terms/lexical-similarity.js';
import { PopularityPrior, popularityTerm } from './terms/popularity-prior.js';

export interface SimilarItemsRequest extends ListRequest {
  readonly itemId: ItemId;
}

/**
 * Items like one item, by meaning and by words in common, with a little popularity between equals. An item that
 * is not encoded yet is compared by its words alone, and the answer says so. Null: there is no such item in sight.
 */
export async function similarItems(
  ports: RecommenderPorts,
  request: SimilarItemsRequest,
): Promise<Ranking | null> {
  const { items } = ports;
  const { strategy, filter, itemId, depth = defaultDepth, trace } = request;
  const { similar, sources, weights } = strategy;
  const atMs = request.now.getTime();
  const knowledge = await gatherKnowledge(ports, request);
  const row = items.rowOfId(itemId);
  if (row === undefined || !items.isLive(row, atMs)) return null;

  const seed: Anchor = { term: 'similar', of: { item: items.numberAt(row) }, weight: similar.meaning };
  const anchors = [seed, ...knowledge.anchors.filter(({ term }) => term === 'disliked')];
  const query = wordsOf(items, row);
  const excluded = [itemId, ...excludedIds(request, knowledge.closedItemIds)];
  const rules = requestRules(items, request, knowledge, anchors.length);
  const gate = eligibility(items, { atMs, filter, excluded, rules, trace });
  trace?.ended('knowledge');
  const limit = sources.find(({ source }) => source === 'content')?.limit ?? defaultDepth;
  const narrowed = rules ? rules.narrowed(filter) : filter;
  const neighbours = await findNeighbours(ports, {
    anchors,
    eligibility: gate,
    filter: narrowed,
    atMs,
    limit,
  });
  trace?.ended('neighbours');
  const near = neighbours.found.filter(({ anchor }) => anchor === seed);
  const disliked = neighbours.found.filter(({ anchor }) => anchor.term === 'disliked');
  const isCompared = near.some(({ hits }) => hits.length > 0);
  const hits = items.lexical(query, limit, gate.accepts);
  const words = [{ hits, weight: similar.lexical + (isCompared ? 0 : similar.meaning), anchor: 0 }];

  const pool = new CandidatePool(gate, poolCapacity);
  rules?.addPinned(pool);
  addContentNeighbours(pool, near);
  for (const hit of hits) pool.add(hit.row);
  if (pool.size < depth)
    addPopular(pool, items, { segment: knowledge.segment, atMs, limit: depth - pool.size });
  rules?.fillUp(pool, knowledge.segment);

  trace?.ended('candidates');
  const prior = new PopularityPrior(items, knowledge.segment, atMs);
  const anchorIndex = (list: AnchorNeighbours) => anchors.indexOf(list.anchor);
  const terms = [
    contentSimilarity(near, pool, { breadth: 0, anchorIndex }),
    lexicalSimilarity(words, pool),
    popularityTerm(prior, pool, similar.popularity),
    dislikedSimilarity(disliked, pool, { weight: weights.disliked, anchorIndex }),
    ...(rules ? [rules.term(pool)] : []),
  ];
  const slots = rank(pool, terms, items, { strategy: withoutDiversity(strategy), depth, rules, trace });
  trace?.ended('ranking');
  return {
    format: 1,
    coldness: knowledge.coldness,
    served: servedLevel(isCompared, hits.length > 0),
    degraded: [...knowledge.degraded, ...neighbours.degraded],
    segment: knowledge.segment,
    anchors: [...anchors.map(({ of }) => of), ...(rules?.anchors ?? [])],
    slots,
    ...rules?.traces,
  };
}

function servedLevel(isCompared: boolean, hasWords: boolean): Ranking['served'] {
  if (isCompared) return { level: 'similar', why: { key: 'served.similar', values: {} } };
  if (hasWords) return { level: 'lexical', why: { key: 'served.lexical.similar', values: {} } };
  return { level: 'popularity', why: { key: 'served.popularity.noMatch', values: {} } };
}

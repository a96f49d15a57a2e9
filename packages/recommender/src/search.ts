import type { Anchor, AnchorNeighbours } from './anchor.js';
import { CandidatePool } from './candidate-pool.js';
import { addAnyEligible } from './candidates/any-eligible.js';
import { addContentNeighbours } from './candidates/content-neighbours.js';
import { addPopular } from './candidates/popular.js';
import { eligibility } from './eligibility.js';
import { gatherKnowledge } from './knowledge.js';
import { findNeighbours } from './neighbour-search.js';
import type { LexicalHit, RecommenderPorts } from './ports.js';
import { rank } from './rank.js';
import type { Ranking } from './ranking.js';
import { poolCapacity } from './recommend.js';
import { defaultDepth, type ListRequest } from './request.js';
import { requestRules } from './rules/request-rules.js';
import { type Strategy, withoutDiversity } from './strategy.js';
import { subjectLimits } from './subject.js';
import { contentSimilarity } from './terms/content-similarity.js';
import { exactTitle } from './terms/exact-title.js';
import { lexicalSimilarity } from './terms/lexical-similarity.js';
import { PopularityPrior, popularityTerm } from './terms/popularity-prior.js';

export interface SearchRequest extends ListRequest {
  readonly query: string;
}

/**
 * Search: words beside meaning. The fusion is the ledger itself, a weighted sum of both on their scales in [0, 1]
 *
 *   score = exactTitle [title is the query] + lexical BM25 / best BM25 + meaning c(i) + popularity prior
 *
 * so an item that only means the same is found, and one that has the words stands before it. An item without any of
 * the words has to be similar enough (`minimumSimilarity`): a search may find nothing. No query: the popular items.
 */
export async function search(ports: RecommenderPorts, request: SearchRequest): Promise<Ranking> {
  const { items } = ports;
  const { strategy, filter, subject, depth = defaultDepth, trace } = request;
  const atMs = request.now.getTime();
  const query = request.query.trim().slice(0, subjectLimits.interestCharacters);
  const knowledge = await gatherKnowledge(ports, request);
  const excluded = [
    ...(request.excludeItemIds ?? []),
    ...(request.pageItemIds ?? []),
    ...(subject.dislikedItemIds ?? []),
    ...knowledge.closedItemIds,
  ];
  const anchors: Anchor[] =
    query === '' ? [] : [{ term: 'meaning', of: { text: query }, weight: strategy.search.meaning }];
  const rules = requestRules(items, request, knowledge, anchors.length);
  const gate = eligibility(items, { atMs, filter, excluded, rules, trace });
  trace?.ended('knowledge');
  const neighbours = await findNeighbours(ports, {
    anchors,
    eligibility: gate,
    filter: rules ? rules.narrowed(filter) : filter,
    atMs,
    limit: defaultDepth,
  });
  trace?.ended('neighbours');
  const hits = query === '' ? [] : items.lexical(query, defaultDepth, gate.accepts, { typing: true });
  const near = similarEnough(neighbours.found, hits, strategy);

  const pool = new CandidatePool(gate, poolCapacity);
  rules?.addPinned(pool);
  for (const { row } of hits) pool.add(row);
  addContentNeighbours(pool, near);
  if (query === '') {
    addPopular(pool, items, { segment: knowledge.segment, atMs, limit: depth });
    addAnyEligible(pool, items, Math.min(depth, defaultDepth));
  }
  rules?.fillUp(pool, knowledge.segment);
  trace?.ended('candidates');
  const prior = new PopularityPrior(items, knowledge.segment, atMs);
  const anchorIndex = (list: AnchorNeighbours) => anchors.indexOf(list.anchor);
  const terms = [
    exactTitle(query, pool, items, strategy.search.exactTitle),
    lexicalSimilarity([{ hits, weight: strategy.search.lexical, anchor: 0 }], pool),
    contentSimilarity(near, pool, { breadth: 0, anchorIndex }),
    popularityTerm(prior, pool, query === '' ? 1 : strategy.search.popularity),
    ...(rules ? [rules.term(pool)] : []),
  ];
  const slots = rank(pool, terms, items, { strategy: withoutDiversity(strategy), depth, rules, trace });
  trace?.ended('ranking');
  return {
    format: 1,
    coldness: knowledge.coldness,
    served: servedLevel(query, neighbours.found.length > 0, slots.length),
    degraded: [...knowledge.degraded, ...neighbours.degraded],
    segment: knowledge.segment,
    anchors: [...anchors.map(({ of }) => of), ...(rules?.anchors ?? [])],
    slots,
    ...rules?.traces,
  };
}

/** Neighbours that have one of the words, or are similar enough without. */
function similarEnough(
  found: readonly AnchorNeighbours[],
  hits: readonly LexicalHit[],
  { search: { minimumSimilarity } }: Strategy,
): AnchorNeighbours[] {
  const withWords = new Set(hits.map(({ row }) => row));
  return found.map((list) => ({
    ...list,
    hits: list.hits.filter(({ row, score }) => score >= minimumSimilarity || withWords.has(row)),
  }));
}

function servedLevel(query: string, hasMeaning: boolean, found: number): Ranking['served'] {
  if (query === '') return { level: 'popularity', why: { key: 'served.popularity.noQuery', values: {} } };
  if (found === 0) return { level: 'search', why: { key: 'served.search.nothing', values: { query } } };
  if (hasMeaning) return { level: 'search', why: { key: 'served.search', values: {} } };
  return { level: 'lexical', why: { key: 'served.lexical.search', values: {} } };
}

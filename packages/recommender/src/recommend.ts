import { assertNever, seededRandom } from '@kindling/domain';
import type { Anchor, AnchorNeighbours } from './anchor.js';
import { CandidatePool } from './candidate-pool.js';
import { addAnyEligible } from './candidates/any-eligible.js';
import {
  addCollaborative,
  type CollaborativeScores,
  collaborativeScores,
} from './candidates/collaborative.js';
import { addContentNeighbours } from './candidates/content-neighbours.js';
import { addNewArrivals } from './candidates/new-arrivals.js';
import { placesInView } from './candidates/places-in-view.js';
import { addPopular } from './candidates/popular.js';
import { eligibility } from './eligibility.js';
import { gatherKnowledge, type Knowledge, newItemTrust } from './knowledge.js';
import { findNeighbours } from './neighbour-search.js';
import type { RecommenderPorts } from './ports.js';
import { rank } from './rank.js';
import { rankedBy } from './ranked-by.js';
import type { Message, Ranking, RankingDegradation } from './ranking.js';
import { defaultDepth, excludedIds, type ListRequest } from './request.js';
import { requestRules } from './rules/request-rules.js';
import type { Strategy } from './strategy.js';
import { collaborative } from './terms/collaborative.js';
import { contentSimilarity } from './terms/content-similarity.js';
import { dislikedSimilarity } from './terms/disliked-similarity.js';
import { freshness } from './terms/freshness.js';
import { type LexicalList, lexicalSimilarity } from './terms/lexical-similarity.js';
import { PopularityPrior, popularityTerm } from './terms/popularity-prior.js';
import type { Term } from './terms/term.js';

/** Candidates that are scored for one list. */
export const poolCapacity = 3_000;

/**
 * Recommendations for a person: rungs 1 to 5 of the cold-start ladder. What the README draws, in its order:
 * knowledge → neighbours → candidates (through the gate) → terms → rank → exploration; rules join at each of them.
 * Always a list: what is down is left out, said, and the popularity prior carries the rest.
 */
export async function recommend(given: RecommenderPorts, asked: ListRequest): Promise<Ranking> {
  const { ports, strategy } = rankedBy(given, asked.strategy);
  const request = { ...asked, strategy };
  const { items } = ports;
  const { filter, depth = defaultDepth, trace } = request;
  const atMs = request.now.getTime();

  const knowledge = await gatherKnowledge(ports, request);
  const rules = requestRules(items, request, knowledge, knowledge.anchors.length);
  const excluded = excludedIds(request, knowledge.closedItemIds);
  const gate = eligibility(items, { atMs, filter, excluded, rules, trace });
  trace?.ended('knowledge');
  const limit = strategy.sources.find(({ source }) => source === 'content')?.limit ?? 0;
  const anchors = limit === 0 ? [] : knowledge.anchors;
  const narrowed = rules ? rules.narrowed(filter) : filter;
  const neighbours = await findNeighbours(ports, {
    anchors,
    eligibility: gate,
    filter: narrowed,
    atMs,
    limit,
  });
  trace?.ended('neighbours');
  const liked = neighbours.found.filter(({ anchor }) => anchor.term !== 'disliked');
  const disliked = neighbours.found.filter(({ anchor }) => anchor.term === 'disliked');
  const words = lexicalLists(ports, request, knowledge, neighbours.withoutVector, gate.accepts);

  const missing: RankingDegradation[] = [];
  const alike = peopleAlike(ports, knowledge, { strategy, accepts: gate.accepts, missing });
  const alikeTrust = alike?.weights.share ?? 0;

  const pool = new CandidatePool(gate, poolCapacity);
  rules?.addPinned(pool);
  for (const { source, limit } of strategy.sources) {
    switch (source) {
      case 'collaborative':
        if (alike) addCollaborative(pool, alike);
        break;
      case 'content':
        addContentNeighbours(pool, liked);
        break;
      case 'lexical':
        for (const { hits } of words) for (const { row } of hits) pool.add(row);
        break;
      case 'popular':
        addPopular(pool, items, { segment: knowledge.segment, atMs, limit });
        break;
      case 'newArrivals':
        addNewArrivals(pool, items, { atMs, limit });
        break;
      default:
        assertNever(source);
    }
  }
  rules?.fillUp(pool, knowledge.segment);
  if (pool.size < Math.min(depth, firstPages)) addAnyEligible(pool, items, Math.min(depth, firstPages));

  // What a person told and what they did each speak for themselves: an item that fits both gains twice.
  const told = liked.filter(({ anchor }) => anchor.term !== 'history');
  const done = liked
    .filter(({ anchor }) => anchor.term === 'history')
    .map(unknownTo(ports, alikeTrust, alike !== null));
  const ofContent = contentTrust([...told, ...done], words);
  trace?.ended('candidates');
  const prior = new PopularityPrior(items, knowledge.segment, atMs);
  const anchorIndex = ({ anchor }: AnchorNeighbours) =>
    knowledge.anchors.findIndex(({ of }) => of === anchor.of);
  const { breadth, freshness: weight, disliked: dislikedWeight } = strategy.weights;
  const itemAnchor = (item: number) =>
    knowledge.anchors.findIndex(({ of }) => 'item' in of && of.item === item);
  const terms: Term[] = [
    ...(alike
      ? [
          collaborative(alike, pool, {
            weight: alikeTrust,
            newItemWeight: newItemTrust(alike.likings, strategy),
            hasEvidence: (row) => items.eventCount(row) > 0,
            anchorIndex: itemAnchor,
          }),
        ]
      : []),
    contentSimilarity(told, pool, { breadth, anchorIndex }),
    contentSimilarity(done, pool, { breadth: strategy.history.breadth, anchorIndex }),
    lexicalSimilarity(words, pool),
    popularityTerm(prior, pool, 1 - Math.max(alikeTrust, ofContent)),
    freshness(pool, items, { weight, halfLifeDays: strategy.freshness.halfLifeDays, atMs }),
    dislikedSimilarity(disliked, pool, { weight: dislikedWeight, anchorIndex }),
    ...(rules ? [rules.term(pool)] : []),
  ];
  const ranked = rank(pool, terms, items, { strategy, depth, rules, trace });
  alike?.release();
  trace?.ended('ranking');
  const random = seededRandom(request.seed);
  const slots = ports.exploration
    ? await ports.exploration.explore(ranked, {
        items,
        atMs,
        random,
        accepts: gate.accepts,
        rule: rules?.exploration ?? null,
        limits: rules?.limits ?? null,
      })
    : ranked;
  trace?.ended('exploration');

  const degraded = [...knowledge.degraded, ...neighbours.degraded, ...missing];
  return {
    format: 1,
    coldness: knowledge.coldness,
    served:
      alike && alikeTrust >= ofContent
        ? {
            level: 'collaborative',
            why: message('served.collaborative', { count: alike.likings }),
          }
        : servedLevel(knowledge, liked, words, prior, degraded),
    degraded,
    segment: knowledge.segment,
    anchors: [...knowledge.anchors.map(({ of }) => of), ...(rules?.anchors ?? [])],
    slots: [...slots],
    ...rules?.traces,
  };
}

function peopleAlike(
  { collaborative, items }: RecommenderPorts,
  { likings }: Knowledge,
  {
    strategy,
    accepts,
    missing,
  }: {
    readonly strategy: Strategy;
    readonly accepts: (row: number) => boolean;
    readonly missing: RankingDegradation[];
  },
): CollaborativeScores | null {
  // without a source of its own it still orders what the others bring
  const limit = strategy.sources.find(({ source }) => source === 'collaborative')?.limit ?? 1;
  try {
    return collaborativeScores(collaborative, likings, items, { limit, accepts });
  } catch {
    missing.push({ part: 'model', why: message('degraded.model') });
    return null;
  }
}

/**
 * A model has the content of what it knows among its scorers, weighed by validation. What arrived since is told by the
 * neighbours of the history, with as much weight as the model has.
 */
function unknownTo(
  { collaborative, items }: RecommenderPorts,
  share: number,
  isServing: boolean,
): (list: AnchorNeighbours) => AnchorNeighbours {
  if (collaborative === undefined || !isServing) return (list) => list;
  const places = placesInView(collaborative, items);
  return (list) => ({
    ...list,
    anchor: { ...list.anchor, weight: Math.min(list.anchor.weight, share) },
    hits: list.hits.filter(({ row }) => places.placeOf(row) < 0),
  });
}

/** The walk over the catalogue fills up the first pages only. */
const firstPages = 50;

/** Words in common with every text; the only evidence for an anchor that has no vector, and then of full weight. */
function lexicalLists(
  { items }: RecommenderPorts,
  { strategy }: ListRequest,
  { anchors }: Knowledge,
  withoutVector: readonly Anchor[],
  accepts: (row: number) => boolean,
): LexicalList[] {
  const source = strategy.sources.find(({ source }) => source === 'lexical');
  if (!source) return [];
  return anchors.flatMap((anchor, index) => {
    const alone = withoutVector.includes(anchor);
    if (anchor.term === 'disliked' || ('item' in anchor.of && !alone)) return [];
    const row = 'item' in anchor.of ? items.rowOf(anchor.of.item) : undefined;
    const text = 'text' in anchor.of ? anchor.of.text : row === undefined ? '' : wordsOf(items, row);
    const hits = items.lexical(text, source.limit, accepts);
    const weight = anchor.weight * (alone ? 1 : strategy.weights.lexical);
    return hits.length === 0 || weight === 0 ? [] : [{ hits, weight, anchor: index }];
  });
}

/** An item as a query: what it is called and what it is. */
export const wordsOf = (items: RecommenderPorts['items'], row: number) =>
  [items.titleAt(row), ...items.categoriesAt(row)].join(' ');

/** The highest weight that content has in this list: the prior keeps the rest. */
function contentTrust(liked: readonly AnchorNeighbours[], words: readonly LexicalList[]): number {
  const dense = liked.filter(({ hits }) => hits.length > 0).map(({ anchor }) => anchor.weight);
  return Math.min(1, Math.max(0, ...dense, ...words.map(({ weight }) => weight)));
}

/** The highest rung that had something to say, and why it was not a higher one. */
function servedLevel(
  knowledge: Knowledge,
  liked: readonly AnchorNeighbours[],
  words: readonly LexicalList[],
  prior: PopularityPrior,
  degraded: readonly RankingDegradation[],
): Ranking['served'] {
  const used = new Set<Anchor | undefined>(words.map(({ anchor }) => knowledge.anchors[anchor]));
  for (const { anchor, hits } of liked) if (hits.length > 0) used.add(anchor);
  const terms = new Set([...used].map((anchor) => anchor?.term));
  if (terms.has('history')) {
    return { level: 'history', why: message('served.history', { count: knowledge.eventCount }) };
  }
  if (terms.size > 0) {
    const key = knowledge.eventCount > 0 ? 'served.interests.historySilent' : 'served.interests';
    return { level: 'interests', why: message(key) };
  }
  const isDown = degraded.some(({ part }) => part === 'encoder' || part === 'vectors' || part === 'evidence');
  const reason = isDown ? 'degraded' : knowledge.anchors.length > 0 ? 'noMatch' : 'nothingKnown';
  return prior.isKnown
    ? { level: 'popularity', why: message(`served.popularity.${reason}`) }
    : { level: 'newest', why: message(`served.newest.${reason}`) };
}

const message = (key: string, values: Message['values'] = {}): Message => ({ key, values });

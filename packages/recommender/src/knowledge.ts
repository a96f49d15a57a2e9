import { type Coldness, coldnessOf, type ItemId, type ItemNumber, type JsonObject } from '@kindling/domain';
import type { Anchor } from './anchor.js';
import { type Feeling, fading, feelings } from './feelings.js';
import type { Evidence, EvidenceEvent, ItemView, RecommenderPorts } from './ports.js';
import type { RankingDegradation } from './ranking.js';
import type { ListRequest } from './request.js';
import type { Strategy } from './strategy.js';
import { subjectLimits } from './subject.js';

/** What is known of the subject when its list is made, told and stored together. */
export interface Knowledge {
  readonly coldness: Coldness;
  readonly eventCount: number;
  /** The value of the catalogue's segment attribute; null where it has none or it is not known. */
  readonly segment: string | null;
  /** Stored ones and those of the request, which stand before them. */
  readonly attributes: JsonObject;
  readonly events: readonly EvidenceEvent[];
  readonly anchors: readonly Anchor[];
  /** All items that are liked, told or done, the strongest first; strengths in (0, 1]. */
  readonly likings: readonly Liking[];
  readonly closedItemIds: readonly ItemId[];
  readonly degraded: readonly RankingDegradation[];
}

export interface Liking {
  readonly item: ItemNumber;
  readonly strength: number;
}

const remembered = { searches: 2, dislikes: 3 } as const;

export async function gatherKnowledge(ports: RecommenderPorts, request: ListRequest): Promise<Knowledge> {
  const { subject, strategy, catalogue } = request;
  const degraded: RankingDegradation[] = [];
  const evidence = await loadEvidence(ports, request, degraded);
  const eventCount = evidence?.eventCount ?? 0;
  const coldness = coldnessOf(eventCount, strategy.coldness.profile);
  const attributes = { ...evidence?.attributes, ...subject.attributes };
  const told = toldAnchors(ports.items, request, attributes, degraded);
  const history = request.ignoresHistory ? null : evidence;
  const felt = history ? feelings(ports.items, request, history) : [];
  const done = history ? doneAnchors(felt, request, history, coldness) : [];
  return {
    coldness,
    eventCount,
    segment: segmentOf(attributes, catalogue.segmentAttribute),
    attributes,
    events: evidence?.events ?? [],
    anchors: oncePerItem([...told, ...done]),
    likings: likingsOf(told, felt),
    closedItemIds: evidence?.closedItemIds ?? [],
    degraded,
  };
}

async function loadEvidence(
  ports: RecommenderPorts,
  { subject }: ListRequest,
  degraded: RankingDegradation[],
): Promise<Evidence | null> {
  const [profileId, sessionId] = [subject.profileId ?? null, subject.sessionId ?? null];
  if (profileId === null && sessionId === null) return null;
  try {
    return await ports.evidence.load({ profileId, sessionId });
  } catch {
    degraded.push({ part: 'evidence', why: { key: 'degraded.evidence', values: {} } });
    return null;
  }
}

/** What the request itself says. */
function toldAnchors(
  items: ItemView,
  { subject, strategy, cartItemIds = [], catalogue }: ListRequest,
  attributes: JsonObject,
  degraded: RankingDegradation[],
): Anchor[] {
  const { trust } = strategy;
  const unknown: ItemId[] = [];
  const anchorsOf = (ids: readonly ItemId[], limit: number, term: Anchor['term'], weight: number): Anchor[] =>
    [...new Set(ids)].slice(0, limit).flatMap((id) => {
      const row = items.rowOfId(id);
      if (row === undefined) unknown.push(id);
      return row === undefined ? [] : [{ term, of: { item: items.numberAt(row) }, weight }];
    });
  const interests = [...new Set((subject.interests ?? []).map((text) => text.trim()))]
    .filter((text) => text !== '')
    .slice(0, subjectLimits.interests)
    .map((text) => text.slice(0, subjectLimits.interestCharacters));
  const attributeText = textOfAttributes(attributes, catalogue.segmentAttribute);
  const anchors: Anchor[] = [
    ...interests.map((text): Anchor => ({ term: 'interest', of: { text }, weight: trust.interests })),
    ...(attributeText === ''
      ? []
      : [{ term: 'attributes', of: { text: attributeText }, weight: trust.attributes } satisfies Anchor]),
    ...anchorsOf(cartItemIds, subjectLimits.likedItems, 'cart', trust.liked),
    ...anchorsOf(subject.likedItemIds ?? [], subjectLimits.likedItems, 'liked', trust.liked),
    ...anchorsOf(subject.dislikedItemIds ?? [], subjectLimits.dislikedItems, 'disliked', 1),
  ];
  if (unknown.length > 0) {
    const values = { ids: unknown.slice(0, 5).join(', '), count: unknown.length };
    degraded.push({ part: 'subject', why: { key: 'degraded.unknownItems', values } });
  }
  return anchors.filter((anchor) => anchor.weight > 0);
}

/** What the profile did: the strongest of its recent items, what it turned down, what it searched for. */
function doneAnchors(
  ranked: readonly Feeling[],
  request: ListRequest,
  evidence: Evidence,
  coldness: Coldness,
): Anchor[] {
  const { strategy } = request;
  const fade = fading(request);
  const searches = new Map<string, number>();
  for (const event of evidence.events) {
    const text = event.type === 'SEARCH' ? (event.query ?? '').trim() : '';
    if (text !== '' && !searches.has(text)) searches.set(text, fade(event.occurredAtMs));
  }
  const most = ranked[0]?.value ?? 0;
  const trust = historyTrust(evidence.eventCount, strategy);
  const liked = ranked
    .filter(({ value }) => value > 0)
    .slice(0, strategy.history.items)
    // The root keeps the third and fourth interest of a person from fading beside the first.
    .map(
      ({ item, value }): Anchor => ({
        term: 'history',
        of: { item },
        weight: trust * Math.sqrt(value / most),
      }),
    );
  const disliked = ranked
    .filter(({ value }) => value < 0)
    .slice(-remembered.dislikes)
    .map(({ item }): Anchor => ({ term: 'disliked', of: { item }, weight: 1 }));
  // A well-known profile is told by its items; encoding its searches anew would only cost time.
  const searched = coldness === 'WARM' ? [] : [...searches].slice(0, remembered.searches);
  const searchAnchors = searched.map(
    ([text, faded]): Anchor => ({
      term: 'search',
      of: { text: text.slice(0, subjectLimits.interestCharacters) },
      weight: strategy.trust.searches * faded,
    }),
  );
  return [...searchAnchors, ...liked, ...disliked].filter((anchor) => anchor.weight > 1e-6);
}

/** Told ones count as much as the strongest of what was done; an item that is disliked is none. */
function likingsOf(told: readonly Anchor[], felt: readonly Feeling[]): readonly Liking[] {
  const most = felt[0]?.value ?? 0;
  const strengths = new Map<ItemNumber, number>();
  for (const { term, of } of told) {
    if ('item' in of && (term === 'liked' || term === 'cart')) strengths.set(of.item, 1);
  }
  for (const { item, value } of felt) {
    if (value > 0 && !strengths.has(item)) strengths.set(item, value / most);
  }
  for (const { term, of } of told) if (term === 'disliked' && 'item' in of) strengths.delete(of.item);
  return [...strengths]
    .map(([item, strength]) => ({ item, strength }))
    .sort((a, b) => b.strength - a.strength);
}

/** The same for what a trained model says of items without evidence, after n liked items. */
export function newItemTrust(likings: number, { trust }: Pick<Strategy, 'trust'>): number {
  return (trust.newItemsMost * likings) / (likings + trust.newItemsHalfAt);
}

/** w(n) = most * n / (n + half): what content may weigh against the popularity prior after n events. */
export function historyTrust(events: number, { trust }: Pick<Strategy, 'trust'>): number {
  return (trust.historyMost * events) / (events + trust.historyHalfAt);
}

/** Told beats done, and an item is compared with once; one that is liked and disliked is disliked. */
function oncePerItem(anchors: readonly Anchor[]): Anchor[] {
  const disliked = new Set<ItemNumber>();
  for (const { term, of } of anchors) if (term === 'disliked' && 'item' in of) disliked.add(of.item);
  const seen = new Set<ItemNumber>();
  return anchors.filter(({ term, of }) => {
    if (!('item' in of)) return true;
    if (seen.has(of.item) || (term !== 'disliked' && disliked.has(of.item))) return false;
    seen.add(of.item);
    return true;
  });
}

/** "genre: comedy, mood: dark": the words among the attributes, as an encoder can read them. */
function textOfAttributes(attributes: JsonObject, segmentAttribute: string | null): string {
  return Object.entries(attributes)
    .slice(0, subjectLimits.attributes)
    .flatMap(([name, value]) => {
      const words = (Array.isArray(value) ? value : [value]).filter(isWording);
      return name === segmentAttribute || words.length === 0 ? [] : [`${name}: ${words.join(', ')}`];
    })
    .join('; ')
    .slice(0, subjectLimits.interestCharacters);
}

const isWording = (value: unknown): value is string => typeof value === 'string' && /\p{L}/u.test(value);

function segmentOf(attributes: JsonObject, segmentAttribute: string | null): string | null {
  const value = segmentAttribute === null ? null : attributes[segmentAttribute];
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

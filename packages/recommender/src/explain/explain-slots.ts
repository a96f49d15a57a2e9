import { type Coldness, type ItemId, type ItemNumber, itemNumber } from '@kindling/domain';
import type { ItemView } from '../ports.js';
import {
  type DegradedPart,
  type LedgerEntry,
  type RankedSlot,
  type Ranking,
  type ServedLevelName,
  type TermName,
  termNames,
} from '../ranking.js';
import { hasMessage, type Locale, sentence } from './message.js';

export interface PageRequest {
  readonly items: ItemView;
  /** Position in the ranking, from 0. */
  readonly from: number;
  /** At most so many slots. */
  readonly count: number;
  readonly locale: Locale;
  readonly now: Date;
  /** False: ledgers stay empty, because nobody asked for their words. Default true. */
  readonly ledgers?: boolean;
}

/** A page of a ranking in words. */
export interface Explanation {
  readonly slots: readonly ExplainedSlot[];
  readonly coldness: Coldness;
  readonly served: { readonly level: ServedLevelName; readonly reason: string };
  readonly degraded: readonly { readonly part: DegradedPart; readonly reason: string }[];
  /** Where the next page begins; null at the end of the ranking. */
  readonly next: number | null;
}

export interface ExplainedSlot {
  /** Position in the ranking, from 0: what a cursor says. */
  readonly position: number;
  readonly number: ItemNumber;
  readonly id: ItemId;
  readonly score: number;
  readonly ledger: readonly ExplainedTerm[];
  readonly reason: string;
  readonly coldness: Coldness;
  readonly isExploration: boolean;
  readonly propensity: number;
}

export interface ExplainedTerm {
  readonly term: TermName;
  /** The term's name in the language of the page. */
  readonly label: string;
  readonly value: number;
  readonly detail: string;
  /** The items of the person that this term came from. */
  readonly itemIds: readonly ItemId[];
}

/**
 * Puts a stretch of a ranking into words; only what is shown costs anything. An item that has left the catalogue or
 * has been hidden since the ranking was made is skipped, the others keep their positions.
 */
export function explainSlots(ranking: Ranking, page: PageRequest): Explanation {
  const { items, count, locale, now } = page;
  const slots: ExplainedSlot[] = [];
  let position = Math.max(0, page.from);
  for (; position < ranking.slots.length && slots.length < count; position++) {
    const slot = ranking.slots[position];
    const row = slot && items.rowOf(itemNumber(slot.item));
    if (!slot || row === undefined || !items.isLive(row, now.getTime())) continue;
    slots.push(explainSlot(ranking, slot, { page, position, row }));
  }
  const { served, degraded } = ranking;
  return {
    slots,
    coldness: ranking.coldness,
    served: { level: served.level, reason: sentence(served.why, locale) },
    degraded: degraded.map(({ part, why }) => ({ part, reason: sentence(why, locale) })),
    next: position < ranking.slots.length ? position : null,
  };
}

function explainSlot(
  ranking: Ranking,
  slot: RankedSlot,
  { page, position, row }: { page: PageRequest; position: number; row: number },
): ExplainedSlot {
  return {
    position,
    number: itemNumber(slot.item),
    id: page.items.idAt(row),
    score: slot.score,
    ledger: page.ledgers === false ? [] : slot.ledger.map((entry) => explainTerm(ranking, entry, page)),
    reason: reasonOf(ranking, slot, page),
    coldness: slot.coldness,
    isExploration: slot.isExploration,
    propensity: slot.propensity,
  };
}

function explainTerm(ranking: Ranking, entry: LedgerEntry, page: PageRequest): ExplainedTerm {
  const [index, value, anchor] = entry;
  const term = termNames[index] as TermName;
  const reference = ranking.anchors[anchor];
  const row = reference && 'item' in reference ? page.items.rowOf(itemNumber(reference.item)) : undefined;
  return {
    term,
    label: sentence({ key: `term.${term}`, values: {} }, page.locale),
    value,
    detail: inWords(`term.${term}.detail`, ranking, entry, page),
    itemIds: row === undefined ? [] : [page.items.idAt(row)],
  };
}

/** Terms that never are the reason why somebody should look. */
const notReasons: readonly TermName[] = ['breadth', 'disliked', 'diversity'];

/** The sentence of the term that speaks most for the item. */
function reasonOf(ranking: Ranking, { ledger, isExploration }: RankedSlot, page: PageRequest): string {
  // Whatever speaks for it, it stands here because little is known of it.
  if (isExploration) return sentence({ key: 'reason.exploration', values: {} }, page.locale);
  let strongest: LedgerEntry | null = null;
  for (const entry of ledger) {
    const term = termNames[entry[0]] as TermName;
    if (entry[1] > (strongest?.[1] ?? 0) && !notReasons.includes(term)) strongest = entry;
  }
  if (!strongest) return sentence({ key: 'reason.none', values: {} }, page.locale);
  return inWords(`reason.${termNames[strongest[0]]}`, ranking, strongest, page);
}

function inWords(
  key: string,
  ranking: Ranking,
  entry: LedgerEntry,
  { items, locale, now }: PageRequest,
): string {
  const [, , anchor, measure] = entry;
  const name = anchorName(ranking, anchor, items, now);
  // A rule that moved a slot without changing its score says which slot it is.
  const placed = entry[1] === 0 && measure !== null ? '.placed' : '';
  const unnamed = name === null ? '.unnamed' : '';
  const variants = [placed + unnamed, unnamed, ranking.segment === null ? '' : '.segment'];
  const variant = variants.find((suffix) => suffix !== '' && hasMessage(key + suffix)) ?? '';
  const values = {
    anchor: name ?? '',
    segment: ranking.segment ?? '',
    measure: measure === null ? '' : Number(measure.toFixed(2)),
    percent: measure === null ? '' : percent(measure),
  };
  return sentence({ key: key + variant, values }, locale);
}

/** What the person would call it; null for an item that may not be shown any more, whose title stays unsaid. */
function anchorName(ranking: Ranking, anchor: number, items: ItemView, now: Date): string | null {
  const reference = ranking.anchors[anchor];
  if (!reference) return null;
  if ('text' in reference) return shortened(reference.text);
  if ('rule' in reference) return reference.rule;
  const row = items.rowOf(itemNumber(reference.item));
  return row === undefined || !items.isLive(row, now.getTime()) ? null : shortened(items.titleAt(row));
}

const shownCharacters = 80;

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length <= shownCharacters
    ? line
    : `${characters.slice(0, shownCharacters - 1).join('')}…`;
}

const percent = (share: number) => {
  const percents = share * 100;
  return `${percents >= 10 || percents === 0 ? percents.toFixed(0) : percents.toPrecision(2)}%`;
};

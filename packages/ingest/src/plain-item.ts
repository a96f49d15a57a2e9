import { type Item, type ItemStatus, itemLimits, itemStatuses, type JsonValue } from '@kindling/domain';

/**
 * The item that domain's itemSchema would make of these fields, or null for "ask the schema": for everything that is
 * not plainly valid, and for what is too intricate to tell quickly. So it never refuses a row and words no problem; a
 * property test holds it to the schema's answer. The schema's own answer takes ten times as long, two thirds of the
 * reader's time.
 */
export function plainItem(fields: Readonly<Record<string, unknown>>): Item | null {
  const { id, title, description = null, price = null, currency = null, status = 'ACTIVE' } = fields;
  const { imageUrl = null, url = null, publishedAt = null, expiresAt = null } = fields;
  if (!isText(id, itemLimits.idCharacters) || id.trim() === '') return null;
  if (!isText(title, itemLimits.titleCharacters)) return null;
  const plainTitle = title.trim();
  if (plainTitle === '') return null;
  if (description !== null && !isText(description, itemLimits.descriptionCharacters)) return null;
  const categories = plainList(fields.categories);
  const tags = plainList(fields.tags);
  if (categories === null || tags === null || !isPlainAttributes(fields.attributes)) return null;
  if (price !== null && !(typeof price === 'number' && price >= 0 && price < Number.POSITIVE_INFINITY))
    return null;
  if (currency !== null && !(typeof currency === 'string' && /^[A-Z]{3}$/.test(currency))) return null;
  if (imageUrl !== null && !isPlainUrl(imageUrl)) return null;
  if (url !== null && !isPlainUrl(url)) return null;
  if (publishedAt !== null && !isPlainDate(publishedAt)) return null;
  if (expiresAt !== null && !isPlainDate(expiresAt)) return null;
  if (publishedAt !== null && expiresAt !== null && publishedAt >= expiresAt) return null;
  if (!isStatus(status)) return null;
  return {
    id: id as Item['id'],
    title: plainTitle,
    description,
    categories,
    tags,
    attributes: fields.attributes,
    price,
    currency,
    imageUrl,
    url,
    publishedAt,
    expiresAt,
    status,
  };
}

const isText = (value: unknown, characters: number): value is string =>
  typeof value === 'string' && value.length <= characters && !value.includes('\0');

function plainList(value: unknown): readonly string[] | null {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > itemLimits.listEntries) return null;
  const entries: string[] = [];
  for (const entry of value as readonly unknown[]) {
    if (!isText(entry, itemLimits.listEntryCharacters)) return null;
    const trimmed = entry.trim();
    if (trimmed === '') return null;
    if (!entries.includes(trimmed)) entries.push(trimmed);
  }
  return entries;
}

/** JSON writes at most six characters for one, and less than 30 for a number, true, false or null. */
const charactersOfJson = 6;
const charactersOfScalar = 30;

/** One level of scalars, and short enough whatever JSON makes of its characters. */
function isPlainAttributes(value: unknown): value is Record<string, JsonValue> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  let most = 2;
  for (const name of Object.keys(value)) {
    const one = (value as Record<string, unknown>)[name];
    if (!isUnescaped(name)) return false;
    most += name.length * charactersOfJson + 4;
    if (typeof one === 'string') {
      if (!isUnescaped(one)) return false;
      most += one.length * charactersOfJson + 2;
    } else if (
      one === null ||
      typeof one === 'boolean' ||
      (typeof one === 'number' && Number.isFinite(one))
    ) {
      most += charactersOfScalar;
    } else return false;
  }
  return most <= itemLimits.attributesBytes;
}

/** Without NUL, and without a backslash, which might spell one. */
const isUnescaped = (text: string) => !text.includes('\0') && !text.includes('\\');

const isPlainUrl = (value: unknown): value is string =>
  isText(value, itemLimits.urlCharacters) && /^https?:\/\//i.test(value) && URL.canParse(value);

/** Of a year from 1 to 9999; false for an invalid date. */
const isPlainDate = (value: unknown): value is Date =>
  value instanceof Date && value.getUTCFullYear() >= 1 && value.getUTCFullYear() <= 9_999;

const isStatus = (value: unknown): value is ItemStatus => itemStatuses.some((status) => status === value);

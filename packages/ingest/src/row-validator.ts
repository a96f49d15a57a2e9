import { type Item, itemLimits, itemSchema, type JsonValue, type RowProblem } from '@kindling/domain';
import { attributeValue } from './attribute-value.js';
import type { ColumnMapping } from './column-mapping.js';
import { parseDate } from './parse-date.js';
import { parseJson, parseList } from './parse-list.js';
import { parsePrice } from './parse-price.js';
import { plainItem } from './plain-item.js';

/** A cell of a CSV file is text; a value of a JSONL object may be of any JSON type. */
type Value = JsonValue | undefined;

/**
 * Turns the values of a row into an item, or says all that is wrong with it. Here is only how a cell is read; what an
 * item may be is said by the domain's itemSchema alone.
 */
export class RowValidator {
  private readonly fillers: readonly { readonly column: string; readonly fill: Filler }[];

  constructor(mapping: readonly ColumnMapping[]) {
    this.fillers = mapping.map(({ column, field }) => ({ column, fill: fillerOf(field, column) }));
  }

  /** `values` in the order of the mapping. */
  read(values: readonly Value[]): { readonly item: Item } | { readonly problems: readonly RowProblem[] } {
    const draft: Draft = { fields: {}, attributes: {}, problems: [] };
    for (let index = 0; index < this.fillers.length; index++) {
      const value = values[index];
      if (value !== undefined && value !== null && value !== '') this.fillers[index]?.fill(draft, value);
    }
    draft.fields.attributes = draft.attributes;
    draft.fields.currency ??= draft.priceCurrency ?? null;
    if (draft.problems.length > 0) return { problems: draft.problems };
    const plain = plainItem(draft.fields);
    if (plain !== null) return { item: plain };
    const parsed = itemSchema.safeParse(draft.fields);
    if (parsed.success) return { item: parsed.data as Item };
    return {
      problems: parsed.error.issues.map((issue) => {
        const field = String(issue.path[0] ?? '');
        const missing = (field === 'id' || field === 'title') && draft.fields[field] === undefined;
        return {
          field: this.columnOf(field),
          code: missing ? 'MISSING' : 'INVALID',
          message: missing ? 'is empty' : issue.message,
          fix: fixOf(field, missing),
        };
      }),
    };
  }

  /** What the author of the file calls the field. */
  private columnOf(field: string): string {
    const index = this.fillers.findIndex((one) => one.fill.field === field);
    return this.fillers[index]?.column ?? field;
  }
}

interface Draft {
  readonly fields: Record<string, unknown>;
  readonly attributes: Record<string, JsonValue>;
  readonly problems: RowProblem[];
  /** What the price says of its currency, for rows that have no other word on it. */
  priceCurrency?: string;
}

interface Filler {
  (draft: Draft, value: JsonValue): void;
  field?: string;
}

function fillerOf(field: string, column: string): Filler {
  const filler = fillerFor(field, column);
  filler.field = field;
  return filler;
}

function fillerFor(field: string, column: string): Filler {
  switch (field) {
    case 'ignore':
      return () => {};
    case 'categories':
    case 'tags':
      return (draft, value) => {
        const before = draft.fields[field];
        const entries = listOf(value);
        draft.fields[field] = Array.isArray(before) ? [...before, ...entries] : entries;
      };
    case 'price':
      return (draft, value) => fillPrice(draft, column, value);
    case 'currency':
      return (draft, value) => {
        draft.fields.currency = textOf(value).trim().toUpperCase();
      };
    case 'publishedAt':
    case 'expiresAt':
      return (draft, value) => fillDate(draft, field, column, value);
    case 'status':
      return (draft, value) => {
        draft.fields.status = statusOf(textOf(value));
      };
    case 'attributes':
      return (draft, value) => fillAttributes(draft, column, value);
    case 'id':
    case 'title':
    case 'description':
    case 'imageUrl':
    case 'url':
      return (draft, value) => {
        const text = textOf(value).trim();
        if (text !== '') draft.fields[field] = text;
      };
    default: {
      const name = field.replace(/^attributes\./, '');
      return (draft, value) => {
        const typed = typeof value === 'string' ? attributeValue(value) : value;
        if (typed !== undefined) setAttribute(draft, name, typed);
      };
    }
  }
}

/** Defined, not assigned: `__proto__` is a name like any other. */
function setAttribute(draft: Draft, name: string, value: JsonValue): void {
  if (name === '__proto__') {
    Object.defineProperty(draft.attributes, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else draft.attributes[name] = value;
}

function fillPrice(draft: Draft, column: string, value: JsonValue): void {
  if (typeof value === 'number') {
    draft.fields.price = value;
    return;
  }
  const text = textOf(value).trim();
  if (text === '') return;
  const parsed = parsePrice(text);
  if ('refused' in parsed) {
    draft.problems.push({ field: column, code: 'BAD_PRICE', message: parsed.refused, fix: parsed.fix });
    return;
  }
  draft.fields.price = parsed.price;
  if (parsed.currency !== null) draft.priceCurrency = parsed.currency;
}

function fillDate(draft: Draft, field: string, column: string, value: JsonValue): void {
  const text = textOf(value).trim();
  if (text === '') return;
  const parsed = parseDate(text);
  if ('date' in parsed) draft.fields[field] = parsed.date;
  else draft.problems.push({ field: column, code: 'BAD_DATE', message: parsed.refused, fix: parsed.fix });
}

function fillAttributes(draft: Draft, column: string, value: JsonValue): void {
  const parsed = typeof value === 'string' ? parseJson(value) : value;
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    draft.problems.push({
      field: column,
      code: 'BAD_ATTRIBUTES',
      message: 'is not a JSON object',
      fix: 'Write the attributes as {"name": "value"}, or each in a column of its own.',
    });
    return;
  }
  for (const [name, entry] of Object.entries(parsed)) setAttribute(draft, name, entry as JsonValue);
}

const textOf = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

function listOf(value: JsonValue): readonly string[] {
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[])
      .filter((entry) => entry !== null)
      .map((entry) => textOf(entry).trim())
      .filter((entry) => entry !== '');
  }
  return typeof value === 'string' ? parseList(value) : [textOf(value)];
}

const activeWords = [
  'active',
  'published',
  'visible',
  'true',
  'yes',
  '1',
  'on',
  'in stock',
  'in_stock',
  '上架',
];
const hiddenWords = [
  'hidden',
  'inactive',
  'draft',
  'archived',
  'false',
  'no',
  '0',
  'off',
  'out of stock',
  'out_of_stock',
  '下架',
];

/** Words of shops and content systems; what is none of them goes on as it is, and itemSchema refuses it. */
function statusOf(text: string): string | undefined {
  const word = text.trim().toLowerCase();
  if (word === '') return undefined;
  if (activeWords.includes(word)) return 'ACTIVE';
  return hiddenWords.includes(word) ? 'HIDDEN' : text;
}

function fixOf(field: string, missing: boolean): string {
  if (missing) return `Give every row ${field === 'id' ? 'an id of its own' : 'a title'}.`;
  switch (field) {
    case 'id':
      return `Use an id of at most ${itemLimits.idCharacters} characters.`;
    case 'title':
      return `Use a title of at most ${itemLimits.titleCharacters} characters.`;
    case 'description':
      return `Shorten it to ${itemLimits.descriptionCharacters} characters.`;
    case 'categories':
    case 'tags':
      return `Keep at most ${itemLimits.listEntries} entries of at most ${itemLimits.listEntryCharacters} characters, parted by |.`;
    case 'price':
      return 'Write it as a number that is not negative, such as 12.50.';
    case 'currency':
      return 'Write the ISO 4217 code, such as EUR or USD.';
    case 'imageUrl':
    case 'url':
      return 'Write the whole address, beginning with https://.';
    case 'expiresAt':
      return 'Let it lie after publishedAt, or leave it empty.';
    case 'publishedAt':
      return 'Write it as 2024-01-31, in a year from 1 to 9999.';
    case 'status':
      return 'Write ACTIVE or HIDDEN.';
    default:
      return `Keep the attributes of a row below ${itemLimits.attributesBytes} bytes, without NUL characters.`;
  }
}

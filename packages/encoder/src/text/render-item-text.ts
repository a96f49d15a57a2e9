import { assertNever, type Item, isVectorAttribute, type JsonValue } from '@kindling/domain';
import { cleanText, cut, dropRepeatedLines } from './clean-text.js';
import { parseTextTemplate, type TemplateField, type TemplateLine } from './text-template.js';

export type ItemToRender = Pick<
  Item,
  'title' | 'description' | 'categories' | 'tags' | 'attributes' | 'price' | 'currency'
>;

/** More than any window of a BERT takes; what is beyond it would be paid for and thrown away. */
export const maximumItemTextCharacters = 8_000;

/** One attribute may not push the others out of the window. */
const attributeCharacters = 300;

/**
 * The text of an item that is encoded: the template with its fields filled in and cleaned. A line whose fields
 * are all empty is dropped, with its label. The same item gives the same text whatever the order of its
 * attributes, so its content hash changes only when it says something new.
 */
export function renderItemText(item: ItemToRender, template: string): string {
  return renderWith(parseTextTemplate(template), item);
}

function renderWith(lines: readonly TemplateLine[], item: ItemToRender): string {
  const rendered: string[] = [];
  for (const line of lines) {
    let text = '';
    let fields = 0;
    let filled = 0;
    for (const part of line) {
      const value = typeof part === 'string' ? part : renderField(part, item);
      text += value;
      if (typeof part === 'string') continue;
      fields++;
      if (value !== '') filled++;
    }
    if ((fields === 0 || filled > 0) && text.trim() !== '') rendered.push(text.trim());
  }
  return cut(dropRepeatedLines(rendered.join('\n')), maximumItemTextCharacters);
}

function renderField(field: TemplateField, item: ItemToRender): string {
  switch (field.kind) {
    case 'title':
      return onOneLine(item.title);
    case 'description':
      return item.description === null ? '' : cleanText(item.description);
    case 'categories':
      return renderList(item.categories);
    case 'tags':
      return renderList(item.tags);
    case 'price':
      return item.price === null ? '' : String(item.price);
    case 'currency':
      return item.currency ?? '';
    case 'attribute':
      return renderValue(
        Object.hasOwn(item.attributes, field.name) ? item.attributes[field.name] : undefined,
      );
    case 'attributes':
      return renderAttributes(item.attributes, '');
    default:
      return assertNever(field);
  }
}

/** `majorGenre: "Drama"` reads "major genre: Drama", one attribute a line, in the order of their names. */
function renderAttributes(attributes: { readonly [name: string]: JsonValue }, parent: string): string {
  return Object.keys(attributes)
    .sort()
    .flatMap((name) => {
      const value = attributes[name];
      const label = `${parent}${humanise(name)}`;
      if (isObject(value)) return renderAttributes(value, `${label} `) || [];
      const text = renderValue(value);
      return text === '' || label.trim() === '' ? [] : `${label}: ${text}`;
    })
    .join('\n');
}

function renderValue(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return onOneLine(value, attributeCharacters);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  // how the item looks or sounds, by another model: not words
  if (isVectorAttribute(value)) return '';
  if (isObject(value)) return renderAttributes(value, '').replaceAll('\n', ', ');
  return cut(
    value
      .map(renderValue)
      .filter((text) => text !== '')
      .join(', '),
    attributeCharacters,
  );
}

function renderList(values: readonly string[]): string {
  return cut(
    values
      .map((value) => onOneLine(value))
      .filter((value) => value !== '')
      .join(', '),
    2_000,
  );
}

function onOneLine(raw: string, maximumCharacters = 1_000): string {
  return cleanText(raw, { keepBoilerplate: true, maximumCharacters }).replaceAll('\n', ' ');
}

/** "majorGenre", "major_genre" and "MAJOR-GENRE" are "major genre" to a reader. */
function humanise(name: string): string {
  return cleanText(name, { keepBoilerplate: true, maximumCharacters: 100 })
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/[\s_\-.:/]+/g, ' ')
    .trim()
    .toLowerCase();
}

function isObject(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

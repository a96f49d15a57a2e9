import { KindlingError } from '@kindling/domain';

const plainFields = [
  'title',
  'description',
  'categories',
  'tags',
  'attributes',
  'price',
  'currency',
] as const;
type PlainField = (typeof plainFields)[number];

/** A field of the item, or one attribute by its name. */
export type TemplateField =
  | { readonly kind: PlainField }
  | { readonly kind: 'attribute'; readonly name: string };

/** A line: literal text and fields in turn. */
export type TemplateLine = readonly (string | TemplateField)[];

const fix = `Known fields are ${plainFields.map((field) => `{${field}}`).join(', ')} and {attributes.name} for a single attribute.`;

/**
 * Reads a text template such as `{title}\nGenre: {categories}`. Throws BAD_INPUT with the offending field and
 * the known ones.
 */
export function parseTextTemplate(template: string): readonly TemplateLine[] {
  const lines = template.split('\n').map((line, at) => parseLine(line, at + 1));
  if (!lines.some((line) => line.some((part) => typeof part !== 'string'))) {
    throw problem(`The text template names no field, so every item would read the same. ${fix}`);
  }
  return lines;
}

function parseLine(line: string, number: number): TemplateLine {
  return line
    .split(/(\{[^{}]*\})/)
    .filter((part) => part !== '')
    .map((part) => {
      if (part.startsWith('{') && part.endsWith('}')) return parseField(part.slice(1, -1).trim(), number);
      if (/[{}]/.test(part)) {
        throw problem(
          `Line ${number} of the text template has a brace without its partner: "${line}". ${fix}`,
        );
      }
      return part;
    });
}

function parseField(name: string, line: number): TemplateField {
  const plain = plainFields.find((field) => field === name);
  if (plain !== undefined) return { kind: plain };
  const attribute = /^attributes\.(.+)$/.exec(name)?.[1];
  if (attribute !== undefined) return { kind: 'attribute', name: attribute };
  throw problem(`Line ${line} of the text template names the unknown field {${name}}. ${fix}`);
}

function problem(message: string): KindlingError {
  return new KindlingError('BAD_INPUT', message, { field: 'textTemplate' });
}

import { isVectorAttribute } from '@kindling/domain';
import { folded, tokenise } from '../lexical/tokenise.js';
import { type FieldKernel, leastShare } from './field-kernel.js';
import type { MatrixProduct } from './matrix-product.js';
import { sparseCosines, tfIdfFeatures } from './sparse-features.js';
import type { ItemContent } from './training-data.js';
import { vectorKernels } from './vector-kernels.js';

/** Attributes beyond this many are left out, the rarest first. */
const mostAttributes = 8;

/** The kernels that a catalogue's items bear: which fields there are is seen from the items themselves. */
export function fieldKernels(items: readonly ItemContent[], product: MatrixProduct): readonly FieldKernel[] {
  const text = (item: ItemContent) => [item.title, item.description ?? ''].join('\n');
  const hasDescriptions = isCommon(items, ({ description }) => (description ?? '') !== '');
  const sets: [string, (item: ItemContent) => readonly string[]][] = [
    ['categories', ({ categories }) => categories],
    ['tags', ({ tags }) => tags],
    ...attributeNames(items).map((name): [string, (item: ItemContent) => readonly string[]] => [
      `attributes.${name}`,
      ({ attributes }) => valuesOf(attributes[name]),
    ]),
  ];
  const numbers: [string, (item: ItemContent) => number | null][] = [
    ['price', ({ price }) => (price === null || price <= 0 ? null : Math.log(price))],
    ...attributeNames(items).map((name): [string, (item: ItemContent) => number | null] => [
      `attributes.${name}`,
      ({ attributes }) => numberOf(attributes[name]),
    ]),
  ];
  const numeric = numbers.filter(([, read]) => isCommon(items, (item) => read(item) !== null));
  const isNumeric = new Set(numeric.map(([name]) => name));
  return [
    textKernel(
      'titleWords',
      items.map(({ title }) => tokenise(title)),
    ),
    textKernel(
      'titleParts',
      items.map(({ title }) => characterParts(title)),
    ),
    ...(hasDescriptions
      ? [
          textKernel(
            'text',
            items.map((item) => withPairs(tokenise(text(item)))),
          ),
        ]
      : []),
    ...(hasDescriptions
      ? []
      : [
          textKernel(
            'titlePairs',
            items.map(({ title }) => withPairs(tokenise(title))),
          ),
        ]),
    ...sets
      .filter(([name, read]) => !isNumeric.has(name) && isCommon(items, (item) => read(item).length > 0))
      .map(([name, read]) =>
        textKernel(
          name,
          items.map((item) => read(item).map(folded)),
        ),
      ),
    ...numeric.map(([name, read]) => numberKernel(name, items.map(read))),
    ...vectorKernels(
      'meaning',
      items.map(({ vector }) => vector),
      product,
    ),
    ...vectorAttributeNames(items).flatMap((name) =>
      vectorKernels(
        `attributes.${name}`,
        items.map(({ attributes }) => vectorOf(attributes[name])),
        product,
      ),
    ),
  ];
}

/** Whether enough items say something. */
const isCommon = (items: readonly ItemContent[], says: (item: ItemContent) => boolean) =>
  items.filter(says).length >= leastShare * items.length;

const attributeNames = (items: readonly ItemContent[]) =>
  commonAttributes(items, (value) => !isVectorAttribute(value) && valuesOf(value).length > 0);

/** What an item brings of its own picture or sound. */
const vectorAttributeNames = (items: readonly ItemContent[]) => commonAttributes(items, isVectorAttribute);

const vectorOf = (value: unknown) => (isVectorAttribute(value) ? Float32Array.from(value) : null);

function commonAttributes(
  items: readonly ItemContent[],
  says: (value: unknown) => boolean,
): readonly string[] {
  const counts = new Map<string, number>();
  for (const { attributes } of items) {
    for (const [name, value] of Object.entries(attributes)) {
      if (says(value)) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts]
    .filter(([, count]) => count >= leastShare * items.length)
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .slice(0, mostAttributes)
    .map(([name]) => name);
}

/** "Tom Hanks, Tim Allen" is two values, as in a list. */
function valuesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(valuesOf);
  if (typeof value === 'string') {
    return value
      .split(/[,;|]/)
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [];
}

function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** The words, and each two that follow one another. */
const withPairs = (words: readonly string[]) => [
  ...words,
  ...words.slice(0, -1).map((word, at) => `${word} ${words[at + 1]}`),
];

/** Parts of three to five characters within words: they bear inflection, part numbers and slips of the pen. */
function characterParts(text: string): string[] {
  return tokenise(text).flatMap((word) => {
    const padded = ` ${word} `;
    const parts: string[] = [];
    for (let length = 3; length <= 5; length++) {
      for (let from = 0; from + length <= padded.length; from++)
        parts.push(padded.slice(from, from + length));
    }
    return parts;
  });
}

function textKernel(name: string, documents: readonly (readonly string[])[]): FieldKernel {
  const features = tfIdfFeatures(documents);
  return { name, between: async (left, right) => sparseCosines(features, left, right) };
}

/** exp(-(a - b)^2 / 2 s^2) with s a third of the values' standard deviation; 0 where a value is missing. */
function numberKernel(name: string, values: readonly (number | null)[]): FieldKernel {
  const known = values.filter((value) => value !== null);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const deviation = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
  const scale = 3 / Math.max(deviation, 1e-9);
  return {
    name,
    async between(left, right) {
      const similarities = new Float32Array(left.length * right.length);
      left.forEach((one, row) => {
        const a = values[one] ?? null;
        if (a === null) return;
        right.forEach((other, column) => {
          const b = values[other] ?? null;
          if (b !== null) similarities[row * right.length + column] = Math.exp(-(((a - b) * scale) ** 2) / 2);
        });
      });
      return similarities;
    },
  };
}

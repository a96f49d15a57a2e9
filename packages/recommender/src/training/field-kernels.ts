import { folded, tokenise } from '../lexical/tokenise.js';
import type { MatrixProduct } from './matrix-product.js';
import { sparseCosines, tfIdfFeatures } from './sparse-features.js';
import type { ItemContent } from './training-data.js';

/**
 * A similarity of items by one of their fields, non-negative, 1 of an item with itself. A sum of such kernels with
 * non-negative weights is one again: that is how title, text, makers, year and vector come together, and how a new
 * channel joins them.
 */
export interface FieldKernel {
  readonly name: string;
  /** Similarities of the items `left` to the items `right`, dense [left x right]. */
  between(left: Int32Array, right: Int32Array): Promise<Float32Array>;
}

/** A field of which fewer items say something is no basis for a kernel. */
const leastShare = 0.2;
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
    ...(isCommon(items, ({ vector }) => vector !== null) ? [vectorKernel('meaning', items, product)] : []),
  ];
}

const isCommon = (items: readonly ItemContent[], says: (item: ItemContent) => boolean) =>
  items.filter(says).length >= leastShare * items.length;

function attributeNames(items: readonly ItemContent[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { attributes } of items) {
    for (const [name, value] of Object.entries(attributes)) {
      if (valuesOf(value).length > 0) counts.set(name, (counts.get(name) ?? 0) + 1);
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

/** Cosine of vectors from which their mean is taken, 0 where it is negative: the mean is what all items share. */
function vectorKernel(name: string, items: readonly ItemContent[], product: MatrixProduct): FieldKernel {
  const dimensions = items.find(({ vector }) => vector !== null)?.vector?.length ?? 0;
  const centred = new Float32Array(items.length * dimensions);
  const mean = new Float64Array(dimensions);
  let known = 0;
  for (const { vector } of items) {
    if (vector === null) continue;
    known++;
    for (let at = 0; at < dimensions; at++) mean[at] = (mean[at] ?? 0) + (vector[at] ?? 0);
  }
  items.forEach(({ vector }, item) => {
    if (vector === null) return;
    let square = 0;
    const row = centred.subarray(item * dimensions, (item + 1) * dimensions);
    for (let at = 0; at < dimensions; at++) {
      row[at] = (vector[at] ?? 0) - (mean[at] ?? 0) / known;
      square += (row[at] ?? 0) ** 2;
    }
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let at = 0; at < dimensions; at++) row[at] = (row[at] ?? 0) * scale;
  });
  const pick = (rows: Int32Array) => {
    const picked = new Float32Array(rows.length * dimensions);
    rows.forEach((row, at) => {
      picked.set(centred.subarray(row * dimensions, (row + 1) * dimensions), at * dimensions);
    });
    return picked;
  };
  return {
    name,
    async between(left, right) {
      const shape = { rows: left.length, inner: dimensions, columns: right.length, isTransposed: true };
      const cosines = await product.multiply(pick(left), pick(right), shape);
      for (let at = 0; at < cosines.length; at++) cosines[at] = Math.max(0, cosines[at] ?? 0);
      return cosines;
    },
  };
}

import { itemId, itemNumber } from '@kindling/domain';
import { z } from 'zod';
import { bridgeSettingsSchema, kernelWeightsSchema } from './bridge-settings.js';
import { fusionSettingsSchema } from './fusion.js';
import type { TargetLists } from './target-lists.js';
import type { TrainedModel } from './trained-model.js';
import type { CatalogueItem } from './training-data.js';

/**
 * A trained model as one piece of bytes, little-endian:
 *
 *   "KNDLMDL4" | uint32 length of the header | header (JSON, padded with spaces to 8) | arrays of 4-byte numbers |
 *   SHA-256 of all before
 */
export async function serialiseModel({ parameters, trained, ...lists }: TrainedModel): Promise<Uint8Array> {
  const dimensions = trained.find(({ vector }) => vector !== null)?.vector?.length ?? 0;
  const vectors = new Float32Array(trained.length * dimensions);
  const items = trained.map(({ vector, ...content }, at) => {
    if (vector !== null) vectors.set(vector, at * dimensions);
    return { ...content, hasVector: vector !== null };
  });
  const arrays = [...listNames.flatMap((name) => arraysOf(lists[name])), vectors];
  const content = { parameters, dimensions, items, lengths: arrays.map(({ length }) => length) };
  const json = new TextEncoder().encode(JSON.stringify(content));
  const header = new Uint8Array(Math.ceil((json.length + 4) / 8) * 8 - 4).fill(0x20);
  header.set(json);
  const size = arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const bytes = new Uint8Array(magic.length + 4 + header.length + size + checksumBytes);
  bytes.set(magic);
  new DataView(bytes.buffer).setUint32(magic.length, header.length, true);
  bytes.set(header, magic.length + 4);
  let at = magic.length + 4 + header.length;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  bytes.set(await checksumOf(bytes.subarray(0, at)), at);
  return bytes;
}

/** Throws a RangeError that says what is wrong when the bytes are not a whole, unchanged model. */
export async function deserialiseModel(bytes: Uint8Array): Promise<TrainedModel> {
  if (bytes.length < magic.length + 4 + checksumBytes || magic.some((byte, at) => bytes[at] !== byte)) {
    throw new RangeError('The artefact is no trained model of this version: train again.');
  }
  const end = bytes.length - checksumBytes;
  const checksum = await checksumOf(bytes.subarray(0, end));
  if (checksum.some((byte, at) => bytes[end + at] !== byte)) {
    throw new RangeError(
      'The artefact is damaged, its checksum differs: activate another version or train again.',
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getUint32(magic.length, true);
  let at = magic.length + 4 + headerLength;
  const json = new TextDecoder().decode(bytes.subarray(magic.length + 4, at));
  const header = headerSchema.parse(JSON.parse(json));
  const next = () => {
    const size = (header.lengths[used++] ?? 0) * 4;
    // copied, because a view on numbers must start at a multiple of 4 of its buffer
    const part = bytes.slice(at, at + size);
    at += size;
    return part.buffer;
  };
  let used = 0;
  const lists = (): TargetLists => ({
    sources: new Int32Array(next()),
    starts: new Int32Array(next()),
    targets: new Int32Array(next()),
    scores: new Float32Array(next()),
  });
  const [together, alike, factors, content, cold] = [lists(), lists(), lists(), lists(), lists()];
  const vectors = new Float32Array(next());
  const trained = header.items.map(({ hasVector, ...content }, item): CatalogueItem => {
    const vector = vectors.slice(item * header.dimensions, (item + 1) * header.dimensions);
    return { ...content, vector: hasVector ? vector : null };
  });
  return { parameters: header.parameters, together, alike, factors, content, cold, trained };
}

const magic = new TextEncoder().encode('KNDLMDL4');
const checksumBytes = 32;

/** In this order. */
const listNames = ['together', 'alike', 'factors', 'content', 'cold'] as const;

const count = z.number().int().min(0);
const byRevealed = z.record(z.string(), z.number());
const fusionChoiceSchema = z.object({
  ndcg: byRevealed,
  alone: z.object({
    together: byRevealed,
    alike: byRevealed,
    factors: byRevealed,
    content: byRevealed,
    prior: byRevealed,
  }),
  blended: z.array(count),
});
const headerSchema = z.object({
  parameters: z.object({
    bridge: bridgeSettingsSchema,
    content: kernelWeightsSchema,
    fusion: fusionSettingsSchema,
    fusionChoice: fusionChoiceSchema.nullable(),
    validationNdcg: z.number().nullable(),
    settingsTried: count,
    listLength: count,
    profiles: count,
    warmItems: count,
    coldItems: count,
  }),
  dimensions: count,
  items: z.array(
    z.object({
      id: z.string().transform((id) => itemId(id)),
      number: count.transform((number) => itemNumber(number)),
      title: z.string(),
      description: z.string().nullable(),
      categories: z.array(z.string()),
      tags: z.array(z.string()),
      attributes: z.record(z.string(), z.json()),
      price: z.number().nullable(),
      hasVector: z.boolean(),
    }),
  ),
  lengths: z.array(count).length(21),
});

const arraysOf = ({ sources, starts, targets, scores }: TargetLists) => [sources, starts, targets, scores];

async function checksumOf(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}

import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { KindlingError, modelId } from '@kindling/domain';
import { z } from 'zod';
import type { EncoderModel } from './encoder.js';

/** Settings that win over what the model's own files say. */
export interface ModelOverrides {
  readonly pooling?: 'mean' | 'cls' | undefined;
  readonly queryPrefix?: string | undefined;
  readonly passagePrefix?: string | undefined;
  readonly maximumTokens?: number | undefined;
  /** See SessionSettings; default 'row'. */
  readonly activationScales?: 'row' | 'file' | undefined;
}

/** A BERT-family model on disk, its checksums verified and its settings read. */
export interface ModelFolder {
  readonly onnxPath: string;
  readonly tokenizerPath: string;
  readonly tokenizerConfigPath: string | null;
  readonly padId: number;
  readonly pooling: 'mean' | 'cls';
  readonly queryPrefix: string;
  readonly passagePrefix: string;
  readonly maximumTokens: number;
  readonly activationScales: 'row' | 'file';
  readonly name: string;
  readonly revision: string;
  readonly licence: string | null;
  /** What the configuration promises; the session tells what is true. */
  readonly dimensions: number | null;
}

/** Our own note in a model folder: written by hand for packaged models, by the downloader for the others. */
export const manifestFile = 'kindling-model.json';
export const manifestSchema = z.object({
  name: z.string().min(1),
  revision: z.string().min(1).optional(),
  licence: z.string().nullable().default(null),
  onnx: z.string().optional(),
  dimensions: z.number().int().positive().optional(),
  pooling: z.enum(['mean', 'cls']).optional(),
  maximumTokens: z.number().int().positive().optional(),
  queryPrefix: z.string().optional(),
  passagePrefix: z.string().optional(),
  sha256: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});
export type ModelManifest = z.input<typeof manifestSchema>;

/** Where exports put the graph, most wanted on a CPU first. */
export const onnxFiles = [
  'model.onnx',
  'onnx/model_quantized.onnx',
  'onnx/model_int8.onnx',
  'onnx/model.onnx',
  'model_quantized.onnx',
];

const configSchema = z.looseObject({
  hidden_size: z.number().int().positive().optional(),
  max_position_embeddings: z.number().int().positive().optional(),
  model_type: z.string().optional(),
  pad_token_id: z.number().int().nonnegative().nullish(),
});
const sentenceSchema = z.looseObject({ max_seq_length: z.number().int().positive().nullish() });
const poolingSchema = z.looseObject({
  pooling_mode_cls_token: z.boolean().default(false),
  pooling_mode_mean_tokens: z.boolean().default(false),
});
const promptsSchema = z.looseObject({ prompts: z.record(z.string(), z.string().nullable()).optional() });

export async function openModelFolder(folder: string, overrides: ModelOverrides = {}): Promise<ModelFolder> {
  const manifest = await readJson(folder, manifestFile, manifestSchema);
  const onnx = manifest?.onnx ?? onnxFiles.find((file) => existsSync(join(folder, file)));
  if (onnx === undefined || !existsSync(join(folder, onnx))) {
    throw new KindlingError(
      'BAD_INPUT',
      `The model folder ${folder} holds no ${onnx ?? `ONNX file; looked for ${onnxFiles.join(', ')}`}. Point EMBEDDING_MODEL at an ONNX export of a BERT-family encoder.`,
    );
  }
  if (!existsSync(join(folder, 'tokenizer.json'))) {
    throw new KindlingError(
      'BAD_INPUT',
      `The model folder ${folder} holds no tokenizer.json. Save the model's fast tokenizer beside ${onnx}.`,
    );
  }
  const sums = await verifyChecksums(folder, manifest?.sha256 ?? {}, [onnx, 'tokenizer.json']);

  const config = await readJson(folder, 'config.json', configSchema);
  const sentence = await readJson(folder, 'sentence_bert_config.json', sentenceSchema);
  const { prompts = {} } = (await readJson(folder, 'config_sentence_transformers.json', promptsSchema)) ?? {};
  const pooling = overrides.pooling ?? manifest?.pooling ?? (await readPooling(folder)) ?? 'mean';
  const maximumTokens =
    overrides.maximumTokens ??
    manifest?.maximumTokens ??
    sentence?.max_seq_length ??
    positions(config) ??
    512;
  const queryPrefix = overrides.queryPrefix ?? manifest?.queryPrefix ?? prompts.query ?? '';
  const passagePrefix =
    overrides.passagePrefix ?? manifest?.passagePrefix ?? prompts.passage ?? prompts.document ?? '';
  const activationScales = overrides.activationScales ?? 'row';
  const window = positions(config);
  if (maximumTokens < 8 || (window !== null && maximumTokens > window)) {
    throw new KindlingError(
      'BAD_INPUT',
      `The model in ${folder} is asked for ${maximumTokens} tokens; it takes 8 to ${window ?? 'any'}.`,
    );
  }

  // Everything that changes a vector: two encoders that differ in any of it must never share an index.
  const recipe = createHash('sha256')
    .update(JSON.stringify([...sums, pooling, maximumTokens, queryPrefix, passagePrefix, activationScales]))
    .digest('hex')
    .slice(0, 12);
  return {
    onnxPath: join(folder, onnx),
    tokenizerPath: join(folder, 'tokenizer.json'),
    tokenizerConfigPath: existsSync(join(folder, 'tokenizer_config.json'))
      ? join(folder, 'tokenizer_config.json')
      : null,
    padId: config?.pad_token_id ?? (await readPadId(folder)),
    pooling,
    queryPrefix,
    passagePrefix,
    maximumTokens,
    activationScales,
    name: manifest?.name ?? basename(folder),
    revision: manifest?.revision ? `${manifest.revision.slice(0, 12)}.${recipe}` : recipe,
    licence: manifest?.licence ?? null,
    dimensions: manifest?.dimensions ?? config?.hidden_size ?? null,
  };
}

/** The identity stored with each vector. Only characters that file and collection names can carry. */
export function describeModel(model: Omit<EncoderModel, 'id'>): EncoderModel {
  const name = model.name.replaceAll('/', '--').replace(/[^\w.-]/g, '_');
  return {
    ...model,
    id: modelId(`${name}@${model.revision}-${model.dimensions}-${model.pooling}`),
  };
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

async function verifyChecksums(
  folder: string,
  promised: Readonly<Record<string, string>>,
  used: readonly string[],
): Promise<string[]> {
  const files = [...new Set([...used, ...Object.keys(promised)])];
  return Promise.all(
    files.map(async (file) => {
      const path = join(folder, file);
      const found = existsSync(path) ? await sha256OfFile(path) : 'no such file';
      const wanted = promised[file];
      if (wanted !== undefined && found !== wanted) {
        throw new KindlingError(
          'UNAVAILABLE',
          `${path} is not the file it should be: SHA-256 ${found}, expected ${wanted}. It is damaged or was changed; restore it (for a downloaded model: delete its folder and start again).`,
        );
      }
      return found;
    }),
  );
}

async function readPooling(folder: string): Promise<'mean' | 'cls' | null> {
  const config = await readJson(folder, '1_Pooling/config.json', poolingSchema);
  if (config === null) return null;
  if (config.pooling_mode_mean_tokens) return 'mean';
  if (config.pooling_mode_cls_token) return 'cls';
  throw new KindlingError(
    'UNSUPPORTED',
    `The model in ${folder} pools in a way that is not supported (1_Pooling/config.json); supported are mean and cls.`,
  );
}

async function readPadId(folder: string): Promise<number> {
  const tokenizer = await readJson(
    folder,
    'tokenizer.json',
    z.looseObject({
      padding: z.looseObject({ pad_id: z.number().int() }).nullish(),
      added_tokens: z.array(z.looseObject({ id: z.number().int(), content: z.string() })).default([]),
    }),
  );
  const named = tokenizer?.added_tokens.find(({ content }) => content === '[PAD]' || content === '<pad>');
  return tokenizer?.padding?.pad_id ?? named?.id ?? 0;
}

/** RoBERTa-like models count positions from after the padding id, and so have two fewer than they say. */
function positions(config: z.infer<typeof configSchema> | null): number | null {
  const said = config?.max_position_embeddings;
  if (said === undefined) return null;
  return /roberta|camembert|mpnet/.test(config?.model_type ?? '') ? said - 2 : said;
}

async function readJson<Schema extends z.ZodType>(
  folder: string,
  file: string,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  const path = join(folder, file);
  if (!existsSync(path)) return null;
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new KindlingError('BAD_INPUT', `${path} cannot be read: ${describeProblem(cause)}`, { cause });
  }
}

function describeProblem(cause: unknown): string {
  if (cause instanceof z.ZodError) return z.prettifyError(cause);
  return cause instanceof Error ? cause.message : String(cause);
}

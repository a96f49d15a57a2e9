import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minilm } from '@kindling/minilm';
import { writeOnnx } from './onnx/onnx-graph.js';

/** Ids of whole words in the packaged vocabulary. */
export const wordIds = { cls: 101, sep: 102, one: 2028, two: 2048, three: 2093 } as const;
const vocabulary = 30_522;

export interface TinyModel {
  /** Vectors by token id; all others are `other`. */
  readonly tokens: Readonly<Record<number, readonly number[]>>;
  readonly other: readonly number[];
  readonly config?: object;
  readonly extraFiles?: Readonly<Record<string, object>>;
}

/** A folder with a real ONNX model that looks each token up in a table, so that its vectors can be known by hand. */
export async function writeTinyModel({ tokens, other, config, extraFiles = {} }: TinyModel): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kindling-tiny-'));
  const table = new Float32Array(vocabulary * other.length);
  for (let id = 0; id < vocabulary; id++) table.set(tokens[id] ?? other, id * other.length);
  const shape = ['batch', 'sequence'];
  const model = writeOnnx({
    opset: 14,
    nodes: [{ operator: 'Gather', inputs: ['table', 'input_ids'], outputs: ['last_hidden_state'] }],
    tensors: [{ name: 'table', type: 'float32', dims: [vocabulary, other.length], data: table }],
    inputs: [
      { name: 'input_ids', type: 'int64', dims: shape },
      { name: 'attention_mask', type: 'int64', dims: shape },
    ],
    outputs: [{ name: 'last_hidden_state', type: 'float32', dims: [...shape, other.length] }],
  });
  await writeFile(join(folder, 'model.onnx'), model);
  await cp(join(minilm.folder, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  const files = { 'config.json': { hidden_size: other.length, ...config }, ...extraFiles };
  for (const [file, content] of Object.entries(files)) {
    await writeFile(join(folder, file), JSON.stringify(content));
  }
  return folder;
}

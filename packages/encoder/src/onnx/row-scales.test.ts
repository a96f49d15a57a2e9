import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { minilm } from '@kindling/minilm';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { type OnnxNode, readOnnx, writeOnnx } from './onnx-graph.js';
import { withRowScales } from './row-scales.js';

const weights = Int8Array.of(1, -2, 3, 4, 5, -6);
/** A quantised product of [rows, 3] and [3, 2], as exporters write it. */
function quantisedProduct(extra: readonly OnnxNode[] = [], opset = 11): Uint8Array {
  return writeOnnx({
    opset,
    nodes: [
      { operator: 'DynamicQuantizeLinear', inputs: ['x'], outputs: ['q', 's', 'z'] },
      { operator: 'Mul', inputs: ['s', 'ws'], outputs: ['scales'] },
      { operator: 'MatMulInteger', inputs: ['q', 'w', 'z', 'wz'], outputs: ['product'] },
      { operator: 'Cast', inputs: ['product'], outputs: ['float'], attributes: { to: 1 } },
      { operator: 'Mul', inputs: ['float', 'scales'], outputs: ['y'] },
      ...extra,
    ],
    tensors: [
      { name: 'w', type: 'int8', dims: [3, 2], data: weights },
      { name: 'ws', type: 'float32', dims: [2], data: Float32Array.of(0.5, 0.25) },
      { name: 'wz', type: 'int8', dims: [2], data: Int8Array.of(0, 0) },
    ],
    inputs: [{ name: 'x', type: 'float32', dims: ['rows', 3] }],
    outputs: [{ name: 'y', type: 'float32', dims: ['rows', 2] }],
  });
}

async function run(model: Uint8Array, rows: readonly (readonly number[])[]): Promise<number[]> {
  const session = await InferenceSession.create(model);
  const x = new Tensor('float32', Float32Array.from(rows.flat()), [rows.length, 3]);
  const { y } = await session.run({ x });
  return [...((y?.data ?? []) as Float32Array)];
}

const exact = (row: readonly number[]) =>
  [0, 1].map((column) =>
    row.reduce(
      (sum, value, at) => sum + value * (weights[at * 2 + column] ?? 0) * (column === 0 ? 0.5 : 0.25),
      0,
    ),
  );

describe.each([11, 18])('withRowScales on operator set %i', (opset) => {
  it('keeps a small row exact beside a large one, where one scale for the batch loses it', async () => {
    const small = [0.01, -0.02, 0.03];
    const large = [100, 50, -80];
    const before = await run(quantisedProduct([], opset), [small, large]);
    const rewritten = withRowScales(quantisedProduct([], opset));
    expect(rewritten).not.toBeNull();
    const after = await run(rewritten ?? new Uint8Array(), [small, large]);
    const wanted = exact(small);
    expect(before.slice(0, 2)).toEqual([0, 0]);
    expect(after.slice(0, 2)).toEqual(wanted.map((value) => expect.closeTo(value, 3)));
    expect(after.slice(0, 2)).toEqual(await run(rewritten ?? new Uint8Array(), [small]));
  });
});

describe('withRowScales', () => {
  it('gives a row of zeros zeros, not NaN', async () => {
    expect(await run(withRowScales(quantisedProduct()) ?? new Uint8Array(), [[0, 0, 0]])).toEqual([0, 0]);
  });

  it('leaves a graph alone in which something else reads the activation scale', () => {
    const other: OnnxNode = { operator: 'Identity', inputs: ['s'], outputs: ['seen'] };
    expect(withRowScales(quantisedProduct([other]))).toBeNull();
  });

  it('rewrites all 24 quantisations and all 36 products of the packaged model, and none of its weights', async () => {
    const bytes = await readFile(join(minilm.folder, 'model.onnx'));
    const before = readOnnx(bytes);
    const after = readOnnx(withRowScales(bytes) ?? new Uint8Array());
    const count = (graph: typeof before, operator: string) =>
      graph.nodes.filter(({ node }) => node.operator === operator).length;
    expect([count(before, 'DynamicQuantizeLinear'), count(before, 'MatMulInteger')]).toEqual([24, 36]);
    expect([count(after, 'QuantizeLinear'), count(after, 'MatMulIntegerToFloat')]).toEqual([24, 36]);
    expect(count(after, 'DynamicQuantizeLinear')).toBe(0);
    for (const name of before.initializers) expect(after.initializers).toContain(name);
  });

  it('refuses bytes that are cut short', () => {
    expect(() => withRowScales(quantisedProduct().subarray(0, 100))).toThrow(/ends inside/);
  });
});

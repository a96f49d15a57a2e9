import { writeOnnx } from '../onnx/onnx-graph.js';

/** Side of the square product: large enough that nothing but the multiplication counts. */
export const gemmSide = 1024;

/** Operations of one run: a multiplication and an addition each. */
export const gemmOperations = 2 * gemmSide ** 3;

/** One int8 product with constant weights, as a quantised BERT has dozens: what the machine can do at best. */
export function gemmModel(): Uint8Array {
  const weights = new Int8Array(gemmSide * gemmSide);
  for (let at = 0; at < weights.length; at++) weights[at] = (at * 31) % 127;
  return writeOnnx({
    opset: 13,
    nodes: [{ operator: 'MatMulInteger', inputs: ['x', 'weights', 'zero'], outputs: ['y'] }],
    tensors: [
      { name: 'weights', type: 'int8', dims: [gemmSide, gemmSide], data: weights },
      { name: 'zero', type: 'uint8', dims: [], data: Uint8Array.of(128) },
    ],
    inputs: [{ name: 'x', type: 'uint8', dims: [gemmSide, gemmSide] }],
    outputs: [{ name: 'y', type: 'int32', dims: [gemmSide, gemmSide] }],
  });
}

import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { writeOnnx } from './onnx/onnx-graph.js';

/**
 * Products of row-major float32 matrices by ONNX Runtime, on all cores: a [rows x inner] times b [inner x columns],
 * or times the transpose of b [columns x inner]. Fits the port MatrixProduct of @kindling/recommender. It blocks the
 * thread that calls it, so call it on one that serves nobody.
 */
export interface OnnxMatrixProduct {
  multiply(a: Float32Array, b: Float32Array, shape: ProductShape): Promise<Float32Array>;
  close(): Promise<void>;
}

export interface ProductShape {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly isTransposed?: boolean;
}

export async function createMatrixProduct(threads = availableParallelism()): Promise<OnnxMatrixProduct> {
  const open = (transB: number) =>
    InferenceSession.create(
      writeOnnx({
        opset: 13,
        nodes: [{ operator: 'Gemm', inputs: ['a', 'b'], outputs: ['y'], attributes: { transB } }],
        tensors: [],
        inputs: [
          { name: 'a', type: 'float32', dims: ['rows', 'inner'] },
          { name: 'b', type: 'float32', dims: transB === 1 ? ['columns', 'inner'] : ['inner', 'columns'] },
        ],
        outputs: [{ name: 'y', type: 'float32', dims: ['rows', 'columns'] }],
      }),
      { intraOpNumThreads: threads, interOpNumThreads: 1, enableCpuMemArena: false },
    );
  const plain = await open(0);
  const transposing = await open(1);
  return {
    async multiply(a, b, { rows, inner, columns, isTransposed = false }) {
      if (a.length !== rows * inner || b.length !== inner * columns) {
        throw new RangeError(
          `Matrices of ${a.length} and ${b.length} numbers are not ${rows} x ${inner} and ${inner} x ${columns}.`,
        );
      }
      if (rows === 0 || columns === 0 || inner === 0) return new Float32Array(rows * columns);
      const session = isTransposed ? transposing : plain;
      const { y } = await session.run({
        a: new Tensor('float32', a, [rows, inner]),
        b: new Tensor('float32', b, isTransposed ? [columns, inner] : [inner, columns]),
      });
      return y?.data as Float32Array;
    },
    async close() {
      await plain.release();
      await transposing.release();
    },
  };
}

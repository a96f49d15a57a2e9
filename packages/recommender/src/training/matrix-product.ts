/**
 * Products of large row-major float32 matrices: what nearly all the time of training goes into. A port, because the
 * fast ones come from native libraries (@kindling/encoder has one over ONNX Runtime), and loops of our own are
 * twenty times slower.
 */
export interface MatrixProduct {
  /** a [rows x inner] times b [inner x columns], or times the transpose of b [columns x inner]. */
  multiply(
    a: Float32Array,
    b: Float32Array,
    shape: {
      readonly rows: number;
      readonly inner: number;
      readonly columns: number;
      readonly isTransposed?: boolean;
    },
  ): Promise<Float32Array>;
}

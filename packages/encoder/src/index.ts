export * from './create-encoder.js';
export * from './encoder.js';
export * from './encoding-error.js';
export { createMatrixProduct, type OnnxMatrixProduct } from './matrix-product.js';

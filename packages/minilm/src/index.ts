import { fileURLToPath } from 'node:url';

// The weights lie beside src and dist, so one relative address serves sources and builds.
const folder = fileURLToPath(new URL('../model', import.meta.url));

/**
 * The encoder that comes with Kindling. `folder` is what @kindling/encoder opens: the manifest in it
 * (kindling-model.json) holds the settings below and the checksums that are verified before the model loads.
 */
export const minilm = {
  folder,
  name: 'all-MiniLM-L6-v2-int8',
  licence: 'Apache-2.0',
  dimensions: 384,
  pooling: 'mean',
  maximumTokens: 256,
  sha256: {
    'model.onnx': 'afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1',
    'tokenizer.json': 'da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0',
  },
} as const;

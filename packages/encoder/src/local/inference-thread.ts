import { workerData } from 'node:worker_threads';
import {
  type EncodedBatch,
  type InferenceDevice,
  openEncoderSession,
  type SessionSettings,
} from './inference-session.js';
import { serveThread } from './thread-entry.js';
import type { TokenisedTexts } from './tokenizer-thread.js';

export interface InferenceThreadReady {
  readonly device: InferenceDevice;
  readonly dimensions: number;
  readonly batchIndependent: boolean;
}

await serveThread<TokenisedTexts, EncodedBatch, InferenceThreadReady>(async () => {
  const { session, device } = await openEncoderSession(workerData as SessionSettings);
  return {
    ready: { device, dimensions: session.dimensions, batchIndependent: session.batchIndependent },
    answer: async (batch) => {
      const value = await session.run(batch);
      return { value, transfer: [value.vectors.buffer as ArrayBuffer] };
    },
  };
});

import { workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { EncoderSession, type SessionSettings } from '../local/inference-session.js';
import { serveThread } from '../local/thread-entry.js';
import type { TokenisedTexts } from '../local/tokenizer-thread.js';
import { gemmModel, gemmSide } from './gemm-model.js';

export type MeasuringThreadData =
  | { readonly kind: 'sessions'; readonly settings: SessionSettings }
  | { readonly kind: 'gemm' };

/** Batches to run as fast as a bare session can, or how many products to compute. */
export type MeasuringRequest = readonly TokenisedTexts[] | number;

const data = workerData as MeasuringThreadData;

await serveThread<MeasuringRequest, null, null>(async () => {
  const work = data.kind === 'gemm' ? await openGemm() : await openRaw(data.settings);
  return {
    ready: null,
    answer: async (request) => {
      await work(request);
      return { value: null };
    },
  };
});

async function openRaw(settings: SessionSettings): Promise<(request: MeasuringRequest) => Promise<void>> {
  const session = await EncoderSession.open(settings, ['cpu']);
  return async (request) => {
    if (typeof request === 'number') return;
    for (const batch of request) await session.runBare(batch);
  };
}

async function openGemm(): Promise<(request: MeasuringRequest) => Promise<void>> {
  const session = await InferenceSession.create(gemmModel(), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const x = new Tensor('uint8', new Uint8Array(gemmSide ** 2).fill(100), [gemmSide, gemmSide]);
  return async (request) => {
    if (typeof request !== 'number') return;
    for (let run = 0; run < request; run++) await session.run({ x });
  };
}

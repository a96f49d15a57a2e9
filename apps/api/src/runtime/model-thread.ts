import { parentPort, type TransferListItem, workerData } from 'node:worker_threads';
import { createMatrixProduct } from '@kindling/encoder';
import {
  type CatalogueItem,
  deserialiseModel,
  foldIn,
  type MatrixProduct,
  servedLists,
  servedModel,
  type TrainedModel,
} from '@kindling/recommender';
import { createPool, type Pool, readArrivals, readModelArtefact } from '@kindling/storage';
import type {
  FoldedArrivals,
  LoadedModel,
  ModelAnswers,
  ModelJob,
  ModelReply,
  ModelThreadStart,
} from './model-job.js';

/**
 * The entry of a thread that does one job on one model, and ends: fetching, checking and parsing tens of megabytes, and
 * products of large matrices, would hold up every request on the thread that answers them. Nothing stays in memory.
 */
const { databaseUrl, job, stop } = workerData as ModelThreadStart;

const pool = createPool({ databaseUrl, applicationName: 'kindling-api-model', maxConnections: 1 });
let reply: ModelReply;
try {
  reply = { answer: await answerTo(pool, job) };
} catch (error) {
  reply = { problem: error instanceof Error ? error.message : String(error) };
}
await pool.end();
parentPort?.postMessage(reply, 'answer' in reply ? arraysOf(reply.answer) : []);

async function answerTo(pool: Pool, job: ModelJob): Promise<ModelAnswers[keyof ModelAnswers]> {
  const model = await deserialiseModel(await readModelArtefact(pool, job.catalogue, job.model));
  if (job.do === 'load') return loaded(model, job.isShared);
  const arrivals = await readArrivals(pool, job.catalogue, job.arrivals);
  return fold(model, arrivals);
}

function loaded(model: TrainedModel, isShared: boolean): LoadedModel {
  const { numbers, lists } = servedModel(model);
  if (!isShared) return { fusion: model.parameters.fusion, served: { numbers, lists } };
  const shared = lists.map(([scorer, { sources, starts, targets, scores }]) => {
    const inShared = {
      sources: inSharedMemory(sources, Int32Array),
      starts: inSharedMemory(starts, Int32Array),
      targets: inSharedMemory(targets, Int32Array),
      scores: inSharedMemory(scores, Float32Array),
    };
    return [scorer, inShared] as const;
  });
  const served = { numbers: inSharedMemory(numbers, Int32Array), lists: shared };
  return { fusion: model.parameters.fusion, served };
}

function inSharedMemory<Array extends Int32Array | Float32Array>(
  array: Array,
  Kind: new (buffer: SharedArrayBuffer) => Array,
): Array {
  const shared = new Kind(new SharedArrayBuffer(array.byteLength));
  shared.set(array);
  return shared;
}

async function fold(model: TrainedModel, arrivals: readonly CatalogueItem[]): Promise<FoldedArrivals | null> {
  if (arrivals.length === 0) return null;
  // one thread: the others are for those who wait for an answer
  const native = await createMatrixProduct(1);
  const product: MatrixProduct = {
    multiply: (a, b, shape) => {
      if (Atomics.load(stop, 0) !== 0) throw new Error('Nobody needs the lists any more.');
      return native.multiply(a, b, shape);
    },
  };
  try {
    const lists = await foldIn(model, arrivals, { product });
    return { served: servedLists([['bridge', lists]]), arrivals: arrivals.length };
  } finally {
    await native.close();
  }
}

/** Handed over, not copied; what lies in shared memory belongs to both sides anyway. */
function arraysOf(answer: ModelAnswers[keyof ModelAnswers]): TransferListItem[] {
  if (answer === null) return [];
  const { numbers, lists } = answer.served;
  const arrays = lists.flatMap(([, { sources, starts, targets, scores }]) => [
    sources,
    starts,
    targets,
    scores,
  ]);
  return [numbers, ...arrays].flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}

import { parentPort, workerData } from 'node:worker_threads';
import { fitPrincipalPlane, projectOnto } from '@kindling/recommender';
import {
  countVectors,
  createPool,
  findMapPlane,
  type Pool,
  readVectorChanges,
  type StoredPlane,
  sampleVectors,
  saveMapPlane,
} from '@kindling/storage';
import type { MapBatch, MapJob, MapMessage } from './map-job.js';

/**
 * The entry of a thread that draws one catalogue's map, and ends: fitting a plane and parsing 150 MB of vectors would
 * hold up every request on the thread that answers them. A batch of vectors at a time is in its memory.
 */
const job = workerData as MapJob;
/** Enough to know two directions of hundreds; more would move them by less than a pixel. */
const mostFittedOn = 8_000;
/** A plane is fitted anew when the catalogue has grown so much that it may speak of another one. */
const refitAtGrowth = 2;

const nothing: MapBatch = {
  planeVersion: 0,
  explained: 0,
  total: 0,
  numbers: new Float64Array(),
  points: new Int16Array(),
  upTo: 0,
  isLast: true,
};

const pool = createPool({
  databaseUrl: job.databaseUrl,
  applicationName: 'kindling-api-map',
  maxConnections: 1,
});
try {
  await draw(pool);
} catch (error) {
  send({ problem: error instanceof Error ? error.message : String(error) });
}
await pool.end();

async function draw(pool: Pool): Promise<void> {
  const { catalogue, model } = job;
  const total = await countVectors(pool, catalogue, model);
  const plane = await planeOf(pool, total);
  if (plane === null) return send(nothing);
  let upTo = plane.version === job.planeVersion ? job.after : 0;
  for (let more = true; more; ) {
    const batch = await readVectorChanges(pool, catalogue, model, upTo);
    ({ upTo, more } = batch);
    const points = Int16Array.from(projectOnto(plane, batch.vectors), (value) =>
      Math.round(32_767 * Math.max(-1, Math.min(1, value / plane.reach))),
    );
    send({
      planeVersion: plane.version,
      explained: plane.explained,
      total,
      numbers: Float64Array.from(batch.numbers),
      points,
      upTo,
      isLast: !more,
    });
  }
}

/** Null: there is no vector yet. */
async function planeOf(pool: Pool, total: number): Promise<StoredPlane | null> {
  const { catalogue, model } = job;
  const known = await findMapPlane(pool, catalogue, model);
  if (known !== null && total < refitAtGrowth * known.fittedOn) return known;
  const { count, vectors } = await sampleVectors(pool, catalogue, model, mostFittedOn);
  if (count === 0) return known;
  const plane = fitPrincipalPlane(vectors, vectors.length / count);
  return saveMapPlane(pool, catalogue, model, { plane, fittedOn: Math.max(count, total) });
}

function send(message: MapMessage): void {
  parentPort?.postMessage(message, 'problem' in message ? [] : buffersOf(message));
}

function buffersOf({ numbers, points }: MapBatch): ArrayBuffer[] {
  return [numbers.buffer as ArrayBuffer, points.buffer as ArrayBuffer];
}

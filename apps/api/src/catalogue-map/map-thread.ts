import { parentPort, workerData } from 'node:worker_threads';
import { fitPrincipalPlane, projectOnto } from '@kindling/recommender';
import {
  countVectors,
  createPool,
  findMapPlane,
  type Pool,
  readMapItems,
  readVectorChanges,
  type StoredPlane,
  sampleVectors,
  saveMapPlane,
} from '@kindling/storage';
import { drawPicture, type MapItem } from './draw-picture.js';
import type { MapJob, MapMessage, MapPlaces } from './map-job.js';

/**
 * The entry of a thread that draws one catalogue's map, and ends: fitting a plane, parsing 150 MB of vectors and
 * writing 100,000 points would hold up every request on the thread that answers them. All vectors are never in its
 * memory at once.
 */
const job = workerData as MapJob;
/** Enough to know two directions of hundreds; more would move them by less than a pixel. */
const mostFittedOn = 8_000;
/** A plane is fitted anew when the catalogue has grown so much that it may speak of another one. */
const refitAtGrowth = 2;
/** An item counts as new for so long, as in the exposure of days 0 to 14. */
const newForMs = 14 * 86_400_000;
const noPlaces: MapPlaces = {
  planeVersion: 0,
  explained: 0,
  numbers: new Float64Array(),
  points: new Int16Array(),
  upTo: 0,
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
  const { catalogue, model, atMs } = job;
  const total = await countVectors(pool, catalogue, model);
  const plane = await planeOf(pool, total);
  const placed = plane === null ? noPlaces : await place(pool, plane, total);
  // after the vectors: an item that arrives in between has its point in the next picture
  const { items, upTo: itemsUpTo } = await livingItems(pool);
  const places = livingPlaces(placed, items);
  const version = [model, places.planeVersion, places.upTo, itemsUpTo, Math.floor(atMs / 3_600_000)].join(
    '/',
  );
  send({ finished: { picture: drawPicture(places, items, version), places, itemsUpTo, atMs, total } });
}

/** The places that are known, and those of the vectors that changed since. */
async function place(pool: Pool, plane: StoredPlane, total: number): Promise<MapPlaces> {
  const known = job.known?.planeVersion === plane.version ? job.known : noPlaces;
  const placeByNumber = new Map<number, readonly [x: number, y: number]>();
  known.numbers.forEach((number, at) => {
    placeByNumber.set(number, [known.points[2 * at] ?? 0, known.points[2 * at + 1] ?? 0]);
  });
  let upTo = known.upTo;
  for (let more = true; more; ) {
    send({ done: Math.min(placeByNumber.size, total), total });
    const batch = await readVectorChanges(pool, job.catalogue, job.model, upTo);
    ({ upTo, more } = batch);
    const points = projectOnto(plane, batch.vectors);
    batch.numbers.forEach((number, at) => {
      placeByNumber.set(number, [
        coordinate((points[2 * at] ?? 0) / plane.reach),
        coordinate((points[2 * at + 1] ?? 0) / plane.reach),
      ]);
    });
  }
  return {
    planeVersion: plane.version,
    explained: plane.explained,
    numbers: Float64Array.from(placeByNumber.keys()),
    points: Int16Array.from([...placeByNumber.values()].flat()),
    upTo,
  };
}

/** int16 of -1 to 1. */
function coordinate(share: number): number {
  return Math.round(32_767 * Math.max(-1, Math.min(1, share)));
}

async function livingItems(pool: Pool): Promise<{ items: Map<number, MapItem>; upTo: number }> {
  const newSince = new Date(job.atMs - newForMs);
  const items = new Map<number, MapItem>();
  let after = 0;
  for (let more = true; more; ) {
    const batch = await readMapItems(pool, job.catalogue, { after, newSince });
    batch.numbers.forEach((number, at) => {
      if (batch.lives[at] !== true) items.delete(number);
      else items.set(number, { category: batch.categories[at] ?? null, isNew: batch.isNew[at] ?? false });
    });
    ({ upTo: after, more } = batch);
  }
  return { items, upTo: after };
}

/** Vectors go with their items, and an item that comes back gets another: what is gone need not be kept. */
function livingPlaces(places: MapPlaces, items: ReadonlyMap<number, MapItem>): MapPlaces {
  const alive = [...places.numbers.keys()].filter((at) => items.has(places.numbers[at] ?? -1));
  if (alive.length === places.numbers.length) return places;
  return {
    ...places,
    numbers: Float64Array.from(alive, (at) => places.numbers[at] ?? 0),
    points: Int16Array.from(
      alive.flatMap((at) => [places.points[2 * at] ?? 0, places.points[2 * at + 1] ?? 0]),
    ),
  };
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
  const handedOver =
    'finished' in message
      ? [message.finished.places.numbers.buffer, message.finished.places.points.buffer]
      : [];
  parentPort?.postMessage(message, handedOver as ArrayBuffer[]);
}

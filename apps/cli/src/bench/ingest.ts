import { chmodSync, createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type CatalogueId, seededRandom } from '@kindling/domain';
import {
  createCatalogue,
  createImportRun,
  createKey,
  createPool,
  findImportRun,
  type Pool,
  storeUploadedFile,
} from '@kindling/storage';
import { startTemporaryPostgres } from '@kindling/storage/embedded-postgres';
import { spawnApp } from './spawned-app.js';

export interface BenchIngestOptions {
  readonly rows?: number;
  /** How long events are sent. */
  readonly seconds?: number;
  readonly peers?: boolean;
}

const eventsACall = 1_000;
const callsAtOnce = 8;

/**
 * A generated catalogue file through the real worker, and events through the real API, each a process of its own, on
 * a Postgres that syncs to disk. Beside it, in the same run, Postgres alone: COPY of the same file into a bare table
 * without index or key is what this machine could store at best.
 */
export async function benchIngest(options: BenchIngestOptions = {}): Promise<object> {
  const rows = options.rows ?? 1_000_000;
  const folder = mkdtempSync(join(tmpdir(), 'kindling-bench-'));
  // the database server, perhaps another user, reads the file for the comparison
  chmodSync(folder, 0o755);
  const postgres = await startTemporaryPostgres({ durable: true });
  const pool = createPool({
    databaseUrl: postgres.databaseUrl,
    applicationName: 'kindling-bench',
    statementTimeoutMs: 0,
  });
  try {
    const file = join(folder, 'items.csv');
    await writeItems(file, rows);
    const catalogue = (await createCatalogue(pool, { id: 'bench', name: 'Bench', scenario: 'shop' })).id;
    const copiedBefore = await copyBare(pool, file, rows);
    const importing = await importFile(pool, postgres.databaseUrl, catalogue, file, rows);
    const copiedAfter = await copyBare(pool, file, rows);
    const events = await sendEvents(pool, postgres.databaseUrl, catalogue, options.seconds ?? 10, folder);
    const limit = Math.max(copiedBefore, copiedAfter);
    return {
      machine: { cpu: cpus()[0]?.model, cores: cpus().length, loadAverage: loadavg()[0] },
      catalogueFile: {
        ...importing,
        limitRowsPerSecond: Math.round(limit),
        shareOfLimit: round(importing.rowsPerSecond / limit),
        limit:
          'COPY of the same file by the server itself into a table of text columns, without key or index',
      },
      events,
      ...(options.peers ? { peers: 'none: no peer that reads such files can be installed from npm' } : {}),
    };
  } finally {
    await pool.end();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Twelve columns, some 200 bytes a row, quotes and line ends in every tenth description. */
async function writeItems(file: string, rows: number): Promise<void> {
  const random = seededRandom('bench ingest');
  const word = () => words[Math.floor(random() * words.length)] ?? '';
  const text = (count: number) => Array.from({ length: count }, word).join(' ');
  function* lines() {
    yield 'id,title,description,categories,tags,price,currency,url,publishedAt,brand,year,inStock\n';
    let block = '';
    for (let row = 0; row < rows; row++) {
      const plain = text(12);
      const description = row % 10 === 0 ? `"${plain}, ""${word()}"" and\n${word()}"` : plain;
      const day = `2024-0${1 + (row % 9)}-1${row % 10}`;
      block +=
        `item-${row},${text(2)} ${row},${description},${word()}|${word()},${word()};${word()},${(row % 10_000) / 100},` +
        `EUR,https://example.com/p/${row},${day},${word()},${1950 + (row % 70)},${row % 2 === 0}\n`;
      if (block.length > 1 << 18) {
        yield block;
        block = '';
      }
    }
    yield block;
  }
  await pipeline(Readable.from(lines()), createWriteStream(file, { mode: 0o644 }));
}

/** Rows a second. */
async function copyBare(pool: Pool, file: string, rows: number): Promise<number> {
  await pool.query('DROP TABLE IF EXISTS bare');
  await pool.query(`CREATE TABLE bare (id text, title text, description text, categories text, tags text, price text,
    currency text, url text, published_at text, brand text, year text, in_stock text)`);
  const begun = performance.now();
  await pool.query(`COPY bare FROM '${file.replaceAll("'", "''")}' WITH (FORMAT csv, HEADER)`);
  return (rows * 1_000) / (performance.now() - begun);
}

async function importFile(
  pool: Pool,
  databaseUrl: string,
  catalogue: CatalogueId,
  file: string,
  rows: number,
) {
  const uploading = performance.now();
  const upload = await storeUploadedFile(pool, catalogue, {
    name: 'items.csv',
    content: createReadStream(file, { highWaterMark: 1 << 20 }),
    maximumBytes: Number.MAX_SAFE_INTEGER,
  });
  const uploadSeconds = (performance.now() - uploading) / 1_000;
  // encoding is measured by `bench embed`: here it would take the cores away
  const worker = await spawnApp('worker', {
    DATABASE_URL: databaseUrl,
    WORKER_JOBS: 'import-catalogue',
  });
  const idleCpu = worker.cpuSeconds() ?? 0;
  try {
    const begun = performance.now();
    const { id } = await createImportRun(pool, {
      catalogue,
      fileId: upload.id,
      fileName: upload.name,
      format: 'AUTO',
      mapping: [],
      dryRun: false,
      totalBytes: upload.bytes,
      createdBy: null,
    });
    let run = await findImportRun(pool, catalogue, id);
    while (run !== null && run.finishedAt === null) {
      await delay(100);
      run = await findImportRun(pool, catalogue, id);
    }
    const seconds = (performance.now() - begun) / 1_000;
    if (run?.status !== 'SUCCEEDED' || run.created !== rows) {
      throw new Error(
        `The import ended as ${run?.status} with ${run?.created} of ${rows} rows: ${run?.error}`,
      );
    }
    const cpuSeconds = worker.cpuSeconds();
    const peakBytes = worker.peakBytes();
    return {
      rows,
      megabytes: Math.round(statSync(file).size / 1e6),
      uploadSeconds: round(uploadSeconds),
      seconds: round(seconds),
      rowsPerSecond: Math.round(rows / seconds),
      workerCpuSeconds: cpuSeconds === null ? null : round(cpuSeconds - idleCpu),
      workerPeakMegabytes: peakBytes === null ? null : Math.round(peakBytes / 1e6),
    };
  } finally {
    await worker.stop();
  }
}

/** Batches over HTTP, each acknowledged after its commit. */
async function sendEvents(
  pool: Pool,
  databaseUrl: string,
  catalogue: CatalogueId,
  seconds: number,
  folder: string,
) {
  const { secret } = await createKey(pool, { catalogue, kind: 'secret', name: 'bench' });
  const port = await freePort();
  // a catalogue of its own, small: what is measured is events, not how a million items are loaded
  await pool.query('DELETE FROM item WHERE catalogue_id = $1 AND id >= $2', [catalogue, 'item-2']);
  const api = await spawnApp('api', {
    DATABASE_URL: databaseUrl,
    API_PORT: String(port),
    DATA_DIR: join(folder, 'api'),
    EMBEDDING_THREADS: '1',
    API_POINTS_PER_SECOND: '1000000',
  });
  const idleCpu = api.cpuSeconds() ?? 0;
  try {
    const url = `http://127.0.0.1:${port}/graphql`;
    const begun = performance.now();
    let sent = 0;
    let accepted = 0;
    const latencies: number[] = [];
    const sender = async (number: number) => {
      while (performance.now() - begun < seconds * 1_000) {
        const batch = sent++;
        const started = performance.now();
        const answer = await postEvents(url, secret, batch, number);
        latencies.push(performance.now() - started);
        accepted += answer;
      }
    };
    await Promise.all(Array.from({ length: callsAtOnce }, (_, number) => sender(number)));
    const took = (performance.now() - begun) / 1_000;
    const stored = await pool.query<{ count: number }>(
      'SELECT count(*)::float8 AS count FROM event WHERE catalogue_id = $1',
      [catalogue],
    );
    if (stored.rows[0]?.count !== accepted) {
      throw new Error(`${accepted} events were acknowledged, but ${stored.rows[0]?.count} are stored.`);
    }
    const cpuSeconds = api.cpuSeconds();
    latencies.sort((a, b) => a - b);
    return {
      eventsACall,
      callsAtOnce,
      accepted,
      eventsPerSecond: Math.round(accepted / took),
      medianCallMs: Math.round(latencies[Math.floor(latencies.length / 2)] ?? 0),
      p99CallMs: Math.round(latencies[Math.floor(latencies.length * 0.99)] ?? 0),
      apiCpuSeconds: cpuSeconds === null ? null : round(cpuSeconds - idleCpu),
    };
  } finally {
    await api.stop();
  }
}

const types = ['VIEW', 'CLICK', 'FAVOURITE', 'PURCHASE'];

async function postEvents(url: string, key: string, batch: number, sender: number): Promise<number> {
  const events = Array.from({ length: eventsACall }, (_, index) => ({
    id: `e${batch}-${sender}-${index}`,
    type: types[index % types.length],
    profileId: `p${(batch * 31 + index) % 5_000}`,
    itemId: `item-${(batch * 17 + index) % 10_000}`,
  }));
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({
      query: 'mutation ($events: [EventInput!]!) { trackEvents(events: $events) { accepted } }',
      variables: { events },
    }),
  });
  const answer = (await response.json()) as { data?: { trackEvents?: { accepted: number } } };
  if (answer.data?.trackEvents === undefined)
    throw new Error(`Events were refused: ${JSON.stringify(answer)}`);
  return answer.data.trackEvents.accepted;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const round = (number: number) => Math.round(number * 100) / 100;

const words =
  'amber anchor basket bright candle canyon cotton copper dawn desert ember falcon forest garden glacier harbour island ivory jungle lantern linen marble meadow midnight ocean orchid paper pepper pine planet quartz raven river saffron shadow silver summit thunder timber velvet violet walnut willow winter'.split(
    ' ',
  );

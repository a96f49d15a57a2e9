import { setTimeout as delay } from 'node:timers/promises';
import { itemId, systemClock } from '@kindling/domain';
import { simulate } from '@kindling/simulator';
import type { Pool } from '@kindling/storage';
import { z } from 'zod';
import type { ApiClient } from './api-client.js';
import { type DemoFilm, openDemoFile, readDemoFilms, writeDemoFile } from './demo-films.js';

export interface DemoOptions {
  readonly pool: Pool;
  readonly admin: ApiClient;
  readonly publicApi: ApiClient;
  readonly filesUrl: string;
  readonly catalogue: string;
  readonly dataDir: string;
  readonly say: (message: string) => void;
  readonly stopped: () => boolean;
}

const fileName = 'films.jsonl';
const seed = 'films';
const visitors = 300;
const batchSize = 500;
const sayEveryMs = 2_000;

/**
 * Fills the demo catalogue the way anyone fills theirs: upload, import, wait until the worker has encoded it, send
 * events. Every step looks at what is there first, so a killed start is continued by the next.
 */
export async function fillDemo(options: DemoOptions): Promise<{ readonly changed: boolean }> {
  const films = readDemoFilms();
  if ((await countItems(options)) < films.length) await importFilms(films, options);
  await waitUntilEncoded(options);
  return { changed: await sendVisits(films, options) };
}

const importRunSchema = z.object({
  id: z.string(),
  status: z.enum(['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED']),
  rows: z.number(),
  created: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  rejected: z.number(),
  error: z.string().nullable(),
});
const importFields = 'id status rows created updated unchanged rejected error';

async function importFilms(films: readonly DemoFilm[], options: DemoOptions): Promise<void> {
  const file = writeDemoFile(options.dataDir, films);
  const fileId = await options.admin.upload(options.filesUrl, fileName, openDemoFile(file));
  const { importCatalogue } = await options.admin.query(
    z.object({ importCatalogue: importRunSchema }),
    `mutation Import($input: ImportInput!) { importCatalogue(input: $input) { ${importFields} } }`,
    { input: { fileId, format: 'JSONL', mapping: [] } },
  );
  let run = importCatalogue;
  const say = sparingly(options.say);
  while (run.status === 'QUEUED' || run.status === 'RUNNING') {
    if (options.stopped()) return;
    await delay(200);
    const answer = await options.admin.query(
      z.object({ importRun: importRunSchema }),
      `query Run($id: ID!) { importRun(id: $id) { ${importFields} } }`,
      { id: run.id },
    );
    run = answer.importRun;
    say(`importing films: ${run.rows} of ${films.length} rows read`);
  }
  if (run.status === 'FAILED') throw new Error(`the import of ${file} failed: ${run.error}`);
  options.say(
    `imported ${run.rows} films: ${run.created} new, ${run.updated} changed, ${run.unchanged} unchanged, ${run.rejected} refused`,
  );
}

async function waitUntilEncoded(options: DemoOptions): Promise<void> {
  const begun = Date.now();
  const say = sparingly(options.say);
  const { total, encoded } = await countEncoded(options);
  if (encoded === total) {
    options.say(`encoded ${encoded} of ${total} films before`);
    return;
  }
  for (;;) {
    if (options.stopped()) return;
    const { total, encoded, failed } = await countEncoded(options);
    if (encoded + failed >= total) {
      const seconds = ((Date.now() - begun) / 1_000).toFixed(1);
      options.say(
        `encoded ${encoded} of ${total} films${failed ? ` (${failed} could not be)` : ''} in ${seconds} s`,
      );
      return;
    }
    say(`encoding films with BERT: ${encoded} of ${total}`);
    await delay(300);
  }
}

/** Whether there was anything to send. */
async function sendVisits(films: readonly DemoFilm[], options: DemoOptions): Promise<boolean> {
  const simulation = simulate({
    items: films.map((film) => ({ ...film, id: itemId(film.id) })),
    seed,
    clock: systemClock,
    visitors,
  });
  const batches = [...simulation.batches(batchSize)];
  const total = batches.reduce((sum, batch) => sum + batch.length, 0);
  if ((await countVisits(options)) >= total) return false;
  const say = sparingly(options.say);
  let sent = 0;
  for (const events of batches) {
    if (options.stopped()) return true;
    const { trackEvents } = await options.publicApi.query(
      z.object({ trackEvents: z.object({ rejected: z.array(z.object({ message: z.string() })) }) }),
      'mutation Visit($events: [EventInput!]!) { trackEvents(events: $events) { rejected { message } } }',
      { events },
    );
    const [refused] = trackEvents.rejected;
    if (refused !== undefined) throw new Error(`a simulated event was refused: ${refused.message}`);
    sent += events.length;
    say(`simulating ${visitors} visitors: ${sent} of ${total} events`);
  }
  options.say(`simulated ${visitors} visitors with ${total} events (labelled as simulated)`);
  return true;
}

const countItems = async ({ pool, catalogue }: DemoOptions) => (await countEncodedIn(pool, catalogue)).total;
const countEncoded = ({ pool, catalogue }: DemoOptions) => countEncodedIn(pool, catalogue);

async function countEncodedIn(pool: Pool, catalogue: string) {
  const { rows } = await pool.query<{ total: number; encoded: number; failed: number }>(
    `SELECT count(*)::int AS total,
            count(*) FILTER (WHERE embedded_hash = content_hash)::int AS encoded,
            (SELECT count(*)::int FROM dead_letter
             WHERE catalogue_id = $1 AND job = 'embed-items' AND resolved_at IS NULL) AS failed
     FROM item WHERE catalogue_id = $1 AND deleted_at IS NULL`,
    [catalogue],
  );
  return rows[0] ?? { total: 0, encoded: 0, failed: 0 };
}

async function countVisits({ pool, catalogue }: DemoOptions): Promise<number> {
  const { rows } = await pool.query<{ events: number }>(
    'SELECT count(*)::int AS events FROM event WHERE catalogue_id = $1 AND simulated',
    [catalogue],
  );
  return rows[0]?.events ?? 0;
}

/** Progress that changes many times a second is said every other second, and only when it is news. */
function sparingly(say: (message: string) => void): (message: string) => void {
  let last = Date.now();
  let said = '';
  return (message) => {
    if (message === said || Date.now() - last < sayEveryMs) return;
    last = Date.now();
    said = message;
    say(message);
  };
}

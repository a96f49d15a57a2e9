import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { KindlingError } from '@kindling/domain';
import {
  type CatalogueFile,
  columnsHash,
  type FileRow,
  type ImportFormat,
  importFormats,
  openCatalogueFile,
} from '@kindling/ingest';
import {
  advanceImportRun,
  failImportRun,
  finishImportRun,
  type ImportCounts,
  type ImportReject,
  type ImportRun,
  type ItemOutcome,
  type ItemWrite,
  inChangeTransaction,
  type JobHandler,
  noteImportFault,
  type Pool,
  prepareItems,
  previewItems,
  readUploadedFile,
  recallMapping,
  rememberMapping,
  settleImportRun,
  showImportProgress,
  takeUpImportRun,
  transaction,
  writeItems,
} from '@kindling/storage';
import type { Failpoint } from '../failpoint.js';
import type { Log } from '../log.js';

/*
 * Reads an uploaded file into a catalogue. Rows, checkpoint, counts and refused rows of a batch are stored in one
 * transaction, and only while the checkpoint is where the batch began: a killed run goes on where it stopped, and two
 * workers on one run cannot store anything twice. A dry run goes the same way and writes no items.
 */

export interface ImportCatalogueParts {
  readonly pool: Pool;
  readonly log: Log;
  readonly failpoint: Failpoint;
  readonly batchRows?: number;
}

/** A batch is closed when it is this large or this old, so that progress is seen a few times a second. */
const defaultBatchRows = 4_000;
const batchCharacters = 4_000_000;
const batchMs = 300;
const progressMs = 500;

export function importCatalogue(parts: ImportCatalogueParts): JobHandler<{ runId: string }> {
  const { pool, log } = parts;
  return async ({ runId }, signal) => {
    const run = await takeUpImportRun(pool, runId);
    if (run === null) return;
    log.info('importing', {
      run: runId,
      catalogue: run.catalogue,
      file: run.fileName,
      from: run.checkpointRow,
    });
    try {
      await runImport(parts, run, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (isTakenOver(error)) {
        log.warn('an import was taken over by another worker', { run: runId });
      } else if (
        error instanceof KindlingError &&
        (error.code === 'BAD_INPUT' || error.code === 'TOO_LARGE')
      ) {
        log.warn('an import failed', { run: runId, error });
        await failImportRun(pool, runId, error.message);
      } else {
        await noteImportFault(
          pool,
          runId,
          'The import is held up by a fault of the server and will be tried again.',
        );
        await delay(1_000 * run.attempts, undefined, { signal }).catch(() => undefined);
        throw error;
      }
    }
  };
}

const isTakenOver = (error: unknown) => error instanceof KindlingError && error.code === 'CONFLICT';

async function runImport(parts: ImportCatalogueParts, run: ImportRun, signal: AbortSignal): Promise<void> {
  const { pool, log } = parts;
  if (run.fileId === null)
    throw new KindlingError('BAD_INPUT', 'The file of this import is gone: upload it again.');
  const reading = { bytes: 0 };
  const file = await openCatalogueFile(counted(readUploadedFile(pool, run.fileId), reading), {
    fileName: run.fileName,
    format: knownFormat(run.format),
    mapping: run.mapping,
    recall: async (columns) => recallMapping(pool, run.catalogue, columnsHash(columns)),
  });
  if (run.checkpointRow === 0) {
    await settleImportRun(pool, run.id, file);
    if (run.mapping.length > 0 && !run.dryRun) {
      await rememberMapping(pool, run.catalogue, columnsHash(file.columns), file.mapping);
    }
  }
  const batches = new BatchWriter(parts, run);
  const finished = await readRows(file, batches, run, reading, pool, signal);
  await batches.flush(reading.bytes);
  await batches.settled();
  if (!finished) return;
  await finishImportRun(pool, run.id);
  log.info('imported', { run: run.id, catalogue: run.catalogue, rows: batches.row });
}

/** Feeds rows to the writer; false when it was asked to stop before the end of the file. */
async function readRows(
  file: CatalogueFile,
  batches: BatchWriter,
  run: ImportRun,
  reading: { readonly bytes: number },
  pool: Pool,
  signal: AbortSignal,
): Promise<boolean> {
  let row = 0;
  let shownAt = Date.now();
  for await (const rows of file.rows) {
    for (const one of rows) {
      // rows before the checkpoint are read again, for the ids they hold, but not stored again
      if (++row <= run.checkpointRow) continue;
      batches.add(one);
      if (batches.isFull()) await batches.flush(reading.bytes);
    }
    if (signal.aborted) return false;
    // The batch that is being stored goes back and forth with Postgres: its answers are heard between two pieces.
    await nextTurn();
    if (batches.isOld()) await batches.flush(reading.bytes);
    if (Date.now() - shownAt > progressMs) {
      shownAt = Date.now();
      await showImportProgress(pool, run.id, reading.bytes);
    }
  }
  return true;
}

/** Collects rows, and stores one batch while the next is read. */
class BatchWriter {
  row: number;
  private writes: ItemWrite[] = [];
  private rejects: ImportReject[] = [];
  private refusedRows = 0;
  private characters = 0;
  private from: number;
  private openedAt = Date.now();
  private storing: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: ImportCatalogueParts,
    private readonly run: ImportRun,
  ) {
    this.row = run.checkpointRow;
    this.from = run.checkpointRow;
  }

  add(row: FileRow): void {
    this.row++;
    if ('item' in row) {
      this.characters += 500 + (row.item.description?.length ?? 0);
      this.writes.push({ item: row.item, contentHash: null });
      return;
    }
    this.refusedRows++;
    this.characters += 500;
    for (const problem of row.problems)
      this.rejects.push({ ...problem, line: row.line, excerpt: row.excerpt });
  }

  isFull(): boolean {
    const rows = this.row - this.from;
    return rows >= (this.parts.batchRows ?? defaultBatchRows) || this.characters >= batchCharacters;
  }

  isOld(): boolean {
    return this.row > this.from && Date.now() - this.openedAt > batchMs;
  }

  /** Starts to store what was collected, after the batch before it is stored. */
  async flush(readBytes: number): Promise<void> {
    await this.storing;
    if (this.row === this.from) return;
    const batch = {
      runId: this.run.id,
      fromRow: this.from,
      toRow: this.row,
      readBytes,
      rejects: this.rejects,
    };
    this.storing = storeBatch(this.parts, this.run, batch, this.writes, this.refusedRows);
    // its failure is thrown by whoever waits for it next
    this.storing.catch(() => undefined);
    this.writes = [];
    this.rejects = [];
    this.refusedRows = 0;
    this.characters = 0;
    this.from = this.row;
    this.openedAt = Date.now();
  }

  async settled(): Promise<void> {
    await this.storing;
  }
}

async function storeBatch(
  { pool, failpoint }: ImportCatalogueParts,
  run: ImportRun,
  batch: Omit<Parameters<typeof advanceImportRun>[1], 'counts'>,
  writes: readonly ItemWrite[],
  refused: number,
): Promise<void> {
  const rows = batch.toRow - batch.fromRow;
  if (run.dryRun) {
    const counts = countsOf(await previewItems(pool, run.catalogue, writes), rows, refused);
    await transaction(pool, (client) => advanceImportRun(client, { ...batch, counts }));
    return;
  }
  const prepared = prepareItems(writes);
  const by = { actor: run.createdBy ?? 'system', importId: run.id };
  await inChangeTransaction(pool, run.catalogue, async (client) => {
    const counts = countsOf(await writeItems(client, run.catalogue, prepared, by), rows, refused);
    await advanceImportRun(client, { ...batch, counts });
    failpoint('import.before-commit');
  });
  failpoint('import.after-commit');
}

function countsOf(outcomes: readonly ItemOutcome[], rows: number, rejected: number): ImportCounts {
  const count = (outcome: ItemOutcome) => outcomes.filter((one) => one === outcome).length;
  return {
    rows,
    created: count('CREATED'),
    updated: count('UPDATED'),
    unchanged: count('UNCHANGED'),
    rejected,
  };
}

async function* counted(pieces: AsyncIterable<Buffer>, reading: { bytes: number }): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    reading.bytes += piece.length;
    yield piece;
  }
}

/** What is not said is found out from the file. */
const knownFormat = (format: string): ImportFormat | undefined => importFormats.find((one) => one === format);

import { readFile } from 'node:fs/promises';
import { planBatches } from '../local/batch-plan.js';
import { TextTokenizer } from '../local/text-tokenizer.js';
import { Thread } from '../local/thread.js';
import type { TokenisedTexts } from '../local/tokenizer-thread.js';
import { openModelFolder } from '../model-folder.js';
import { gemmOperations } from './gemm-model.js';
import type { MeasuringRequest, MeasuringThreadData } from './measuring-thread.js';

/** What `kindling bench embed` measures the encoder against; nothing else imports this. */
export interface RawSessions {
  /** Runs all batches, shared out over the threads, with nothing but the session's own work. */
  run(): Promise<void>;
  close(): Promise<void>;
}

export interface PreparedTexts {
  readonly batches: readonly TokenisedTexts[];
  readonly lengths: readonly number[];
  /** Share of the batches that is padding. */
  readonly padding: number;
}

/** Tokenises and batches beforehand, as the encoder would, so that a raw loop does only inference. */
export async function prepareTexts(
  folder: string,
  texts: readonly string[],
  batchTokens = 256,
): Promise<PreparedTexts> {
  const model = await openModelFolder(folder);
  const tokenizer = new TextTokenizer(
    JSON.parse(await readFile(model.tokenizerPath, 'utf8')),
    {},
    model.maximumTokens,
  );
  const rows = texts.map((text) => tokenizer.encode(text));
  const lengths = rows.map((row) => row.length);
  const plan = planBatches(lengths, { budgetTokens: batchTokens, maximumPadding: 0.05 });
  const batches = plan.map((places) => {
    const own = places.map((place) => rows[place] ?? []);
    return { ids: Int32Array.from(own.flat()), lengths: Int32Array.from(own, (row) => row.length) };
  });
  const padded = batches.reduce((sum, batch) => sum + batch.lengths.length * Math.max(...batch.lengths), 0);
  const real = lengths.reduce((sum, length) => sum + length, 0);
  return { batches, lengths, padding: 1 - real / padded };
}

/** The same graph as the encoder's ('row'), or the file as it is ('file'), on as many 1-thread sessions. */
export async function openRawSessions(
  folder: string,
  batches: readonly TokenisedTexts[],
  threads: number,
  activationScales: 'row' | 'file',
): Promise<RawSessions> {
  const model = await openModelFolder(folder);
  const pool = await startThreads(threads, {
    kind: 'sessions',
    settings: {
      onnxPath: model.onnxPath,
      pooling: model.pooling,
      device: 'cpu',
      padId: model.padId,
      probe: [101, 102],
      activationScales,
    },
  });
  return {
    run: async () => {
      let next = 0;
      const lane = async (thread: MeasuringThread) => {
        // Four at a time: a thread never waits for the next message.
        for (let from = next; from < batches.length; from = next) {
          next = from + 4;
          await thread.request(batches.slice(from, from + 4));
        }
      };
      await Promise.all(pool.map(lane));
    },
    close: () => stopThreads(pool),
  };
}

export interface GemmPeak {
  /** Runs products on every thread and says how many operations that was. */
  run(productsPerThread: number): Promise<number>;
  close(): Promise<void>;
}

export async function openGemmPeak(threads: number): Promise<GemmPeak> {
  const pool = await startThreads(threads, { kind: 'gemm' });
  return {
    run: async (products) => {
      await Promise.all(pool.map((thread) => thread.request(products)));
      return products * pool.length * gemmOperations;
    },
    close: () => stopThreads(pool),
  };
}

type MeasuringThread = Thread<MeasuringRequest, null>;

async function startThreads(count: number, data: MeasuringThreadData): Promise<MeasuringThread[]> {
  const entry = import.meta.url.endsWith('.ts') ? './measuring-thread.ts' : './measuring-thread.js';
  const started = await Promise.all(
    Array.from({ length: count }, () =>
      Thread.start<MeasuringRequest, null, null>(new URL(entry, import.meta.url), data),
    ),
  );
  return started.map(({ thread }) => thread);
}

async function stopThreads(threads: readonly MeasuringThread[]): Promise<void> {
  await Promise.all(threads.map((thread) => thread.stop()));
}

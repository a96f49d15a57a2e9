import { availableParallelism, cpus, loadavg } from 'node:os';
import { createEncoder } from '@kindling/encoder';
import { openGemmPeak, openRawSessions, prepareTexts } from '@kindling/encoder/measure';
import { minilm } from '@kindling/minilm';
import { type Lap, openPeers, type Peers } from './embed-peers.js';
import { benchTexts, textDistribution } from './embed-texts.js';

export interface BenchEmbedOptions {
  /** Also against transformers.js and fastembed, installed for it into a temporary folder. */
  readonly peers: boolean;
  /** About how long to measure. */
  readonly seconds?: number | undefined;
}

/** Integer operations of MiniLM's six layers of 384: weights, and attention over a text of this many tokens. */
const weightOperations = 6 * 2 * (4 * 384 ** 2 + 2 * 384 * 1536);
const attentionOperations = (tokens: number) => 6 * 4 * 384 * tokens;

const batchTokens = 256;
const rounds = 5;

/**
 * The encoder end to end (tokenising, batching, inference, pooling) against three limits of the same run: a bare
 * session loop on the same graph, one on the model file as it is, and the int8 multiplication peak. All take turns,
 * A B C D A B C D, and each figure is the median over the turns; on a busy machine only the ratios and the figures a
 * CPU-second mean anything.
 */
export async function benchEmbed({ peers: withPeers, seconds = 40 }: BenchEmbedOptions): Promise<object> {
  const threads = Math.min(2, availableParallelism());
  const encoder = await createEncoder({ device: 'cpu', threads, batchTokens, cacheBytes: 0 });
  // One trial turn tells how many texts fill the time.
  const trial = benchTexts(64);
  await encoder.encode(trial, 'passage');
  const tried = await lap(() => encoder.encode(trial, 'passage'));
  const turns = rounds * (withPeers ? 10 : 4);
  const count = Math.max(64, Math.min(4_000, Math.round((64 * seconds) / turns / tried.seconds)));
  const texts = benchTexts(count);
  const prepared = await prepareTexts(minilm.folder, texts, batchTokens);
  const sameGraph = await openRawSessions(minilm.folder, prepared.batches, threads, 'row');
  const fileAsIs = await openRawSessions(minilm.folder, prepared.batches, threads, 'file');
  const gemm = await openGemmPeak(threads);
  const peers: Peers = withPeers
    ? await openPeers(threads, trial)
    : { running: [], skipped: [], close: async () => {} };

  await gemm.run(2);
  const laps: Turn[] = [];
  let gemmOperations = 0;
  for (let round = 0; round < rounds; round++) {
    const turn: Turn = {
      encoder: await lap(() => encoder.encode(texts, 'passage')),
      sameGraph: await lap(() => sameGraph.run()),
      fileAsIs: await lap(() => fileAsIs.run()),
      gemm: await lap(async () => {
        gemmOperations = await gemm.run(gemmProducts(tried));
      }),
      peers: [],
    };
    for (const peer of peers.running) turn.peers.push(await peer.lap(texts));
    laps.push(turn);
  }
  await Promise.all([encoder.close(), sameGraph.close(), fileAsIs.close(), gemm.close(), peers.close()]);

  const tokens = sum(prepared.lengths);
  const operations = sum(
    prepared.lengths.map((length) => length * (weightOperations + attentionOperations(length))),
  );
  const figures = (pick: (turn: Turn) => Lap | undefined) => ({
    textsPerSecond: round1(count / median(laps.map((turn) => pick(turn)?.seconds ?? Number.NaN))),
    tokensPerSecond: Math.round(tokens / median(laps.map((turn) => pick(turn)?.seconds ?? Number.NaN))),
    tokensPerCpuSecond: Math.round(tokens / median(laps.map((turn) => pick(turn)?.cpuSeconds ?? Number.NaN))),
  });
  const ratio = (of: 'seconds' | 'cpuSeconds', other: (turn: Turn) => Lap | undefined) =>
    round3(median(laps.map((turn) => (other(turn)?.[of] ?? Number.NaN) / turn.encoder[of])));
  const ofPeak = (of: 'seconds' | 'cpuSeconds') =>
    round3(median(laps.map((turn) => operations / turn.encoder[of] / (gemmOperations / turn.gemm[of]))));
  return {
    bench: 'embed',
    model: encoder.model.id,
    machine: { cpu: cpus()[0]?.model, cores: availableParallelism(), loadAverage: loadavg().map(round1) },
    setup: {
      threads,
      batchTokens,
      rounds,
      texts: count,
      tokens,
      textDistribution,
      tokensPerText: spread(prepared.lengths),
    },
    paddingShare: round3(prepared.padding),
    encoder: figures((turn) => turn.encoder),
    int8Peak: {
      measuredWith: 'MatMulInteger 1024 x 1024 x 1024, uint8 by int8, one 1-thread session a thread',
      gigaOperationsPerCpuSecond: round1(
        median(laps.map((turn) => gemmOperations / turn.gemm.cpuSeconds)) / 1e9,
      ),
      share: { byCpuTime: ofPeak('cpuSeconds'), byWallTime: ofPeak('seconds'), target: 0.4 },
    },
    rawSessionLoop: {
      ...figures((turn) => turn.sameGraph),
      what: 'the same graph, texts tokenised and batched beforehand, no pooling',
      share: {
        byCpuTime: ratio('cpuSeconds', (turn) => turn.sameGraph),
        byWallTime: ratio('seconds', (turn) => turn.sameGraph),
        target: 0.9,
      },
    },
    rawSessionLoopOnTheFileAsItIs: {
      ...figures((turn) => turn.fileAsIs),
      what: 'one activation scale a batch: faster, but a vector then depends on its batch',
      share: {
        byCpuTime: ratio('cpuSeconds', (turn) => turn.fileAsIs),
        byWallTime: ratio('seconds', (turn) => turn.fileAsIs),
      },
    },
    ...(withPeers ? { peers: reportPeers() } : {}),
  };

  function reportPeers(): object[] {
    return [
      ...peers.running.map(({ name, version }, at) => ({
        name,
        version,
        ...figures((turn) => turn.peers[at]),
        encoderIsFasterBy: {
          byCpuTime: ratio('cpuSeconds', (turn) => turn.peers[at]),
          byWallTime: ratio('seconds', (turn) => turn.peers[at]),
          target: 2.5,
        },
        note: peerNotes[name],
      })),
      ...peers.skipped.map(({ name, reason }) => ({ name, skipped: reason })),
    ];
  }
}

const peerNotes = {
  'transformers.js':
    'same model file (q8), same texts in the same order, 32 a call as its batches are not sorted by length; one session with as many threads',
  fastembed:
    'same model file, same texts, its default batches of 256; it pads every text to the full window (256 tokens, as ours) and takes the [CLS] vector, so its vectors are others; it always uses all cores',
} as const;

interface Turn {
  readonly encoder: Lap;
  readonly sameGraph: Lap;
  readonly fileAsIs: Lap;
  readonly gemm: Lap;
  readonly peers: Lap[];
}

async function lap(work: () => Promise<unknown>): Promise<Lap> {
  const started = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6 };
}

/** As many products as take about a second of a thread on a slow machine. */
function gemmProducts(tried: Lap): number {
  return tried.seconds > 2 ? 40 : 100;
}

function spread(lengths: readonly number[]): object {
  const sorted = [...lengths].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
  return {
    mean: round1(sum(lengths) / lengths.length),
    p10: at(0.1),
    p50: at(0.5),
    p90: at(0.9),
    longest: at(1),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const round1 = (value: number) => Math.round(value * 10) / 10;
const round3 = (value: number) => Math.round(value * 1000) / 1000;

if (process.argv[1]?.match(/bench\/embed\.[jt]s$/)) {
  const secondsAt = process.argv.indexOf('--seconds');
  const report = await benchEmbed({
    peers: process.argv.includes('--peers'),
    ...(secondsAt > 0 ? { seconds: Number(process.argv[secondsAt + 1]) } : {}),
  });
  console.log(JSON.stringify(report, null, 2));
}

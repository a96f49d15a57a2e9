import { maximumLimit } from '../port.js';
import { ThreadError } from './thread-error.js';
import { instantiateWasm, type WasmMemory, type WasmModule } from './web-assembly.js';

/** The functions of kernel/kernel.ts; numbers are byte addresses unless named otherwise. */
export interface KernelFunctions {
  quantise(vector: number, dimensions: number, q8: number, scaleAt: number, errorAt: number): void;
  estimate(
    q8: number,
    scales: number,
    list: number,
    count: number,
    dimensions: number,
    query: number,
    queryScale: number,
    estimates: number,
  ): void;
  maximum(into: number, from: number, count: number): void;
  admit(
    estimates: number,
    list: number,
    count: number,
    errors: number,
    errorWeight: number,
    slack: number,
    heap: number,
    k: number,
  ): void;
  admitBestScore(
    positives: number,
    negatives: number,
    list: number,
    count: number,
    errors: number,
    errorWeight: number,
    slack: number,
    heap: number,
    k: number,
  ): void;
  rescore(
    uppers: number,
    list: number,
    count: number,
    vectors: number,
    keys: number,
    dimensions: number,
    query: number,
    threshold: number,
    minimum: number,
    firstRow: number,
    results: number,
    k: number,
  ): number;
  rescoreBestScore(
    uppers: number,
    list: number,
    count: number,
    vectors: number,
    keys: number,
    dimensions: number,
    examples: number,
    positiveCount: number,
    negativeCount: number,
    threshold: number,
    minimum: number,
    firstRow: number,
    results: number,
    k: number,
  ): number;
}

/** Chunks are of one size whatever their dimensions, so that a freed one serves any tenant of any space. */
export const chunkBytes = 512 * 1024;
/** Vectors that one pass over the memory compares with, and so the estimates a row has room for. */
export const slots = 8;
export const maximumDimensions = 4_096;
export const maximumExamples = 100;
const pageBytes = 65_536;
const maximumRows = 8_192;
/** What 32-bit addresses reach. */
const addressable = 65_536 * pageBytes;

const heapBytes = 16 + maximumLimit * 4;
const resultBytes = 24;
const resultsBytes = 16 + maximumLimit * resultBytes;

/** Where a query's own data lies, below the chunks: reserved once, touched only as far as it is used. */
export const arena = layOut({
  /** u16[maximumRows]: 0, 1, 2, …: the list of a whole chunk. */
  identity: maximumRows * 2,
  /** int16 queries. */
  queries16: maximumExamples * maximumDimensions * 2,
  /** float64 queries. */
  queries64: maximumExamples * maximumDimensions * 8,
  heaps: slots * heapBytes,
  results: slots * resultsBytes,
});
export const heapAt = (slot: number) => arena.heaps + slot * heapBytes;
export const resultsAt = (slot: number) => arena.results + slot * resultsBytes;
export const queries16At = (slot: number) => arena.queries16 + slot * maximumDimensions * 2;

function layOut<Name extends string>(sizes: Record<Name, number>): Record<Name | 'end', number> {
  let next = pageBytes;
  const addresses: Record<string, number> = {};
  for (const [name, bytes] of Object.entries<number>(sizes)) {
    addresses[name] = next;
    next += Math.ceil(bytes / 64) * 64;
  }
  addresses.end = Math.ceil(next / pageBytes) * pageBytes;
  return addresses as Record<Name | 'end', number>;
}

/** The kernel's memory as arrays of each kind, all over the same bytes: element = address / its size. */
interface Views {
  readonly bytes: Uint8Array;
  readonly uint16: Uint16Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
}

/** One instance of the kernel with its memory, that the chunks of all tenants of this thread share. */
export class Kernel {
  readonly run: KernelFunctions;
  /** Growing the memory detaches the views: take them from here each time, keep none. */
  views: Views;
  private readonly memory: WasmMemory;
  private readonly free: number[] = [];
  private chunks = 0;

  constructor(
    module: WasmModule,
    private readonly maximumBytes: number,
  ) {
    const exports = instantiateWasm(module, () => raise('INTERNAL', 'The vector kernel aborted'));
    this.run = exports as unknown as KernelFunctions;
    this.memory = exports.memory as WasmMemory;
    this.memory.grow((arena.end - this.memory.buffer.byteLength) / pageBytes);
    this.views = viewsOf(this.memory.buffer);
    for (let row = 0; row < maximumRows; row++) this.views.uint16[arena.identity / 2 + row] = row;
  }

  /** Sees to it that the next chunks will be there, or refuses before anything was changed. */
  reserveChunks(count: number): void {
    while (this.free.length < count) this.grow();
  }

  allocateChunk(): number {
    if (this.free.length === 0) this.grow();
    const address = this.free.pop();
    if (address === undefined) return raise('INTERNAL', 'The vector kernel grew by nothing');
    this.chunks++;
    return address;
  }

  freeChunk(address: number): void {
    this.free.push(address);
    this.chunks--;
  }

  /** By an eighth, because growing is dear and reserved memory costs nothing until it is touched. */
  private grow(): void {
    const from = this.memory.buffer.byteLength;
    const room = Math.floor((Math.min(this.maximumBytes, addressable) - from) / chunkBytes);
    if (room < 1) {
      raise(
        'TOO_LARGE',
        `The embedded vector index would grow beyond ${Math.round(this.maximumBytes / 2 ** 20)} MiB a thread; ` +
          'raise its limit, or set QDRANT_URL for catalogues of this size',
      );
    }
    const wanted = Math.min(room, Math.ceil(from / 8 / chunkBytes));
    try {
      this.memory.grow((wanted * chunkBytes) / pageBytes);
    } catch {
      raise('UNAVAILABLE', 'The machine has no memory left for the embedded vector index');
    }
    this.views = viewsOf(this.memory.buffer);
    // Popped from the end: the lowest address first.
    for (let chunk = wanted - 1; chunk >= 0; chunk--) this.free.push(from + chunk * chunkBytes);
  }

  get usedBytes(): number {
    return arena.end + this.chunks * chunkBytes;
  }
  get reservedBytes(): number {
    return this.memory.buffer.byteLength;
  }

  clearHeaps(slot: number): void {
    this.views.int32[heapAt(slot) / 4] = 0;
    this.views.int32[resultsAt(slot) / 4] = 0;
  }

  /** The k-th highest lower bound, or -Infinity while there are fewer than k. */
  threshold(slot: number, k: number): number {
    const heap = heapAt(slot) / 4;
    if ((this.views.int32[heap] ?? 0) < k) return -Infinity;
    return this.views.float32[heap + 4] ?? -Infinity;
  }

  /** Best first. */
  results(slot: number): readonly { readonly score: number; readonly key: number; readonly row: number }[] {
    const { int32, float64 } = this.views;
    const from = resultsAt(slot);
    const found = Array.from({ length: int32[from / 4] ?? 0 }, (_, position) => {
      const entry = (from + 16) / 8 + position * 3;
      return { score: float64[entry] ?? 0, key: float64[entry + 1] ?? 0, row: int32[(entry + 2) * 2] ?? 0 };
    });
    return found.sort((a, b) => b.score - a.score || a.key - b.key);
  }
}

const viewsOf = (buffer: ArrayBuffer): Views => ({
  bytes: new Uint8Array(buffer),
  uint16: new Uint16Array(buffer),
  int16: new Int16Array(buffer),
  int32: new Int32Array(buffer),
  float32: new Float32Array(buffer),
  float64: new Float64Array(buffer),
});

function raise(code: 'TOO_LARGE' | 'UNAVAILABLE' | 'INTERNAL', message: string): never {
  throw new ThreadError(code, message);
}

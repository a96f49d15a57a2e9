import { KindlingError } from '@kindling/domain';
import { maximumLimit } from '../port.js';
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

/** One instance of the kernel with its memory, that the chunks of all tenants of this thread share. */
export class Kernel {
  readonly run: KernelFunctions;
  private readonly memory: WasmMemory;
  private readonly free: number[] = [];
  private chunks = 0;
  private bytes: Uint8Array;
  private view: DataView;

  constructor(
    module: WasmModule,
    private readonly maximumBytes: number,
  ) {
    const exports = instantiateWasm(module, () => raise('INTERNAL', 'The vector kernel aborted'));
    this.run = exports as unknown as KernelFunctions;
    this.memory = exports.memory as WasmMemory;
    this.memory.grow((arena.end - this.memory.buffer.byteLength) / pageBytes);
    this.bytes = new Uint8Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
    const identity = new Uint16Array(this.memory.buffer, arena.identity, maximumRows);
    for (let row = 0; row < maximumRows; row++) identity[row] = row;
  }

  /** A chunk's address. Growing detaches earlier views of the memory: ask for views anew after this. */
  allocateChunk(): number {
    const address = this.free.pop() ?? this.grow();
    this.chunks++;
    return address;
  }

  freeChunk(address: number): void {
    this.free.push(address);
    this.chunks--;
  }

  private grow(): number {
    const address = this.memory.buffer.byteLength;
    if (address + chunkBytes > this.maximumBytes) {
      raise(
        'TOO_LARGE',
        `The embedded vector index would grow beyond ${Math.round(this.maximumBytes / 2 ** 20)} MiB a thread; ` +
          'raise its limit, or set QDRANT_URL for catalogues of this size',
      );
    }
    try {
      this.memory.grow(chunkBytes / pageBytes);
    } catch (cause) {
      raise('UNAVAILABLE', 'The machine has no memory left for the embedded vector index', cause);
    }
    this.bytes = new Uint8Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
    return address;
  }

  get usedBytes(): number {
    return arena.end + this.chunks * chunkBytes;
  }
  get reservedBytes(): number {
    return this.memory.buffer.byteLength;
  }

  float32(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }
  float64(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, length);
  }
  int16(address: number, length: number): Int16Array {
    return new Int16Array(this.memory.buffer, address, length);
  }
  uint16(address: number, length: number): Uint16Array {
    return new Uint16Array(this.memory.buffer, address, length);
  }
  setFloat64(address: number, value: number): void {
    this.view.setFloat64(address, value, true);
  }
  copy(from: number, to: number, bytes: number): void {
    this.bytes.copyWithin(to, from, from + bytes);
  }

  clearHeaps(slot: number): void {
    this.view.setInt32(heapAt(slot), 0, true);
    this.view.setInt32(resultsAt(slot), 0, true);
  }

  /** The k-th highest lower bound, or -Infinity while there are fewer than k. */
  threshold(slot: number, k: number): number {
    const heap = heapAt(slot);
    if (this.view.getInt32(heap, true) < k) return -Infinity;
    return this.view.getFloat32(heap + 16, true);
  }

  results(slot: number): readonly { readonly score: number; readonly key: number; readonly row: number }[] {
    const from = resultsAt(slot);
    const size = this.view.getInt32(from, true);
    const found = Array.from({ length: size }, (_, position) => {
      const entry = from + 16 + position * resultBytes;
      return {
        score: this.view.getFloat64(entry, true),
        key: this.view.getFloat64(entry + 8, true),
        row: this.view.getInt32(entry + 16, true),
      };
    });
    return found.sort((a, b) => b.score - a.score || a.key - b.key);
  }
}

function raise(code: 'TOO_LARGE' | 'UNAVAILABLE' | 'INTERNAL', message: string, cause?: unknown): never {
  throw new KindlingError(code, message, { cause });
}

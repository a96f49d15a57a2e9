import { chunkBytes, type Kernel, slots } from './kernel.js';

/**
 * The vectors of one shard, row by row without gaps, in chunks of kernel memory. A row has its float32 vector, the
 * int8 form with scale and error, its key, and room for the estimates of a query. Removing a row moves the last one
 * into its place, so that a scan never meets the dead and memory shrinks with the catalogue.
 */
export class PointStore {
  readonly paddedDimensions: number;
  readonly rowsPerChunk: number;
  private readonly chunks: number[] = [];
  private readonly offsets: Readonly<Record<ChunkPart, number>>;
  private readonly rowOf = new Map<number, number>();
  private keys = new Float64Array(64);
  private versions = new Float64Array(64);

  constructor(
    private readonly kernel: Kernel,
    readonly dimensions: number,
  ) {
    const padded = Math.ceil(dimensions / 16) * 16;
    this.paddedDimensions = padded;
    // In order of alignment: 16 bytes for vectors, 8 for keys, 4 for the rest.
    const sizes = {
      vectors: padded * 4,
      q8: padded,
      keys: 8,
      estimates: 4 * slots,
      scales: 4,
      errors: 4,
      list: 2,
    };
    const rowBytes = Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0);
    // A multiple of four, because the kernel takes four rows at a time.
    this.rowsPerChunk = Math.floor(chunkBytes / rowBytes / 4) * 4;
    let next = 0;
    const place = (bytes: number) => {
      const offset = next;
      next += bytes * this.rowsPerChunk;
      return offset;
    };
    this.offsets = {
      vectors: place(sizes.vectors),
      q8: place(sizes.q8),
      keys: place(sizes.keys),
      estimates: place(sizes.estimates),
      scales: place(sizes.scales),
      errors: place(sizes.errors),
      list: place(sizes.list),
    };
  }

  get size(): number {
    return this.rowOf.size;
  }
  get chunkCount(): number {
    return this.chunks.length;
  }
  /** Outside the kernel's memory, roughly: the map of keys and the two arrays. */
  get heapBytes(): number {
    return this.rowOf.size * 40 + this.keys.byteLength + this.versions.byteLength;
  }

  rowOfKey(key: number): number | undefined {
    return this.rowOf.get(key);
  }
  keyAt(row: number): number {
    return this.keys[row] ?? 0;
  }
  versionAt(row: number): number {
    return this.versions[row] ?? 0;
  }
  rowsInChunk(chunk: number): number {
    return Math.min(this.rowsPerChunk, this.size - chunk * this.rowsPerChunk);
  }
  address(chunk: number, part: ChunkPart): number {
    return (this.chunks[chunk] ?? 0) + this.offsets[part];
  }
  estimatesAddress(chunk: number, slot: number): number {
    return this.address(chunk, 'estimates') + slot * this.rowsPerChunk * 4;
  }

  /** The stored vector, as a view that the next change may overwrite. */
  vectorAt(row: number): Float32Array {
    const at = this.rowAddress(row, 'vectors', this.paddedDimensions * 4) / 4;
    return this.kernel.views.float32.subarray(at, at + this.dimensions);
  }

  /** Sees to it that so many more points will fit, or refuses. */
  reserve(points: number): void {
    this.kernel.reserveChunks(Math.ceil((this.size + points) / this.rowsPerChunk) - this.chunks.length);
  }

  /** Stores a point in its row, or in a new one at the end; answers the row. */
  put(key: number, version: number, vector: Float32Array): number {
    let row = this.rowOf.get(key);
    if (row === undefined) {
      row = this.append(key);
    }
    this.versions[row] = version;
    const address = this.rowAddress(row, 'vectors', this.paddedDimensions * 4);
    const { float32 } = this.kernel.views;
    float32.set(vector, address / 4);
    float32.fill(0, address / 4 + this.dimensions, address / 4 + this.paddedDimensions);
    this.kernel.run.quantise(
      address,
      this.paddedDimensions,
      this.rowAddress(row, 'q8', this.paddedDimensions),
      this.rowAddress(row, 'scales', 4),
      this.rowAddress(row, 'errors', 4),
    );
    return row;
  }

  private append(key: number): number {
    const row = this.size;
    if (row === this.chunks.length * this.rowsPerChunk) this.chunks.push(this.kernel.allocateChunk());
    if (row === this.keys.length) {
      this.keys = resized(this.keys, row * 2);
      this.versions = resized(this.versions, row * 2);
    }
    this.rowOf.set(key, row);
    this.keys[row] = key;
    this.kernel.views.float64[this.rowAddress(row, 'keys', 8) / 8] = key;
    return row;
  }

  /** Removes a row; answers the row that was moved into its place, or null when it was the last. */
  remove(row: number): number | null {
    const last = this.size - 1;
    this.rowOf.delete(this.keyAt(row));
    if (row !== last) {
      const key = this.keyAt(last);
      this.rowOf.set(key, row);
      this.keys[row] = key;
      this.versions[row] = this.versionAt(last);
      for (const [part, bytes] of this.rowParts()) {
        const from = this.rowAddress(last, part, bytes);
        this.kernel.views.bytes.copyWithin(this.rowAddress(row, part, bytes), from, from + bytes);
      }
    }
    if (last === (this.chunks.length - 1) * this.rowsPerChunk) this.kernel.freeChunk(this.chunks.pop() ?? 0);
    if (this.keys.length > 64 && last < this.keys.length / 4) {
      this.keys = resized(this.keys, this.keys.length / 2);
      this.versions = resized(this.versions, this.versions.length / 2);
    }
    return row === last ? null : last;
  }

  clear(): void {
    for (const chunk of this.chunks) this.kernel.freeChunk(chunk);
    this.chunks.length = 0;
    this.rowOf.clear();
  }

  private rowParts(): readonly (readonly [ChunkPart, number])[] {
    const padded = this.paddedDimensions;
    return [
      ['vectors', padded * 4],
      ['q8', padded],
      ['keys', 8],
      ['scales', 4],
      ['errors', 4],
    ];
  }

  private rowAddress(row: number, part: ChunkPart, bytes: number): number {
    const chunk = Math.floor(row / this.rowsPerChunk);
    return this.address(chunk, part) + (row - chunk * this.rowsPerChunk) * bytes;
  }
}

type ChunkPart = 'vectors' | 'q8' | 'keys' | 'estimates' | 'scales' | 'errors' | 'list';

function resized(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(length);
  copy.set(array.subarray(0, length));
  return copy;
}

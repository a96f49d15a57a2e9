import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { KindlingError } from '@kindling/domain';

/** So much is looked at to tell what a file is. The same bytes decide however the file arrives in pieces. */
export const sniffBytes = 65_536;
/** A compressed file may grow to this; rows are bounded in any case, so it limits time, not memory. */
const maximumUnpackedBytes = 64 * 2 ** 30;

export interface ByteSource {
  /** The first bytes, unpacked and as UTF-8, without a byte order mark. */
  readonly head: Buffer;
  /** All bytes, the head included. */
  readonly bytes: AsyncIterable<Buffer>;
}

/** Unpacks gzip (known by its first bytes, not by its name) and turns UTF-16 into UTF-8. */
export async function openByteSource(raw: AsyncIterable<Uint8Array>): Promise<ByteSource> {
  const packed = await withHead(raw);
  refuseForeignFormats(packed.head);
  const unpacked = isGzip(packed.head) ? await withHead(gunzip(packed.bytes)) : packed;
  refuseForeignFormats(unpacked.head);
  const utf16 = utf16Encoding(unpacked.head);
  if (utf16 !== null) return withHead(recode(unpacked.bytes, utf16));
  return hasUtf8Mark(unpacked.head)
    ? { head: unpacked.head.subarray(3), bytes: withoutFirst(unpacked.bytes, 3) }
    : unpacked;
}

async function withHead(raw: AsyncIterable<Uint8Array>): Promise<ByteSource> {
  const iterator = raw[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let length = 0;
  while (length < sniffBytes) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    first.push(asBuffer(value));
    length += value.length;
  }
  const start = Buffer.concat(first);
  async function* bytes() {
    try {
      if (start.length > 0) yield start;
      for (let step = await iterator.next(); step.done !== true; step = await iterator.next()) {
        yield asBuffer(step.value);
      }
    } finally {
      // whoever stops reading early lets go of the source, too
      await iterator.return?.(undefined);
    }
  }
  return { head: start.subarray(0, sniffBytes), bytes: bytes() };
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const isGzip = (head: Buffer) => head[0] === 0x1f && head[1] === 0x8b;
const hasUtf8Mark = (head: Buffer) => head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
const utf16Encoding = (head: Buffer) =>
  head[0] === 0xff && head[1] === 0xfe
    ? 'utf-16le'
    : head[0] === 0xfe && head[1] === 0xff
      ? 'utf-16be'
      : null;

function refuseForeignFormats(head: Buffer): void {
  if (head.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1'))) {
    throw new KindlingError(
      'BAD_INPUT',
      'This is a ZIP archive or an Excel workbook: save it as CSV (UTF-8), or unpack it first.',
    );
  }
  if (head.subarray(0, 4).equals(Buffer.from([0xd0, 0xcf, 0x11, 0xe0]))) {
    throw new KindlingError('BAD_INPUT', 'This is an old Excel workbook: save it as CSV (UTF-8).');
  }
}

async function* gunzip(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const unpacker = createGunzip({ chunkSize: 256 * 1024 });
  const source = Readable.from(bytes, { objectMode: false });
  source.on('error', (error) => unpacker.destroy(error));
  source.pipe(unpacker);
  let unpacked = 0;
  try {
    for await (const piece of unpacker) {
      unpacked += piece.length;
      if (unpacked > maximumUnpackedBytes) {
        throw new KindlingError('TOO_LARGE', 'The file unpacks to more than 64 GiB: split it.');
      }
      yield piece;
    }
  } catch (error) {
    throw isZlibError(error)
      ? new KindlingError(
          'BAD_INPUT',
          `The gzip data is damaged or cut off after ${unpacked} unpacked bytes: make the file anew and import it again.`,
          { cause: error },
        )
      : error;
  } finally {
    source.destroy();
    unpacker.destroy();
  }
}

const isZlibError = (error: unknown) =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');

async function* recode(bytes: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const piece of bytes) yield Buffer.from(decoder.decode(piece, { stream: true }));
  yield Buffer.from(decoder.decode());
}

async function* withoutFirst(bytes: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const piece of bytes) {
    if (left < piece.length) yield piece.subarray(left);
    left = Math.max(0, left - piece.length);
  }
}

import { isUtf8 } from 'node:buffer';

/** A line of the file, without its end. Lines count from 1. */
export interface Line {
  readonly number: number;
  /** Of a TOO_LONG line only the beginning; of a BAD_UTF8 line with U+FFFD for what cannot be read. */
  readonly text: string;
  readonly fault: 'TOO_LONG' | 'BAD_UTF8' | 'NUL' | null;
}

export const maximumLineBytes = 1 << 20;
const excerptBytes = 300;
const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * Cuts bytes into lines (LF, CRLF, or CR where the file knows no LF). Memory holds one line of at most 1 MB and the
 * piece that was pushed: the rest of a longer line is passed over unseen. The answer does not depend on where the
 * pieces begin and end.
 */
export class LineReader {
  private readonly separator: number;
  private rest: Buffer[] = [];
  private restBytes = 0;
  /** The beginning of a line that is too long and has not ended yet. */
  private overlong: Buffer | null = null;
  private lines = 0;

  constructor(head: Buffer) {
    this.separator = !head.includes(newline) && head.includes(carriageReturn) ? carriageReturn : newline;
  }

  push(piece: Buffer): Line[] {
    const end = piece.lastIndexOf(this.separator) + 1;
    if (end === 0) {
      this.keep(piece);
      return [];
    }
    const read: Line[] = [];
    let block: Buffer;
    if (this.overlong !== null) {
      const firstEnd = piece.indexOf(this.separator) + 1;
      read.push(this.tooLong(this.overlong));
      this.overlong = null;
      block = piece.subarray(firstEnd, end);
    } else {
      block =
        this.restBytes === 0 ? piece.subarray(0, end) : Buffer.concat([...this.rest, piece.subarray(0, end)]);
    }
    this.rest = [];
    this.restBytes = 0;
    this.readBlock(block, read);
    if (end < piece.length) this.keep(piece.subarray(end));
    return read;
  }

  /** The last line, when the file does not end with a line's end. */
  end(): Line[] {
    if (this.overlong !== null) return [this.tooLong(this.overlong)];
    return this.restBytes === 0 ? [] : [this.readLine(Buffer.concat(this.rest))];
  }

  private keep(piece: Buffer): void {
    if (this.overlong !== null) return;
    // a copy: the piece may be a window on a buffer that its owner uses again
    this.rest.push(Buffer.from(piece));
    this.restBytes += piece.length;
    // a carriage return may still turn out to belong to the line's end
    if (this.restBytes <= maximumLineBytes + 1) return;
    this.overlong = Buffer.from(Buffer.concat(this.rest).subarray(0, excerptBytes));
    this.rest = [];
    this.restBytes = 0;
  }

  private readBlock(block: Buffer, read: Line[]): void {
    if (isUtf8(block) && !block.includes(0)) {
      this.readText(block.toString('utf8'), read);
      return;
    }
    for (let start = 0; start < block.length; ) {
      const end = block.indexOf(this.separator, start);
      read.push(this.readLine(block.subarray(start, end)));
      start = end + 1;
    }
  }

  /** The fast way, for a block without bad bytes. */
  private readText(text: string, read: Line[]): void {
    const separator = String.fromCharCode(this.separator);
    for (let start = 0; start < text.length; ) {
      const end = text.indexOf(separator, start);
      const last = end > start && text.charCodeAt(end - 1) === carriageReturn ? end - 1 : end;
      const line = text.slice(start, last);
      // a character is at most three bytes for each of its code units
      const isLong = line.length * 3 > maximumLineBytes && Buffer.byteLength(line) > maximumLineBytes;
      read.push(isLong ? this.tooLong(Buffer.from(line)) : { number: ++this.lines, text: line, fault: null });
      start = end + 1;
    }
  }

  private readLine(bytes: Buffer): Line {
    const line = bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
    if (line.length > maximumLineBytes) return this.tooLong(line);
    const fault = !isUtf8(line) ? 'BAD_UTF8' : line.includes(0) ? 'NUL' : null;
    return { number: ++this.lines, text: line.toString('utf8'), fault };
  }

  private tooLong(start: Buffer): Line {
    return {
      number: ++this.lines,
      text: start.subarray(0, excerptBytes).toString('utf8'),
      fault: 'TOO_LONG',
    };
  }
}

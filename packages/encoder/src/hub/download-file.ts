import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { KindlingError } from '@kindling/domain';

export interface DownloadProgress {
  readonly file: string;
  readonly receivedBytes: number;
  readonly totalBytes: number | null;
}

/** No answer, or not the server's fault alone: worth trying again when the network is back. */
export class HubUnreachableError extends Error {
  override readonly name = 'HubUnreachableError';
}

const connectTimeoutMs = 15_000;
/** A transfer that brings nothing for this long is given up; what came is kept and continued next time. */
const stallTimeoutMs = 30_000;
const maximumRedirects = 5;

/**
 * Brings one file to `path`: into `path.partial`, continued where an earlier try stopped, checked against the
 * checksum and size that the server names, then renamed. False when the server has no such file.
 */
export async function downloadFile(
  url: string,
  path: string,
  file: string,
  onProgress: (progress: DownloadProgress) => void,
): Promise<boolean> {
  const partial = `${path}.partial`;
  const have = await sizeOf(partial);
  const answer = await request(url, have);
  if (answer === null) return false;
  const { response, checksum } = answer;
  const continues = response.status === 206;
  const from = continues ? have : 0;
  const announced = response.headers.get('content-length');
  const totalBytes = announced === null ? null : from + Number(announced);
  let receivedBytes = from;
  onProgress({ file, receivedBytes, totalBytes });
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      receivedBytes += chunk.length;
      onProgress({ file, receivedBytes, totalBytes });
      stall.refresh();
      done(null, chunk);
    },
  });
  const stalled = new AbortController();
  const stall = setTimeout(
    () => stalled.abort(new Error(`nothing came for ${stallTimeoutMs / 1000} s`)),
    stallTimeoutMs,
  );
  try {
    const body = response.body ? Readable.fromWeb(response.body) : Readable.from([]);
    await pipeline(body, counter, createWriteStream(partial, { flags: continues ? 'a' : 'w' }), {
      signal: stalled.signal,
    });
  } catch (cause) {
    if (isDiskError(cause)) throw cause;
    throw new HubUnreachableError(`${file} stopped after ${receivedBytes} bytes: ${describe(cause)}`, {
      cause,
    });
  } finally {
    clearTimeout(stall);
  }
  if (totalBytes !== null && receivedBytes !== totalBytes) {
    throw new HubUnreachableError(`${file} stopped after ${receivedBytes} of ${totalBytes} bytes`);
  }
  await verify(partial, file, checksum);
  await rename(partial, path);
  return true;
}

interface Checksum {
  readonly kind: 'sha256' | 'git';
  readonly hex: string;
}

/** Follows redirects by hand: the hub names the checksum in the redirect, its storage does not know it. */
async function request(
  url: string,
  from: number,
): Promise<{ response: Response; checksum: Checksum | null } | null> {
  let address = url;
  let checksum: Checksum | null = null;
  for (let hop = 0; hop <= maximumRedirects; hop++) {
    const response = await connect(address, from);
    checksum ??= readChecksum(response.headers);
    const location = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel();
      address = new URL(location, address).href;
      continue;
    }
    if (response.status === 200 || response.status === 206) return { response, checksum };
    await response.body?.cancel();
    if (response.status === 404) return null;
    // The partial file is already whole or longer than the file: start it over.
    if (response.status === 416 && from > 0) return request(url, 0);
    const meaning = response.status === 401 || response.status === 403 ? ' (private, gated or misspelt)' : '';
    if (response.status < 500 && response.status !== 429) {
      throw new KindlingError('BAD_INPUT', `${url} answers ${response.status}${meaning}.`);
    }
    throw new HubUnreachableError(`${url} answers ${response.status}`);
  }
  throw new HubUnreachableError(`${url} redirects more than ${maximumRedirects} times`);
}

async function connect(address: string, from: number): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(
    () => abort.abort(new Error(`no answer in ${connectTimeoutMs / 1000} s`)),
    connectTimeoutMs,
  );
  try {
    return await fetch(address, {
      redirect: 'manual',
      signal: abort.signal,
      headers: { 'accept-encoding': 'identity', ...(from > 0 ? { range: `bytes=${from}-` } : {}) },
    });
  } catch (cause) {
    throw new HubUnreachableError(describe(cause), { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** Large files carry their SHA-256 as an entity tag, small ones git's SHA-1 of the blob. */
function readChecksum(headers: Headers): Checksum | null {
  const tag = (headers.get('x-linked-etag') ?? headers.get('etag'))?.replace(/^W\//, '').replaceAll('"', '');
  if (tag === undefined) return null;
  if (/^[0-9a-f]{64}$/.test(tag)) return { kind: 'sha256', hex: tag };
  if (/^[0-9a-f]{40}$/.test(tag)) return { kind: 'git', hex: tag };
  return null;
}

async function verify(path: string, file: string, checksum: Checksum | null): Promise<void> {
  if (checksum === null) return;
  const hash: Hash = createHash(checksum.kind === 'sha256' ? 'sha256' : 'sha1');
  if (checksum.kind === 'git') hash.update(`blob ${await sizeOf(path)}\0`);
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  const found = hash.digest('hex');
  if (found === checksum.hex) return;
  await rm(path);
  throw new KindlingError(
    'UNAVAILABLE',
    `${file} arrived damaged: its checksum is ${found}, the server promised ${checksum.hex}. It was deleted; start again to download it anew.`,
  );
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

function isDiskError(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ENOSPC' || code === 'EACCES' || code === 'EROFS' || code === 'EDQUOT';
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? `${cause.message}: ${cause.cause.message}` : cause.message;
}

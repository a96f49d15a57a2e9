import { lookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { isIP } from 'node:net';
import { KindlingError } from '@kindling/domain';
import { isPublicAddress } from '@kindling/ingest';

const timeoutMs = 30_000;

/** How names are resolved and requests made: the system's ways, but for a test. */
export interface FileFetch {
  readonly resolve: (host: string) => Promise<string>;
  readonly request: (url: URL, options: RequestOptions) => ReturnType<typeof request>;
}

/**
 * Fetches a file for an import: https only, no redirects. The name is resolved once, and the connection goes to
 * that very address, so that a name cannot turn out public here and private there.
 */
export async function fetchPublicFile(
  address: string,
  signal: AbortSignal,
  { resolve = resolveOnce, request: send = request }: Partial<FileFetch> = {},
): Promise<{ readonly name: string; readonly content: AsyncIterable<Uint8Array> }> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '') {
    throw refused('is not an https:// address without a user name');
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const ip = isIP(host) ? host : await resolve(host);
  if (!isPublicAddress(ip)) throw refused('leads to an address that is not public');
  const response = await get(url, ip, signal, send);
  const status = response.statusCode ?? 0;
  if (status !== 200) {
    response.destroy();
    throw refused(
      status >= 300 && status < 400
        ? `redirects (status ${status}): give the address that it leads to`
        : `answers with the status ${status}`,
    );
  }
  return { name: decodeName(url), content: response };
}

async function resolveOnce(host: string): Promise<string> {
  try {
    return (await lookup(host)).address;
  } catch (cause) {
    throw refused(`has a host that cannot be found: ${host}`, cause);
  }
}

function get(
  url: URL,
  ip: string,
  signal: AbortSignal,
  send: FileFetch['request'],
): Promise<IncomingMessage> {
  const family = isIP(ip);
  return new Promise((resolve, reject) => {
    const call = send(url, {
      agent: false,
      signal,
      timeout: timeoutMs,
      headers: { 'user-agent': 'kindling-import', accept: '*/*' },
      // whoever asks for the address of this host gets the one that was checked
      lookup: (_host, options, callback) => {
        if (options.all) callback(null, [{ address: ip, family }]);
        else callback(null, ip, family);
      },
    });
    call.on('response', resolve);
    call.on('timeout', () => call.destroy(new Error(`silent for ${timeoutMs} ms`)));
    call.on('error', (cause) => reject(refused(`cannot be fetched: ${cause.message}`, cause)));
    call.end();
  });
}

function decodeName(url: URL): string {
  try {
    return decodeURIComponent(url.pathname);
  } catch {
    return url.pathname;
  }
}

const refused = (why: string, cause?: unknown) =>
  new KindlingError('BAD_INPUT', `input.url ${why}`, { field: 'input.url', cause });

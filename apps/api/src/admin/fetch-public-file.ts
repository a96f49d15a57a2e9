import { lookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { KindlingError } from '@kindling/domain';

const timeoutMs = 30_000;

/** Addresses that are not out on the internet: our own networks, metadata services, multicast. */
const inside = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  inside.addSubnet(network, prefix, 'ipv4');
}
/** Global unicast is 2000::/3; within it these lead inside or to embedded IPv4 addresses. */
const globalV6 = new BlockList();
globalV6.addSubnet('2000::', 3, 'ipv6');
const insideV6 = new BlockList();
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  insideV6.addSubnet(network, prefix, 'ipv6');
}

export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !inside.check(address, 'ipv4');
  return isIP(address) === 6 && globalV6.check(address, 'ipv6') && !insideV6.check(address, 'ipv6');
}

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

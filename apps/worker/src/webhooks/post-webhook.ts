import { lookup } from 'node:dns/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP } from 'node:net';
import { isPublicAddress } from '@kindling/ingest';

const timeoutMs = 15_000;

/** What became of a POST: its status, or why there was none. */
export type Posted = { readonly status: number } | { readonly problem: string };

/**
 * Posts a body to an address that a stranger may have chosen. https and public addresses only: the name is resolved
 * once and the connection goes to that very address; redirects are not followed, and no answer is read.
 * `allowPrivate` is the operator's word that receivers inside of their own network are meant.
 */
export async function postWebhook(
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  options: { readonly allowPrivate: boolean; readonly signal: AbortSignal },
): Promise<Posted> {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isSecure = url?.protocol === 'https:';
  if (url === null || !(isSecure || (options.allowPrivate && url.protocol === 'http:'))) {
    return { problem: 'the address is not https://' };
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  let ip = host;
  try {
    if (isIP(host) === 0) ip = (await lookup(host)).address;
  } catch {
    return { problem: `the host ${host} cannot be found` };
  }
  if (!options.allowPrivate && !isPublicAddress(ip)) {
    return { problem: 'the address leads to a network that is not public' };
  }
  return send(
    url,
    ip,
    { ...headers, 'content-type': 'application/json', 'user-agent': 'kindling-webhook' },
    body,
    options.signal,
  );
}

function send(
  url: URL,
  ip: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  stopping: AbortSignal,
): Promise<Posted> {
  const family = isIP(ip);
  return new Promise((resolve) => {
    const call = (url.protocol === 'https:' ? https : http).request(url, {
      method: 'POST',
      agent: false,
      // of the whole call: an endpoint that answers a byte a second must not hold the queue
      signal: AbortSignal.any([stopping, AbortSignal.timeout(timeoutMs)]),
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      lookup: (_host, options, callback) => {
        if (options.all) callback(null, [{ address: ip, family }]);
        else callback(null, ip, family);
      },
    });
    call.on('response', (response) => {
      response.destroy();
      resolve({ status: response.statusCode ?? 0 });
    });
    call.on('error', (error) => {
      const isLate = error.name === 'AbortError' && !stopping.aborted;
      resolve({ problem: isLate ? `no answer within ${timeoutMs / 1_000} s` : error.message });
    });
    call.end(body);
  });
}

import { once } from 'node:events';
import { createServer, type RequestOptions, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FileFetch, fetchPublicFile } from './fetch-public-file.js';

/** Both ends know a key instead of having certificates: real TLS, and no secret file that expires. */
const psk = Buffer.from('a key that only this test knows');
const tls = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;
const file = `id,title\n${'1,One\n'.repeat(50_000)}`;

const server = createServer({ ...tls, pskCallback: () => psk }, (asked, response) => {
  if (asked.url === '/moved.csv') response.writeHead(302, { location: 'https://127.0.0.1/secret' }).end();
  else if (asked.url === '/films%20of%202024.csv') response.end(file);
  else response.writeHead(404).end();
});
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

const publicAddress = '93.184.216.34';
const dialled: string[] = [];
/** The network of this test: whichever address is dialled, the local server answers. */
const network: FileFetch = {
  resolve: async () => publicAddress,
  request: (url, options) => {
    options.lookup?.(url.hostname, {}, (_error, address) => dialled.push(String(address)));
    const local: RequestOptions & Pick<ConnectionOptions, 'pskCallback'> = {
      ...options,
      ...tls,
      port: (server.address() as AddressInfo).port,
      lookup: (_host, { all }, callback) =>
        all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4),
      pskCallback: () => ({ psk, identity: 'test' }),
      checkServerIdentity: () => undefined,
    };
    return request(url, local);
  },
};
const fetchFile = (path: string) =>
  fetchPublicFile(`https://files.example.com${path}`, new AbortController().signal, network);

test('a file is fetched over TLS, whole, from the address that was checked', async () => {
  const { name, content } = await fetchFile('/films%20of%202024.csv');
  expect(name).toBe('/films of 2024.csv');
  const pieces = [];
  for await (const piece of content) pieces.push(piece);
  expect(Buffer.concat(pieces).toString()).toBe(file);
  expect(dialled).toEqual([publicAddress]);
});

test('a redirect is not followed, and a missing file is told by its status', async () => {
  await expect(fetchFile('/moved.csv')).rejects.toThrow(/redirects \(status 302\)/);
  await expect(fetchFile('/nothing.csv')).rejects.toThrow(/answers with the status 404/);
});

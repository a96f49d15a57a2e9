import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEncoder } from '../create-encoder.js';
import { writeTinyModel } from '../tiny-model.fixture.js';

const revision = '0123456789abcdef0123456789abcdef01234567';
const model = `acme/tiny@${revision}`;

/** A stub of a hub: addresses, redirects and entity tags as the public one has them, over the files of a tiny model. */
class HubStub {
  readonly requests: { path: string; range: string | undefined }[] = [];
  /** Cuts the body of the ONNX file short, once, when what was sent has arrived. */
  cutWhen: (() => Promise<unknown>) | null = null;
  damaged = false;
  readonly #server: Server;
  #files = new Map<string, Buffer>();

  constructor() {
    this.#server = createServer((request, response) => {
      const path = request.url ?? '';
      this.requests.push({ path, range: request.headers.range });
      const file = path.replace(`/acme/tiny/resolve/${revision}/`, '').replace('/storage/', '');
      const body = this.#files.get(file);
      if (body === undefined) {
        response.writeHead(404).end();
        return;
      }
      const large = file.endsWith('.onnx');
      if (large && !path.startsWith('/storage/')) {
        const sha256 = createHash('sha256').update(body).digest('hex');
        response.writeHead(302, { location: `/storage/${file}`, 'x-linked-etag': `"${sha256}"` }).end();
        return;
      }
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const sent = Buffer.from(body.subarray(from));
      if (large && this.damaged) sent.writeUInt8(sent.readUInt8(100) ^ 1, 100);
      const etag = createHash('sha1').update(`blob ${body.length}\0`).update(body).digest('hex');
      response.writeHead(from > 0 ? 206 : 200, {
        'content-length': sent.length,
        ...(large ? {} : { etag: `"${etag}"` }),
      });
      if (large && this.cutWhen) {
        const arrived = this.cutWhen;
        this.cutWhen = null;
        response.write(sent.subarray(0, sent.length / 2), () => {
          void arrived().then(() => response.socket?.end());
        });
      } else response.end(sent);
    });
  }

  async start(): Promise<string> {
    const folder = await writeTinyModel({ tokens: {}, other: [3, 4] });
    for (const [name, file] of [
      ['onnx/model.onnx', 'model.onnx'],
      ['tokenizer.json', 'tokenizer.json'],
      ['config.json', 'config.json'],
    ] as const) {
      this.#files.set(name, await readFile(join(folder, file)));
    }
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe('a model of a hub (against a stub of one)', () => {
  let hub: HubStub;
  let hubUrl: string;
  let dataDirectory: string;
  const open = (options: { log?: (level: string, message: string) => void; model?: string } = {}) =>
    createEncoder({ model, hubUrl, dataDirectory, device: 'cpu', threads: 1, ...options });

  beforeEach(async () => {
    hub = new HubStub();
    hubUrl = await hub.start();
    dataDirectory = await mkdtemp(join(tmpdir(), 'kindling-hub-'));
  });
  afterEach(() => hub.stop());

  it('is downloaded once, with its pinned revision in its identity, and opened from disk afterwards', async () => {
    const first = await open();
    await first.close();
    expect(first.model).toMatchObject({ name: 'acme/tiny', dimensions: 2 });
    expect(first.model.id).toMatch(/^acme--tiny@0123456789ab\.[0-9a-f]{12}-2-mean$/);
    await hub.stop();
    const second = await open();
    await second.close();
    expect(second.model.id).toBe(first.model.id);
  });

  it('continues where a broken transfer stopped, and says at first that the network is the trouble', async () => {
    const partial = join(dataDirectory, 'models/acme--tiny', revision, 'onnx/model.onnx.partial');
    hub.cutWhen = () => vi.waitUntil(() => existsSync(partial) && statSync(partial).size > 0, 10_000);
    await expect(open()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('cannot be reached'),
    });
    const encoder = await open();
    await encoder.close();
    const ranges = hub.requests.filter(({ path }) => path.startsWith('/storage/')).map(({ range }) => range);
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d+-$/)]);
  });

  it('is refused and deleted when it does not match the checksum the hub names', async () => {
    hub.damaged = true;
    await expect(open()).rejects.toThrow(/onnx\/model.onnx arrived damaged/);
    hub.damaged = false;
    const encoder = await open();
    await encoder.close();
  });

  it('is refused at a later start when its files changed on disk', async () => {
    await (await open()).close();
    const path = join(dataDirectory, 'models/acme--tiny', revision, 'config.json');
    await writeFile(path, `${await readFile(path, 'utf8')} `);
    await expect(open()).rejects.toThrow(/config.json is not the file it should be/);
  });

  it('is downloaded by one of two processes that want it at once', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    await Promise.all([one.close(), two.close()]);
    expect(hub.requests.filter(({ path }) => path.startsWith('/storage/'))).toHaveLength(1);
  });

  it('names the ways out when there is no network', async () => {
    await hub.stop();
    await expect(open()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(
        /cannot be reached.*copy the model's files into a folder.*comes with Kindling/,
      ),
    });
    expect(existsSync(join(dataDirectory, 'models/acme--tiny', revision, 'kindling-model.json'))).toBe(false);
  });

  it.each(['acme/tiny', 'acme/tiny@main', 'acme/tiny@v1.0'])(
    'is refused as %s, which may change under stored vectors, with the way to pin it',
    async (unpinned) => {
      await expect(open({ model: unpinned })).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringContaining('write acme/tiny@<commit>'),
      });
      expect(hub.requests).toEqual([]);
    },
  );

  it('that does not exist is an error of its name, not of the network', async () => {
    await expect(open({ model: 'acme/other@0123456' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createEncoder, type EncoderOptions, EncodingError } from '../index.js';

/** [length of the text, 4, 0], which is not normalised: the encoder has to do it. */
const vectorOf = (text: string): (number | null)[] => [text.length, 4, 0];

interface Call {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: { readonly input?: string[]; readonly inputs?: string[]; readonly model?: string };
}

/** A stub of an embedding server: its answers have the shapes of the real ones; no real one can run in these tests. */
class ServerStub {
  readonly calls: Call[] = [];
  /** Answers given instead of the next real ones. */
  readonly instead: ((response: ServerResponse) => void)[] = [];
  vector = vectorOf;
  readonly #dialect: 'openai' | 'tei';
  readonly #server: Server;

  constructor(dialect: 'openai' | 'tei') {
    this.#dialect = dialect;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (request.method === 'GET') {
      if (path === '/info' && this.#dialect === 'tei') {
        json({ model_id: 'acme/large', model_sha: 'abc', max_input_length: 512, max_client_batch_size: 3 });
      } else if (path === '/v1/models' && this.#dialect === 'openai') {
        json({ data: [{ id: 'only-model' }] });
      } else json({ error: 'not found' }, 404);
      return;
    }
    let raw = '';
    for await (const chunk of request) raw += chunk;
    const body: Call['body'] = JSON.parse(raw);
    this.calls.push({ path, authorization: request.headers.authorization, body });
    const instead = this.instead.shift();
    if (instead) return instead(response);
    if (path === '/embed') json(body.inputs?.map((text) => this.vector(text)));
    else {
      const data = body.input?.map((text, index) => ({ index, embedding: this.vector(text) }));
      // In another order, as the format allows.
      json({ data: data?.reverse() });
    }
  }
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function open(dialect: 'openai' | 'tei', options: EncoderOptions = {}) {
  const server = new ServerStub(dialect);
  const url = await server.start();
  stops.push(() => server.stop());
  const encoder = await createEncoder({ url, timeoutMs: 2_000, ...options });
  stops.push(() => encoder.close());
  server.calls.length = 0;
  return { server, encoder };
}

describe.each(['openai', 'tei'] as const)('an embedding server that speaks %s (a stub)', (dialect) => {
  it('is recognised, and its vectors come back normalised and in the order of the texts', async () => {
    const { encoder } = await open(dialect);
    const vectors = await encoder.encode(['aaa', '', 'aaaaaaaa'], 'passage');
    expect(encoder.model).toMatchObject({ dimensions: 3, pooling: 'remote' });
    expect(encoder.device.kind).toBe('remote');
    const lengths = [3, 1, 8];
    for (const [at, vector] of vectors.entries()) {
      const length = lengths[at] ?? 0;
      const norm = Math.hypot(length, 4);
      expect([...vector]).toEqual([length / norm, 4 / norm, 0].map((value) => expect.closeTo(value, 6)));
    }
  });

  it('gets batches no larger than it takes, with the key and the prefix', async () => {
    const { server, encoder } = await open(dialect, {
      apiKey: 'secret',
      maximumBatch: 5,
      queryPrefix: 'query: ',
    });
    const texts = Array.from({ length: 23 }, (_, at) => `${at}`);
    await encoder.encode(texts, 'query');
    const sent = server.calls.map(({ body }) => body.inputs ?? body.input ?? []);
    expect(Math.max(...sent.map((batch) => batch.length))).toBe(dialect === 'tei' ? 3 : 5);
    expect(sent.flat().sort()).toEqual(texts.map((text) => `query: ${text}`).sort());
    expect(new Set(server.calls.map(({ authorization }) => authorization))).toEqual(
      new Set(['Bearer secret']),
    );
  });

  it('is asked again after the time it names when it is busy, and after a broken answer', async () => {
    const { server, encoder } = await open(dialect);
    server.instead.push(
      (response) => response.writeHead(429, { 'retry-after': '0.3' }).end(),
      (response) => response.writeHead(503).end(),
      (response) => response.destroy(),
    );
    const started = performance.now();
    await expect(encoder.encode(['a'], 'passage')).resolves.toHaveLength(1);
    expect(performance.now() - started).toBeGreaterThan(290);
    expect(server.calls).toHaveLength(4);
  });

  it('that stays broken is reported with its address and the number of tries', async () => {
    const { server, encoder } = await open(dialect, { retries: 1 });
    const broken = (response: ServerResponse) => response.writeHead(500).end('out of memory');
    server.instead.push(broken, broken);
    await expect(encoder.encode(['a'], 'passage')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/127.0.0.1.*answers 500: out of memory \(tried 2 times\)/),
    });
  });

  it('that gives no answer in time is given up', async () => {
    const { server, encoder } = await open(dialect, { timeoutMs: 200, retries: 0 });
    server.instead.push(() => {});
    await expect(encoder.encode(['a'], 'passage')).rejects.toThrow(/no answer in 200 ms/);
  });

  it('that refuses the key is not asked again', async () => {
    const { server, encoder } = await open(dialect);
    server.instead.push((response) => response.writeHead(401).end('bad key'));
    await expect(encoder.encode(['a'], 'passage')).rejects.toThrow(/401: bad key Check EMBEDDING_API_KEY/);
    expect(server.calls).toHaveLength(1);
  });

  it.each([
    ['NaN', (): (number | null)[] => [null, 1, 1], /not finite/],
    ['another dimension', (): (number | null)[] => [1, 2], /2 dimensions.*expected 3/],
    ['zeros', (): (number | null)[] => [0, 0, 0], /all zero/],
  ])('that answers one text with %s fails with its index', async (_, bad, message) => {
    const { server, encoder } = await open(dialect, { maximumBatch: 2 });
    server.vector = (text) => (text === 'bad' ? bad() : vectorOf(text));
    const error = await encoder.encode(['a', 'b', 'c', 'bad', 'e'], 'passage').catch((thrown) => thrown);
    expect(error).toBeInstanceOf(EncodingError);
    expect(error.index).toBe(3);
    expect(error.message).toMatch(message);
  });

  it('is left alone as soon as the caller aborts', async () => {
    const { server, encoder } = await open(dialect);
    const abort = new AbortController();
    server.instead.push(() => abort.abort(new Error('enough')));
    await expect(
      encoder.encode(
        Array.from({ length: 500 }, () => 'a'),
        'passage',
        { signal: abort.signal },
      ),
    ).rejects.toThrow('enough');
    expect(server.calls.length).toBeLessThan(10);
  });
});

describe('the identity of a remote model', () => {
  it('is what the server says of itself, and changes with the prefixes', async () => {
    const tei = (await open('tei')).encoder;
    expect(tei.model).toMatchObject({ name: 'acme/large', maximumTokens: 512 });
    expect((await open('tei', { queryPrefix: 'q: ' })).encoder.model.id).not.toBe(tei.model.id);
    expect((await open('openai')).encoder.model.name).toBe('only-model');
    expect((await open('openai', { model: 'other' })).encoder.model.name).toBe('other');
  });

  it('needs an address that is one', async () => {
    await expect(createEncoder({ url: 'not an address' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CatalogueId } from '@kindling/domain';
import {
  createWebhook,
  failImportRun,
  findDueWebhooks,
  finishImportRun,
  listDeadLetters,
  listWebhookDeliveries,
  redeliverWebhook,
  retryDeadLetter,
  rotateWebhookSecret,
  saveWebhook,
  sendTestWebhook,
  takeUpImportRun,
  tellWebhooks,
  transaction,
  type WebhookKind,
} from '@kindling/storage';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openWorkerFixture, silentLog, type WorkerFixture } from '../worker.fixture.js';
import { deliverWebhooks } from './deliver-webhooks.js';

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let fixture: WorkerFixture;
const received: Received[] = [];
/** What the receiver answers next; 204 when nothing is said. */
const answers: number[] = [];
/** A receiver of somebody else: a real server on a port of its own. */
const receiver = createServer(async (request, response) => {
  let body = '';
  for await (const piece of request) body += piece;
  received.push({ headers: request.headers, body });
  const status = answers.shift() ?? 204;
  response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('thanks');
});
let url = '';
beforeAll(async () => {
  fixture = await openWorkerFixture();
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  receiver.close();
  await fixture.close();
});
afterEach(() => {
  received.length = 0;
  answers.length = 0;
});

const never = new AbortController().signal;
/** Attempts follow each other at once, or after `backoffMs`. */
const deliver = (endpointId: string, backoffMs: readonly number[] = [], allowPrivate = true) =>
  deliverWebhooks({ pool: fixture.pool, log: silentLog, allowPrivate, backoffMs })({ endpointId }, never);

async function endpoint(id: string, kinds: WebhookKind[], to = url) {
  const catalogue = await fixture.catalogue(id);
  const input = { url: to, description: 'test', kinds };
  const { webhook, secret } = await createWebhook(fixture.pool, catalogue, input, 'test');
  const log = () => listWebhookDeliveries(fixture.pool, catalogue, webhook.id, { first: 10, before: null });
  return { catalogue, id: webhook.id, secret, log };
}
const tell = (catalogue: CatalogueId, key: string) =>
  tellWebhooks(fixture.pool, { catalogue, kind: 'rule.published', data: { key } });

/** As a receiver checks it, from the specification and not from our code. */
function isSignedWith(secret: string, { headers, body }: Received): boolean {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const signature = `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
  return String(headers['webhook-signature']).split(' ').includes(signature);
}

describe('a webhook', () => {
  test('hears of what it asked for, signed, in the order of the changes, and of nothing else', async () => {
    const { catalogue, id, secret, log } = await endpoint('order', ['rule.published']);
    await tell(catalogue, 'first');
    await tellWebhooks(fixture.pool, { catalogue, kind: 'model.activated', data: {} });
    await tell(catalogue, 'second');
    await deliver(id);
    expect(received.map(({ body }) => JSON.parse(body).data)).toEqual([
      { catalogue: 'order', key: 'first' },
      { catalogue: 'order', key: 'second' },
    ]);
    expect(JSON.parse(received[0]?.body ?? '{}').type).toBe('rule.published');
    expect(received.every((one) => isSignedWith(secret, one))).toBe(true);
    expect(
      received.every((one) => isSignedWith(`whsec_${Buffer.from('another').toString('base64')}`, one)),
    ).toBe(false);
    const age = Date.now() / 1_000 - Number(received[0]?.headers['webhook-timestamp']);
    expect(Math.abs(age)).toBeLessThan(60);
    expect(
      (await log()).map(({ status, responseStatus, attempts }) => [status, responseStatus, attempts]),
    ).toEqual([
      ['DELIVERED', 204, 1],
      ['DELIVERED', 204, 1],
    ]);
  });

  test('hears of a change if and only if it was committed', async () => {
    const { catalogue, id } = await endpoint('outbox', ['rule.published']);
    await expect(
      transaction(fixture.pool, async (client) => {
        await tellWebhooks(client, { catalogue, kind: 'rule.published', data: { key: 'undone' } });
        throw new Error('the change fails');
      }),
    ).rejects.toThrow('the change fails');
    await deliver(id);
    expect(received).toEqual([]);
  });

  test('that fails is tried again with the same id, until it answers', async () => {
    const { catalogue, id, log } = await endpoint('retry', ['rule.published']);
    answers.push(500, 302);
    await tell(catalogue, 'one');
    await deliver(id, [0, 0, 0]);
    expect(received).toHaveLength(3);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect((await log())[0]).toMatchObject({ status: 'DELIVERED', attempts: 3, error: null });
  });

  test('waits longer after each failure, and does not hold up what comes after', async () => {
    const { catalogue, id, log } = await endpoint('wait', ['rule.published']);
    answers.push(503);
    await tell(catalogue, 'one');
    await tell(catalogue, 'two');
    await deliver(id, [60_000]);
    expect(received).toHaveLength(2);
    const [second, first] = await log();
    expect([first?.status, second?.status]).toEqual(['PENDING', 'DELIVERED']);
    expect((first?.dueAt.getTime() ?? 0) - Date.now()).toBeGreaterThan(50_000);
    expect(await findDueWebhooks(fixture.pool)).not.toContain(id);
  });

  test('is given up after the last attempt: a dead letter says why, and a retry sends it again', async () => {
    const { catalogue, id, log } = await endpoint('dead', ['rule.published', 'dead-letter.created']);
    answers.push(500, 500);
    await tell(catalogue, 'one');
    await deliver(id, [0]);
    expect((await log())[0]).toMatchObject({
      status: 'FAILED',
      attempts: 2,
      error: 'answered with the status 500',
    });
    const [letter] = await listDeadLetters(fixture.pool, catalogue, { first: 10, after: null });
    expect(letter).toMatchObject({ job: 'deliver-webhook', attempts: 2 });
    expect(letter?.reason).toContain('answered with the status 500');
    // the failure of a webhook is no news for webhooks
    await deliver(id);
    expect(received).toHaveLength(2);
    expect(await retryDeadLetter(fixture.pool, catalogue, letter?.id ?? 0, 'test')).toBe(true);
    await deliver(id);
    expect((await log())[0]).toMatchObject({ status: 'DELIVERED', attempts: 1 });
    expect(await listDeadLetters(fixture.pool, catalogue, { first: 10, after: null })).toEqual([]);
  });

  test('that nobody answers says so', async () => {
    const { catalogue, id, log } = await endpoint('gone', ['rule.published'], 'http://127.0.0.1:9/hook');
    await tell(catalogue, 'one');
    await deliver(id, [60_000]);
    expect((await log())[0]).toMatchObject({ status: 'PENDING', responseStatus: null });
    expect((await log())[0]?.error).toContain('ECONNREFUSED');
  });

  test('is signed with both secrets after a rotation', async () => {
    const { catalogue, id, secret } = await endpoint('rotate', ['rule.published']);
    const { secret: newest } = await rotateWebhookSecret(fixture.pool, catalogue, id, 'test');
    await tell(catalogue, 'one');
    await deliver(id);
    expect(received.map((one) => [isSignedWith(secret, one), isSignedWith(newest, one)])).toEqual([
      [true, true],
    ]);
    await fixture.pool.query(`UPDATE webhook_endpoint SET previous_until = now() - interval '1 second'`);
    await tell(catalogue, 'two');
    await deliver(id);
    expect(received.slice(1).map((one) => [isSignedWith(secret, one), isSignedWith(newest, one)])).toEqual([
      [false, true],
    ]);
  });

  test('gets a test message whatever it hears of, and any message again under its id', async () => {
    const { catalogue, id } = await endpoint('test', ['model.activated']);
    const { id: delivery } = await sendTestWebhook(fixture.pool, catalogue, id, 'member:ann');
    await deliver(id);
    await redeliverWebhook(fixture.pool, catalogue, delivery, 'member:ann');
    await deliver(id);
    expect(received.map(({ body }) => JSON.parse(body).type)).toEqual(['webhook.test', 'webhook.test']);
    expect(received[0]?.headers['webhook-id']).toBe(received[1]?.headers['webhook-id']);
  });

  test('that is paused gets nothing, and what waited for it when it goes on', async () => {
    const { catalogue, id } = await endpoint('pause', ['rule.published']);
    await tell(catalogue, 'before');
    const input = { url, description: '', kinds: ['rule.published' as const] };
    await saveWebhook(fixture.pool, catalogue, id, { ...input, paused: true }, 'test');
    await tell(catalogue, 'meanwhile');
    await deliver(id);
    expect(received).toEqual([]);
    await saveWebhook(fixture.pool, catalogue, id, { ...input, paused: false }, 'test');
    await deliver(id);
    expect(received.map(({ body }) => JSON.parse(body).data.key)).toEqual(['before']);
  });

  test('is sent by one of many workers at once', async () => {
    const { catalogue, id } = await endpoint('once', ['rule.published']);
    for (let number = 0; number < 5; number++) await tell(catalogue, String(number));
    await Promise.all(Array.from({ length: 4 }, () => deliver(id)));
    expect(received.map(({ body }) => JSON.parse(body).data.key).sort()).toEqual(['0', '1', '2', '3', '4']);
  });

  test.each([
    'http://127.0.0.1:1/',
    'https://127.0.0.1:1/',
    'https://[::1]/',
    'https://169.254.169.254/latest',
  ])('never leads into our own network: %s', async (address) => {
    const { catalogue, id, log } = await endpoint(`inside-${address.length}`, ['rule.published'], address);
    await tell(catalogue, 'one');
    await deliver(id, [60_000], false);
    expect((await log())[0]?.error).toMatch(/not public|not https/);
  });

  test('hears of imports that end, well or not, and not of dry runs', async () => {
    const { catalogue, id } = await endpoint('imports', ['import.finished', 'dead-letter.created']);
    const run = async (wanted: { dryRun?: boolean }) => {
      const started = await fixture.startImport(catalogue, 'id,title\n1,One\n', wanted);
      await takeUpImportRun(fixture.pool, started);
      return started;
    };
    const good = await run({});
    await finishImportRun(fixture.pool, good);
    await finishImportRun(fixture.pool, good);
    await finishImportRun(fixture.pool, await run({ dryRun: true }));
    await failImportRun(fixture.pool, await run({}), 'The file has no columns');
    await deliver(id);
    expect(received.map(({ body }) => [JSON.parse(body).type, JSON.parse(body).data.status ?? null])).toEqual(
      [
        ['import.finished', 'SUCCEEDED'],
        ['import.finished', 'FAILED'],
        ['dead-letter.created', null],
      ],
    );
  });

  test('is told once of what is noticed by looking again and again', async () => {
    const { catalogue, id } = await endpoint('noticed', ['experiment.broken-split']);
    const news = { catalogue, kind: 'experiment.broken-split', data: {}, once: 'key@1' } as const;
    await tellWebhooks(fixture.pool, news);
    await tellWebhooks(fixture.pool, news);
    await deliver(id);
    expect(received).toHaveLength(1);
  });
});

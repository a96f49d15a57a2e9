import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiFixture, openApi, wordEncoder } from './api.fixture.js';

const bodyMs = 150;
let fixture: ApiFixture;
beforeAll(async () => {
  fixture = await openApi(
    { API_BODY_TIMEOUT_MS: String(bodyMs), API_UPLOAD_SILENCE_MS: '1500' },
    { encoder: wordEncoder },
  );
});
afterAll(() => fixture.close());

function post(path: string): ClientRequest {
  return request(fixture.api.url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${fixture.shop.secretKey}`,
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'transfer-encoding': 'chunked',
    },
  });
}
/** The status and the text of the answer; what a connection that is cut off leaves unsent does not matter. */
async function answerOf(call: ClientRequest): Promise<{ status: number | undefined; text: string }> {
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  call.on('error', () => undefined);
  let text = '';
  for await (const piece of response) text += piece;
  return { status: response.statusCode, text };
}
/** A piece now and then, for longer than a body may take. */
async function trickle(call: ClientRequest, piece: string): Promise<number> {
  let pieces = 0;
  for (const begun = performance.now(); performance.now() - begun < 3 * bodyMs && !call.destroyed; ) {
    call.write(piece);
    pieces++;
    await delay(bodyMs / 10);
  }
  return pieces;
}

test('an upload may take longer than any other body, as long as something comes', async () => {
  const call = post('/admin/files?name=slow.csv');
  const answer = answerOf(call);
  const pieces = await trickle(call, 'x,y\n');
  call.end();
  expect((await answer).status).toBe(200);
  expect(JSON.parse((await answer).text).bytes).toBe(4 * pieces);
});

test('an upload of which nothing comes any more is given up, and leaves nothing behind', async () => {
  const call = post('/admin/files?name=stuck.csv');
  call.write('x,y\n');
  const { status, text } = await answerOf(call);
  expect([status, text]).toEqual([400, expect.stringContaining('Nothing of the file came for 1500 ms')]);
  const left = async () =>
    (await fixture.pool.query(`SELECT FROM uploaded_file WHERE name = 'stuck.csv'`)).rowCount;
  await expect.poll(left).toBe(0);
});

test.each(['/graphql', '/admin/graphql', '/admin/graphql/stream', '/health/live'])(
  'a body that is sent byte by byte to %s is not waited for',
  async (path) => {
    const call = post(path);
    // Not by events.once: a reset while a piece is being sent is a way to be cut off, too, and would reject it.
    const cut = new Promise<void>((resolve) => call.once('close', () => resolve()));
    const answer = answerOf(call).catch(() => ({ status: 0, text: '' }));
    call.on('error', () => undefined);
    await trickle(call, ' ');
    await cut;
    expect([0, 200, 400]).toContain((await answer).status);
  },
);

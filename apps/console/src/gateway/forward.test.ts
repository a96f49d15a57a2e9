import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { forward } from './forward';

let api: Server | undefined;
afterEach(() => new Promise<void>((resolve) => (api ? api.close(() => resolve()) : resolve())));

/** A real HTTP server in the API's place. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer);
  api = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, consoleOrigin: undefined };
}
const call = (path: string, init: RequestInit = {}) =>
  new Request(`http://console.example/api/${path}`, {
    method: 'POST',
    body: '{}',
    ...init,
    headers: { host: 'console.example', 'apollo-require-preflight': 'console', ...init.headers },
  });

describe('forwarding', () => {
  it('carries the session cookie there and new cookies back', async () => {
    const env = await serve((request, response) => {
      response.setHeader('set-cookie', ['a=1; HttpOnly', 'b=2']);
      response.end(JSON.stringify({ cookie: request.headers.cookie }));
    });
    const answer = await forward(
      call('admin/graphql', { headers: { cookie: 'kindling_session=x' } }),
      'admin/graphql',
      env,
    );
    expect(await answer.json()).toEqual({ cookie: 'kindling_session=x' });
    expect(answer.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2']);
  });

  it('never passes on an Authorization header of the browser', async () => {
    const env = await serve((request, response) =>
      response.end(JSON.stringify({ got: request.headers.authorization ?? null })),
    );
    const answer = await forward(
      call('admin/graphql', { headers: { authorization: 'Bearer sk_x' } }),
      'admin/graphql',
      env,
    );
    expect(await answer.json()).toEqual({ got: null });
  });

  it('hands on each part of an answer as it comes, so that event streams are live', async () => {
    let finish = () => {};
    const env = await serve((_request, response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.write('first');
      finish = () => response.end('last');
    });
    const answer = await forward(call('admin/graphql/stream'), 'admin/graphql/stream', env);
    const reader = answer.body?.getReader();
    const text = async () => new TextDecoder().decode((await reader?.read())?.value);
    expect(await text()).toBe('first');
    finish();
    expect(await text()).toBe('last');
    expect(answer.headers.get('cache-control')).toContain('no-transform');
  });

  it('hands on an upload while it is still being sent', async () => {
    let parts = 0;
    const env = await serve((request, response) => {
      request.once('data', () => {
        parts += 1;
        response.end(JSON.stringify({ fileId: 'f' }));
      });
    });
    // The body never ends: an answer can come only when its beginning was passed on.
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('begin')),
    });
    const request = call('admin/files', { body, duplex: 'half' } as RequestInit);
    const answer = await forward(request, 'admin/files', env);
    expect(await answer.json()).toEqual({ fileId: 'f' });
    expect(parts).toBe(1);
    api?.closeAllConnections();
  });

  it('says that the API does not answer, with a request id, when it is gone', async () => {
    const answer = await forward(call('admin/graphql'), 'admin/graphql', {
      apiUrl: 'http://127.0.0.1:9',
      consoleOrigin: undefined,
    });
    expect(answer.status).toBe(502);
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
  });

  it('hands a redirect of the API to the browser instead of following it', async () => {
    const env = await serve((_request, response) => {
      response.writeHead(302, { location: 'https://provider.example/authorize', 'set-cookie': 'a=1' }).end();
    });
    const path = 'admin/oidc/start';
    const answer = await forward(call(path, { method: 'GET', body: null }), path, env);
    expect([answer.status, answer.headers.get('location'), answer.headers.getSetCookie()]).toEqual([
      302,
      'https://provider.example/authorize',
      ['a=1'],
    ]);
  });

  it.each([
    ['of another site', 'origin', 'https://evil.example'],
    ['without the header that a form cannot send', 'apollo-require-preflight', null],
  ])('refuses a POST with a session cookie that comes from a page %s', async (_, header, value) => {
    let reached = false;
    const env = await serve((_request, response) => {
      reached = true;
      response.end();
    });
    const request = call('admin/files', {
      headers: { cookie: 'kindling_session=x', 'content-type': 'text/plain' },
    });
    if (value === null) request.headers.delete(header);
    else request.headers.set(header, value);
    expect((await forward(request, 'admin/files', env)).status).toBe(403);
    expect(reached).toBe(false);
  });

  it('refuses before anything reaches the API when the origin is foreign', async () => {
    let reached = false;
    const env = await serve((_request, response) => {
      reached = true;
      response.end();
    });
    const answer = await forward(
      call('admin/graphql', { headers: { origin: 'https://evil.example' } }),
      'admin/graphql',
      env,
    );
    expect(answer.status).toBe(403);
    expect(reached).toBe(false);
  });
});

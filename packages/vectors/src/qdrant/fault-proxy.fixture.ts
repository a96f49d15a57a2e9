import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What the proxy does to connections and to answers on their way back. */
export type Fault =
  | { readonly kind: 'none' }
  /** Connections are closed with a reset as soon as they are made. */
  | { readonly kind: 'reset' }
  /** Connections are taken, requests read, and nothing ever comes back. */
  | { readonly kind: 'blackhole' }
  | { readonly kind: 'latency'; readonly ms: number }
  /** The answer stops after so many bytes: half-open (`silence`) or broken off (`reset`). */
  | { readonly kind: 'cut'; readonly bytes: number; readonly ending: 'silence' | 'reset' }
  | { readonly kind: 'corrupt' };

export interface FaultProxy {
  readonly url: string;
  readonly connections: number;
  /** For the next `times` connections, or from now on; open ones are dropped, so that it holds at once. */
  inject(fault: Fault, times?: number): void;
  close(): Promise<void>;
}

/** A TCP proxy in front of a server, that breaks the connection in the ways that networks do. */
export async function startFaultProxy(targetUrl: string): Promise<FaultProxy> {
  const target = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let fault: Fault = { kind: 'none' };
  let remaining = Infinity;
  let connections = 0;

  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    return socket;
  };
  const server = createServer((client) => {
    track(client);
    connections++;
    const active: Fault = remaining > 0 ? fault : { kind: 'none' };
    remaining--;
    if (active.kind === 'reset') return client.resetAndDestroy();
    if (active.kind === 'blackhole') return client.resume();
    const upstream = track(connect(Number(target.port), target.hostname));
    client.pipe(upstream);
    let sent = 0;
    upstream.on('data', (chunk) => {
      if (active.kind === 'latency') setTimeout(() => client.writable && client.write(chunk), active.ms);
      else if (active.kind === 'corrupt')
        client.write(chunk.map((byte, at) => (at % 3 === 0 ? byte ^ 0x55 : byte)));
      else if (active.kind === 'cut') {
        client.write(chunk.subarray(0, Math.max(0, active.bytes - sent)));
        sent += chunk.length;
        if (sent >= active.bytes && active.ending === 'reset') client.resetAndDestroy();
      } else client.write(chunk);
    });
    upstream.on('close', () => active.kind === 'none' && client.destroy());
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    inject(next, times = Infinity) {
      fault = next;
      remaining = times;
      drop();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        drop();
      }),
  };
}

import { KindlingError } from '@kindling/domain';
import { QdrantClient } from '@qdrant/js-client-rest';
import { CircuitBreaker } from './circuit-breaker.js';
import { Deadline } from './deadline.js';
import { type Failure, readFailure, unavailable } from './failure.js';

export interface ConnectionOptions {
  /** `http(s)://host[:port][/prefix]`; without a port Qdrant's 6333. */
  readonly url: string;
  readonly apiKey?: string;
  /** The most that a read may take, retries included. */
  readonly timeoutMs: number;
  /** The most that one write request may take, retries included. */
  readonly writeTimeoutMs: number;
  readonly breaker: { readonly failuresToOpen: number; readonly openMs: number };
}

/** Pauses before the second and the third attempt. All our requests are idempotent, so each may be repeated. */
const retryPausesMs = [40, 160];
/** Conditional writes (`update_filter`), collection metadata and RRF's `k` came with 1.16. */
const oldestServer = { major: 1, minor: 16 };

/**
 * Sends requests to one Qdrant and answers within the deadline, always: with the result, or with a
 * KindlingError that says what failed and where. Transient failures are retried while time remains.
 */
export class QdrantConnection {
  private readonly origin: string;
  private readonly clients: { readonly read: QdrantClient; readonly write: QdrantClient };
  private readonly breaker: CircuitBreaker;
  private serverChecked = false;
  private closed = false;

  constructor(private readonly options: ConnectionOptions) {
    const address = readAddress(options.url);
    this.origin = address.origin;
    const client = (timeout: number) =>
      new QdrantClient({
        url: address.origin,
        port: address.port,
        prefix: address.prefix,
        timeout,
        // The client's own check warns on the console and its failure belongs to no call; see checkServer().
        checkCompatibility: false,
        headers: options.apiKey === undefined ? {} : { 'api-key': options.apiKey },
      });
    this.clients = { read: client(options.timeoutMs), write: client(options.writeTimeoutMs) };
    this.breaker = new CircuitBreaker({ ...options.breaker, nowMs: () => performance.now() });
  }

  /** Starts the clock of a read, which may then send several requests. */
  readDeadline(): Deadline {
    return new Deadline('read', this.options.timeoutMs);
  }
  writeDeadline(): Deadline {
    return new Deadline('write', this.options.writeTimeoutMs);
  }

  /** `what` completes the sentence "Qdrant could not …". */
  async send<T>(what: string, deadline: Deadline, request: (client: QdrantClient) => Promise<T>): Promise<T> {
    let last: Failure | null = null;
    for (const pauseMs of [0, ...retryPausesMs]) {
      if (pauseMs >= deadline.remainingMs()) break;
      if (pauseMs > 0) await pause(pauseMs);
      const refused = this.refusal(what);
      if (refused) throw last?.error ?? refused;
      try {
        const result = await deadline.race(request(this.clients[deadline.kind]));
        this.breaker.succeeded();
        return result;
      } catch (cause) {
        last = readFailure(cause, what, this.origin);
        if (last.serverAnswered) this.breaker.succeeded();
        else this.breaker.failed();
        if (!last.transient) throw last.error;
      }
    }
    throw last?.error ?? unavailable(what, 'no time was left');
  }

  /** Refuses servers that would ignore the condition of our conditional writes without a word. */
  async checkServer(deadline: Deadline): Promise<void> {
    if (this.serverChecked) return;
    const { version } = await this.send('tell its version', deadline, (client) => client.versionInfo());
    const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
    if (major < oldestServer.major || (major === oldestServer.major && minor < oldestServer.minor)) {
      throw new KindlingError(
        'UNSUPPORTED',
        `Qdrant is version ${version}; ${oldestServer.major}.${oldestServer.minor} or later is ` +
          'needed, because older ones ignore the condition of a conditional write. Upgrade it, or unset QDRANT_URL.',
      );
    }
    this.serverChecked = true;
  }

  close(): void {
    this.closed = true;
  }

  private refusal(what: string): KindlingError | null {
    if (this.closed) return unavailable(what, 'the connection was closed by this process');
    const waitMs = Math.ceil(this.breaker.admit());
    if (waitMs === 0) return null;
    const reason = `it failed repeatedly and is not asked again for ${waitMs} ms`;
    return unavailable(what, reason, { retryAfterMs: waitMs });
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The client drops a path and takes `https://host:443` for port 6333, so both are read here. */
function readAddress(url: string): { origin: string; port: number | null; prefix: string } {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new KindlingError(
      'BAD_INPUT',
      'QDRANT_URL is not an http or https address, such as http://localhost:6333.',
      {
        field: 'QDRANT_URL',
      },
    );
  }
  const { protocol, hostname, port, pathname } = new URL(url);
  const namesDefaultPort = port === '' && /^https?:\/\/[^/]*:\d+(\/|$)/.test(url);
  return {
    origin: `${protocol}//${hostname}${port === '' ? '' : `:${port}`}`,
    port: namesDefaultPort ? null : port === '' ? 6333 : Number(port),
    prefix: pathname.replace(/\/+$/, ''),
  };
}

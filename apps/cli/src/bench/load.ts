import { Agent, type ClientRequest, request } from 'node:http';

export interface LoadTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends one request and resolves with its milliseconds when the whole answer is there. */
function once(
  agent: Agent,
  target: LoadTarget,
  accept: (status: number, body: string) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const sent: ClientRequest = request(
      target.url,
      {
        agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(target.body),
          ...target.headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const took = performance.now() - begun;
          accept(response.statusCode ?? 0, Buffer.concat(chunks).toString());
          resolve(took);
        });
      },
    );
    sent.on('error', reject);
    sent.end(target.body);
  });
}

/** The answer to one request; anything but a 200 without errors ends the bench, because it would measure refusals. */
export async function answerTo(target: LoadTarget): Promise<string> {
  const agent = new Agent({ keepAlive: false });
  let answer = '';
  await once(agent, target, (status, body) => {
    answer = body;
    assertAnswer(target, status, body);
  });
  agent.destroy();
  return answer;
}

function assertAnswer({ url }: LoadTarget, status: number, body: string): void {
  if (status !== 200 || body.startsWith('{"errors"'))
    throw new Error(`${url} answered ${status}: ${body.slice(0, 300)}`);
}

/**
 * As many requests as `connections` can have answered one after the other in that time.
 *
 * The load never sleeps meanwhile: on a virtual machine, to wake a sleeping reader costs the writer of an answer some
 * 15 us of CPU. A fast server never pays that, because its reader is always busy; a slower one would seem slower still.
 */
export async function saturate(
  targets: (index: number) => LoadTarget,
  connections: number,
  durationMs: number,
): Promise<{ readonly requests: number; readonly times: number[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  const until = performance.now() + durationMs;
  let next = 0;
  const connection = async () => {
    while (performance.now() < until) {
      const target = targets(next++);
      times.push(await once(agent, target, (status, body) => assertAnswer(target, status, body)));
    }
  };
  let over = false;
  const stayAwake = () => {
    if (!over) setImmediate(stayAwake);
  };
  stayAwake();
  await Promise.all(Array.from({ length: connections }, connection)).finally(() => {
    over = true;
  });
  agent.destroy();
  return { requests: times.length, times };
}

/**
 * Requests at a fixed rate, whether the earlier ones are answered or not: a slow answer delays nobody but itself, and
 * the time counts from when it was due.
 */
export async function pace(
  targets: (index: number) => LoadTarget,
  perSecond: number,
  durationMs: number,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const begun = performance.now();
  const count = Math.floor((perSecond * durationMs) / 1_000);
  const times: Promise<number>[] = [];
  while (times.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - begun) * perSecond) / 1_000));
    while (times.length < due) {
      const target = targets(times.length);
      const late = performance.now() - begun - (times.length * 1_000) / perSecond;
      times.push(
        once(agent, target, (status, body) => assertAnswer(target, status, body)).then(
          (took) => took + Math.max(0, late),
        ),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const all = await Promise.all(times);
  agent.destroy();
  return all;
}

export function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

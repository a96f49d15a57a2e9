import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventTracker } from './event-tracker.js';
import { RequestError } from './request-error.js';
import type { EventInput, OperationResults } from './types.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const view = (itemId: string) => ({ type: 'VIEW', profileId: 'ann', itemId }) as const;
const busy = (retryAfterMs?: number) => new RequestError('RATE_LIMITED', 'too many', { retryAfterMs });

/** A server that remembers what it was sent, and answers as `answer` says. */
function server(answer: (call: number) => OperationResults['trackEvents'] | Error = () => stored()) {
  const calls: (readonly EventInput[])[] = [];
  return {
    calls,
    async trackEvents({ events }: { readonly events: readonly EventInput[] }) {
      calls.push(events);
      const outcome = answer(calls.length);
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  };
}
const stored = (rejected: OperationResults['trackEvents']['rejected'] = []) => ({
  accepted: 0,
  duplicates: 0,
  rejected,
});

describe('EventTracker', () => {
  it('gathers events into one call, each with an id and the time it happened', async () => {
    const client = server();
    const tracker = new EventTracker({ client });
    tracker.track(view('a'));
    vi.advanceTimersByTime(400);
    tracker.track(view('b'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(client.calls).toHaveLength(1);
    const [a, b] = client.calls[0] ?? [];
    expect([a?.itemId, b?.itemId]).toEqual(['a', 'b']);
    expect(a?.id).not.toBe(b?.id);
    expect(Date.parse(b?.occurredAt ?? '') - Date.parse(a?.occurredAt ?? '')).toBe(400);
  });

  it('sends the very same events again until they are stored, later every time', async () => {
    const client = server((call) => (call < 4 ? new RequestError('NETWORK', 'gone') : stored()));
    const tracker = new EventTracker({ client, random: () => 1 });
    tracker.track(view('a'));
    const times: number[] = [];
    const start = Date.now();
    while (tracker.waitingCount > 0) {
      const before = client.calls.length;
      await vi.advanceTimersToNextTimerAsync();
      if (client.calls.length > before) times.push(Date.now() - start);
    }
    expect(times).toEqual([1_000, 1_500, 2_500, 4_500]);
    expect(new Set(client.calls.map(([event]) => event?.id)).size).toBe(1);
  });

  it('waits as long as the server asks for', async () => {
    const client = server((call) => (call === 1 ? busy(30_000) : stored()));
    const tracker = new EventTracker({ client });
    tracker.track(view('a'));
    await vi.advanceTimersByTimeAsync(1_000);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(client.calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(client.calls).toHaveLength(2);
  });

  it('tells which events were refused and why, and does not send them again', async () => {
    const row = { index: 1, field: 'value', code: 'BAD_INPUT', message: 'is not a rating' };
    const lost: string[] = [];
    const client = server(() => stored([row]));
    const tracker = new EventTracker({
      client,
      onLost: (event, why) => lost.push(`${event.itemId}: ${why.message}`),
    });
    tracker.track(view('a'));
    tracker.track(view('b'));
    await tracker.flush();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lost).toEqual(['b: is not a rating']);
    expect(client.calls).toHaveLength(1);
  });

  it('goes on after a batch that can never succeed', async () => {
    const client = server((call) => (call === 1 ? new RequestError('FORBIDDEN', 'revoked') : stored()));
    const lost: EventInput[] = [];
    const tracker = new EventTracker({ client, maximumBatch: 1, onLost: (event) => lost.push(event) });
    tracker.track(view('a'));
    tracker.track(view('b'));
    await tracker.flush();
    expect(lost.map(({ itemId }) => itemId)).toEqual(['a']);
    expect(client.calls.map(([event]) => event?.itemId)).toEqual(['a', 'b']);
  });

  it('holds a bounded number while the server is away, gives up the oldest and says so', async () => {
    const client = server(() => new RequestError('NETWORK', 'gone'));
    const lost: EventInput[] = [];
    const tracker = new EventTracker({ client, maximumWaiting: 3, onLost: (event) => lost.push(event) });
    for (const id of ['a', 'b', 'c', 'd', 'e']) tracker.track(view(id));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(tracker.waitingCount).toBe(3);
    expect(lost.map(({ itemId }) => itemId)).toEqual(['a', 'b']);
  });

  it('sends what waits when the page goes away', async () => {
    const client = server();
    const page = new EventTarget();
    const tracker = new EventTracker({ client });
    tracker.flushOnPageHide(page as Window);
    tracker.track(view('a'));
    page.dispatchEvent(new Event('pagehide'));
    await tracker.flush();
    expect(client.calls).toHaveLength(1);
  });
});

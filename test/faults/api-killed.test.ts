import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readyFolder } from '../stack/ready-folder.js';
import { isAlive, Stack, until } from '../stack/stack.js';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start({ flags: ['--no-demo', '--no-console'], dataDir: await readyFolder() });
});
afterAll(() => stack?.stopAndForget());

const track =
  'mutation ($events: [EventInput!]!) { trackEvents(events: $events) { accepted duplicates rejected { index } } }';
interface Tracked {
  readonly trackEvents: {
    readonly accepted: number;
    readonly duplicates: number;
    readonly rejected: readonly unknown[];
  };
}
const isReady = async () =>
  (await fetch(stack.local.graphql.replace('graphql', 'health/ready')).catch(() => null))?.ok === true;
const batch = (profileId: string) =>
  Array.from({ length: 200 }, () => ({ id: randomUUID(), type: 'VIEW', profileId, itemId: 'some-item' }));

test('the API is killed while it takes events: every acknowledged event is stored, and a retry doubles none', async () => {
  const sent: { id: string }[][] = [];
  const acknowledged: string[] = [];
  const profile = `visitor-${randomUUID()}`;
  let stop = false;
  const send = async () => {
    while (!stop) {
      const events = batch(profile);
      sent.push(events);
      try {
        const { trackEvents } = await stack.query<Tracked>(track, { events });
        expect(trackEvents.rejected).toEqual([]);
        acknowledged.push(...events.map(({ id }) => id));
      } catch {
        // killed under this request: what became of it is not known to the client
        await until(isReady);
      }
    }
  };
  const senders = [send(), send(), send(), send()];
  for (let kill = 1; kill <= 3; kill++) {
    const before = acknowledged.length;
    await until(() => acknowledged.length >= before + 1_000);
    const api = stack.pid('api');
    process.kill(api, 'SIGKILL');
    await until(() => stack.pid('api') !== api && isAlive(stack.pid('api')));
  }
  await until(isReady);
  stop = true;
  await Promise.all(senders);

  // Sending everything again tells what is stored: an acknowledged event must be a duplicate now.
  const known = new Set(acknowledged);
  let accepted = 0;
  for (const events of sent) {
    const wasAcknowledged = events.every(({ id }) => known.has(id));
    const { trackEvents } = await stack.query<Tracked>(track, { events });
    expect(trackEvents.accepted + trackEvents.duplicates).toBe(events.length);
    if (wasAcknowledged) expect(trackEvents.duplicates).toBe(events.length);
    // a batch is one transaction: stored whole or not at all
    expect([0, events.length]).toContain(trackEvents.duplicates);
    accepted += trackEvents.accepted;
  }
  for (const events of sent.slice(0, 3)) {
    const { trackEvents } = await stack.query<Tracked>(track, { events });
    expect(trackEvents).toMatchObject({ accepted: 0, duplicates: events.length });
  }
  expect(acknowledged.length + accepted).toBeLessThanOrEqual(sent.flat().length);
  expect(known.size).toBe(acknowledged.length);
});

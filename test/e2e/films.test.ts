import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demo } from '../stack/demo-stack.js';
import { until } from '../stack/stack.js';

interface Edge {
  readonly score: number;
  readonly reason: string;
  readonly isExploration: boolean;
  readonly ledger: readonly { readonly term: string; readonly value: number }[];
  readonly node: { readonly id: string; readonly title: string; readonly categories: readonly string[] };
}
interface Connection {
  readonly recommendationId: string;
  readonly coldness: string;
  readonly edges: readonly Edge[];
  readonly degraded: readonly { readonly part: string }[];
}
const connection = `recommendationId coldness degraded { part reason }
  edges { score reason isExploration ledger { term value } node { id title categories } }`;

async function recommend(subject: object, first = 10): Promise<Connection> {
  const { recommendations } = await demo().query<{ recommendations: Connection }>(
    `query ($subject: SubjectInput!, $first: Int!) { recommendations(subject: $subject, first: $first) { ${connection} } }`,
    { subject, first },
  );
  return recommendations;
}

test('npm start ends with a query that answers when it is asked again', () => {
  const { text } = demo();
  expect(text).toMatch(/encoded 3201 of 3201 films/);
  expect(text).toMatch(/simulated 300 visitors/);
  const command = /^\s+(curl [\s\S]*?')$/m.exec(text)?.[1] ?? '';
  const answer = JSON.parse(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' }));
  expect(answer.errors).toBeUndefined();
  const titles = answer.data.recommendations.edges.map((edge: Edge) => edge.node.title);
  expect(titles.length).toBe(5);
  for (const title of titles) expect(text).toContain(title);
});

test('local.json holds what tools need, for its owner alone', () => {
  const { dataDir, local } = demo();
  expect(statSync(join(dataDir, 'local.json')).mode & 0o777).toBe(0o600);
  expect(local).toMatchObject({
    status: 'ready',
    catalogue: 'demo',
    publicKey: expect.stringMatching(/^pk_[\w-]{43}$/),
    secretKey: expect.stringMatching(/^sk_[\w-]{43}$/),
    consoleEmail: expect.stringContaining('@'),
  });
  for (const name of ['launcher', 'postgres', 'api', 'worker', 'console'])
    expect(local.pids?.[name]).toBeGreaterThan(1);
});

test('somebody new who likes "space war with robots" is shown science fiction, and every ledger sums to its score', async () => {
  const { edges, coldness, degraded } = await recommend({ interests: ['space war with robots'] });
  expect(degraded).toEqual([]);
  expect(coldness).toBe('COLD');
  expect(edges.length).toBe(10);
  expect(edges[0]?.node.categories).toContain('Science Fiction');
  // many of these films have no category at all, so that a list of ten is not all "Science Fiction" by name
  const onTop = edges.slice(0, 5).filter(({ node }) => node.categories.includes('Science Fiction'));
  expect(onTop.length).toBeGreaterThanOrEqual(4);
  for (const { score, ledger, reason } of edges) {
    const sum = ledger.reduce((total, { value }) => total + value, 0);
    expect(Math.abs(sum - score)).toBeLessThanOrEqual(1e-6);
    expect(reason).toMatch(/\p{L}/u);
  }
});

test('a new film is in search and recommendations within five seconds', async () => {
  const name = `Zorblax ${randomUUID().slice(0, 8)}`;
  const id = name.toLowerCase().replace(' ', '-');
  const begun = Date.now();
  await demo().admin(`mutation ($items: [ItemInput!]!) { upsertItems(items: $items) { __typename } }`, {
    items: [
      {
        id,
        title: `${name} and the Clockwork Lighthouse Keepers`,
        description: 'Clockwork lighthouse keepers on a frozen comet repair a lighthouse made of clocks.',
        categories: ['Adventure', 'Science Fiction'],
      },
    ],
  });
  await until(async () => {
    const { search } = await demo().query<{ search: Connection }>(
      `query ($query: String!) { search(query: $query, first: 5) { ${connection} } }`,
      { query: name },
    );
    return search.edges.some(({ node }) => node.id === id);
  });
  const foundMs = Date.now() - begun;
  await until(async () => {
    const { edges } = await recommend({ interests: ['clockwork lighthouse keepers on a frozen comet'] });
    return edges.some(({ node }) => node.id === id);
  });
  const recommendedMs = Date.now() - begun;
  expect(foundMs).toBeLessThan(5_000);
  expect(recommendedMs).toBeLessThan(5_000);
});

test("an event changes that person's next list, and nobody else's", async () => {
  const profileId = `visitor-${randomUUID()}`;
  const stranger = `visitor-${randomUUID()}`;
  // one slot may explore a new film, for anybody and at any time
  const ids = async (profile: string) =>
    (await recommend({ profileId: profile })).edges
      .filter(({ isExploration }) => !isExploration)
      .map(({ node }) => node.id)
      .slice(0, 9);
  const before = await ids(profileId);
  const strangerBefore = await ids(stranger);
  const { recommendations } = await demo().query<{ recommendations: Connection }>(
    `query { recommendations(subject: { interests: ["western with gunfighters"] }, first: 3) { ${connection} } }`,
  );
  const liked = recommendations.edges.map(({ node }) => node.id);
  const events = liked.map((itemId) => ({ id: randomUUID(), type: 'FAVOURITE', profileId, itemId }));
  const { trackEvents } = await demo().query<{ trackEvents: { accepted: number; duplicates: number } }>(
    'mutation ($events: [EventInput!]!) { trackEvents(events: $events) { accepted duplicates } }',
    { events },
  );
  expect(trackEvents).toEqual({ accepted: 3, duplicates: 0 });
  expect(await ids(profileId)).not.toEqual(before);
  expect(await ids(stranger)).toEqual(strangerBefore);
});

test('a public key cannot reach the admin schema, and an unknown key reaches nothing', async () => {
  const { local } = demo();
  const ask = async (url: string, key: string, query: string) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as { data?: unknown; errors?: { extensions: { code: string } }[] };
  };
  const unknown = `pk_${'x'.repeat(43)}`;
  for (const answer of [
    await ask(local.admin, local.publicKey, '{ catalogue { id } }'),
    await ask(local.admin, local.publicKey, 'mutation { deleteItems(ids: ["the-land-girls-1998"]) }'),
    await ask(local.graphql, unknown, '{ item(id: "the-land-girls-1998") { title } }'),
  ]) {
    expect(answer.data ?? null).toBeNull();
    expect(['UNAUTHENTICATED', 'FORBIDDEN']).toContain(answer.errors?.[0]?.extensions.code);
  }
  const { item } = await demo().query<{ item: { title: string } }>(
    '{ item(id: "the-land-girls-1998") { title } }',
  );
  expect(item.title).toBe('The Land Girls');
});

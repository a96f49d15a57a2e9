import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ServeProcess, startProcess } from './serve-process.js';

const run = promisify(execFile);
export const peerNames = ['mercurius', 'yoga'] as const;
export type PeerName = (typeof peerNames)[number];

export interface ServePeers {
  readonly running: readonly {
    readonly name: PeerName;
    readonly version: string;
    readonly process: ServeProcess;
  }[];
  readonly skipped: readonly { readonly name: PeerName; readonly reason: string }[];
  close(): Promise<void>;
}

const wanted: Record<PeerName, readonly string[]> = {
  mercurius: ['fastify@5', 'mercurius@16', 'graphql@16'],
  yoga: ['graphql-yoga@5', 'graphql@16'],
};

/**
 * What one would serve GraphQL with instead, installed into a temporary folder outside the workspace, each over the
 * same fixed list as our endpoint. They check no key and count no points, which ours does: the comparison is to our disadvantage.
 */
export async function openServePeers(payload: object): Promise<ServePeers> {
  const root = await mkdtemp(join(tmpdir(), 'kindling-peers-'));
  const running: { name: PeerName; version: string; process: ServeProcess }[] = [];
  const skipped: { name: PeerName; reason: string }[] = [];
  for (const name of peerNames) {
    try {
      const folder = await mkdtemp(join(root, `${name}-`));
      await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}');
      await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...wanted[name]], {
        cwd: folder,
      });
      await writeFile(join(folder, 'server.mjs'), sources[name]);
      await writeFile(join(folder, 'payload.json'), JSON.stringify(payload));
      const list = await run('npm', ['ls', '--json', '--depth=0'], { cwd: folder });
      const { dependencies } = JSON.parse(list.stdout) as {
        dependencies: Record<string, { version: string }>;
      };
      const version = Object.entries(dependencies)
        .map(([name, { version }]) => `${name} ${version}`)
        .join(', ');
      running.push({ name, version, process: await startProcess([join(folder, 'server.mjs')]) });
    } catch (error) {
      skipped.push({
        name,
        reason: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      });
    }
  }
  return {
    running,
    skipped,
    close: async () => {
      for (const { process } of running) await process.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

const typeDefs = `type Item { id: ID! title: String! categories: [String!]! price: Float currency: String imageUrl: String url: String }
type Edge { rank: Int! score: Float! reason: String! node: Item! }
type Connection { recommendationId: ID! edges: [Edge!]! }
input SubjectInput { profileId: ID }
type Query { recommendations(subject: SubjectInput!, first: Int! = 10): Connection! }`;

const common = `
import { readFileSync } from 'node:fs';
const payload = JSON.parse(readFileSync(new URL('./payload.json', import.meta.url), 'utf8'));
const typeDefs = ${JSON.stringify(typeDefs)};
const resolvers = { Query: { recommendations: async () => payload } };
process.on('message', () => { const { user, system } = process.cpuUsage(); process.send({ cpuSeconds: (user + system) / 1e6 }); });
process.on('disconnect', () => process.exit(0));
`;

const sources: Record<PeerName, string> = {
  mercurius: `${common}
import Fastify from 'fastify';
import mercurius from 'mercurius';
const app = Fastify();
app.register(mercurius, { schema: typeDefs, resolvers, jit: 1, path: '/graphql' });
await app.listen({ port: 0, host: '127.0.0.1' });
process.send({ ready: true, port: app.server.address().port });
`,
  yoga: `${common}
import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
const server = createServer(createYoga({ schema: createSchema({ typeDefs, resolvers }), logging: false, graphiql: false }));
server.listen(0, '127.0.0.1', () => process.send({ ready: true, port: server.address().port }));
`,
};

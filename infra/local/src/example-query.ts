import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { ApiClient } from './api-client.js';

const interest = 'space war with robots';
const query =
  'query ($subject: SubjectInput!) { recommendations(subject: $subject, first: 5) ' +
  '{ coldness served { level } edges { rank score reason node { title categories } } } }';
const variables = { subject: { interests: [interest] } };

const answerSchema = z.object({
  recommendations: z.object({
    coldness: z.string(),
    served: z.object({ level: z.string() }),
    edges: z.array(
      z.object({
        rank: z.number(),
        score: z.number(),
        reason: z.string(),
        node: z.object({ title: z.string(), categories: z.array(z.string()) }),
      }),
    ),
  }),
});

const ask = (api: ApiClient) => api.query(answerSchema, query, variables);

/**
 * Events count in popularity a moment after they are accepted. Waits until the answer stays the same for a while, so
 * that who asks again sees what was printed.
 */
export async function settle(api: ApiClient, attempts = 8): Promise<void> {
  let before = '';
  for (let attempt = 0; attempt < attempts; attempt++) {
    const now = JSON.stringify((await ask(api)).recommendations.edges.map(({ node }) => node.title));
    if (now === before) return;
    before = now;
    await delay(1_500);
  }
}

/** Asks one real question and tells the real answer, with the command that asks it again. */
export async function exampleQuery(api: ApiClient, graphqlUrl: string, publicKey: string): Promise<string> {
  const begun = performance.now();
  const { recommendations } = await ask(api);
  const took = (performance.now() - begun).toFixed(0);
  const lines = recommendations.edges.map(
    ({ rank, score, reason, node }) =>
      `  ${rank}. ${node.title} (${node.categories.join(', ')})  ${score.toFixed(3)}\n     ${reason}`,
  );
  const body = JSON.stringify({ query, variables });
  return [
    `Somebody new, interested in "${interest}", is recommended (${took} ms, ${recommendations.coldness}, served by ${recommendations.served.level}):`,
    ...lines,
    '',
    'Ask again:',
    `  curl -s ${graphqlUrl} -H 'authorization: Bearer ${publicKey}' -H 'content-type: application/json' \\`,
    `    -d '${body}'`,
  ].join('\n');
}

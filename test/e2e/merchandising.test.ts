import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demo } from '../stack/demo-stack.js';
import { root, until } from '../stack/stack.js';

/** A placement, a strategy and rules of its own: what it changes, nobody else's list shows. */
const placement = 'merchandising-spot';
const subject = { interests: ['space war with robots'] };
const where = { placements: [placement] };

interface Listed {
  readonly recommendationId: string;
  readonly ids: readonly string[];
}
async function list(): Promise<Listed> {
  const { recommendations } = await demo().query<{
    recommendations: { recommendationId: string; nodes: readonly { id: string }[] };
  }>(
    `query ($subject: SubjectInput!) { recommendations(placement: "${placement}", subject: $subject, first: 10) {
       recommendationId nodes { id } } }`,
    { subject },
  );
  return { ...recommendations, ids: recommendations.nodes.map(({ id }) => id) };
}

/** Makes the placement, and waits until every process knows it. */
async function openPlacement(): Promise<void> {
  const config = { exploration: { impressionsPerDay: 0 } };
  await demo().admin(
    'mutation ($strategy: StrategyInput!, $placement: PlacementInput!) { saveStrategy(input: $strategy) { version } savePlacement(input: $placement) { version } }',
    {
      strategy: { key: placement, expectedVersion: 0, name: 'Story', config },
      placement: {
        key: placement,
        expectedVersion: 0,
        name: 'Story',
        kind: 'PERSONAL',
        strategyKey: placement,
        size: 10,
      },
    },
  );
  await until(async () => (await list().catch(() => null)) !== null);
}

const pin = (itemId: string, expectedRevision: number) => ({
  key: 'story-front',
  kind: 'pin',
  condition: where,
  arguments: { itemId, position: 1 },
  expectedRevision,
});
const save = (input: object) =>
  demo().admin('mutation ($input: RuleInput!) { saveRule(input: $input) { revision } }', { input });
async function step(
  name: string,
  key: string,
  more = '',
): Promise<{ status: string; liveRevision: number | null }> {
  const answer = await demo().admin<Record<string, { status: string; liveRevision: number | null }>>(
    `mutation { ${name}(key: "${key}"${more}) { status liveRevision } }`,
  );
  const rule = answer[name];
  if (!rule) throw new Error(`${name} answered nothing`);
  return rule;
}

const kindling = (...args: string[]) =>
  execFileSync(process.execPath, [join(root, 'apps/cli/dist/main.js'), ...args], {
    encoding: 'utf8',
    env: {
      ...process.env,
      KINDLING_URL: new URL(demo().local.admin).origin,
      KINDLING_KEY: demo().local.secretKey,
    },
  });

test('a merchandiser drafts a rule, sees before and after, has it reviewed, publishes it, goes back, and replays what was shown', async () => {
  await openPlacement();
  const before = await list();
  const [first = '', , third = ''] = before.ids;
  const favourite = before.ids[6] ?? '';

  // Draft and preview: nobody sees it yet.
  await save(pin(favourite, 0));
  const preview = await demo().admin<{
    previewRule: {
      subjects: {
        draft: { itemId: string }[];
        moves: { itemId: string; from: number; to: number; rules: string[] }[];
      }[];
      findings: { code: string }[];
    };
  }>(
    `query ($draft: RuleInput!, $subjects: [SubjectInput!]!) { previewRule(draft: $draft, subjects: $subjects, placement: "${placement}") {
       subjects { draft { itemId } moves { itemId from to rules } } findings { code } } }`,
    { draft: pin(favourite, 1), subjects: [subject] },
  );
  const [seen] = preview.previewRule.subjects;
  expect(seen?.draft[0]?.itemId).toBe(favourite);
  expect(seen?.moves).toContainEqual({ itemId: favourite, from: 7, to: 1, rules: ['story-front'] });
  expect((await list()).ids).toEqual(before.ids);

  // The linter names the other rule of a conflict, before anybody is harmed.
  const rival = { ...pin(third, 0), key: 'story-rival' };
  const { lintRules } = await demo().admin<{
    lintRules: { rule: string; other: string | null; message: string }[];
  }>('query ($draft: RuleInput!) { lintRules(draft: $draft) { rule other message } }', { draft: rival });
  const conflict = lintRules.find(
    ({ rule, other }) => [rule, other].sort().join() === 'story-front,story-rival',
  );
  expect(conflict?.message).toContain('story-');

  // What it does to everybody, not only to one.
  const { startPopulationDiff } = await demo().admin<{ startPopulationDiff: { id: string } }>(
    `mutation { startPopulationDiff(input: { placement: "${placement}", ruleKey: "story-front", profiles: 50 }) { id } }`,
  );
  type Diff = { status: string; result: { lists: number; changed: number } | null };
  let diff: Diff = { status: 'QUEUED', result: null };
  await until(async () => {
    const answer = await demo().admin<{ populationDiff: Diff }>(
      `{ populationDiff(id: "${startPopulationDiff.id}") { status result { lists changed } } }`,
    );
    diff = answer.populationDiff;
    return diff.status === 'SUCCEEDED' || diff.status === 'FAILED';
  });
  expect(diff).toMatchObject({ status: 'SUCCEEDED', result: { lists: expect.any(Number) } });
  expect(diff.result?.changed).toBeGreaterThan(0);

  // Review, and the next requests have it.
  expect(await step('submitRule', 'story-front')).toMatchObject({ status: 'IN_REVIEW', liveRevision: null });
  expect((await list()).ids).toEqual(before.ids);
  const published = await step('publishRule', 'story-front');
  expect(published.status).toBe('PUBLISHED');
  await until(async () => (await list()).ids[0] === favourite);

  // The rules as files for git: what is on the server is what the files say.
  const folder = mkdtempSync(join(tmpdir(), 'kindling-story-'));
  try {
    kindling('rules', 'export', folder);
    expect(JSON.parse(readFileSync(join(folder, 'rules/story-front.json'), 'utf8')).arguments.itemId).toBe(
      favourite,
    );
    expect(kindling('rules', 'import', folder, '--dry-run')).toContain('0 to create, 0 to update');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }

  // Another draft goes live, and is taken back.
  await save(pin(third, published.liveRevision ?? 0));
  await step('submitRule', 'story-front');
  await step('publishRule', 'story-front');
  await until(async () => (await list()).ids[0] === third);
  await step('rollBackRule', 'story-front', `, revision: ${published.liveRevision}`);
  await until(async () => (await list()).ids[0] === favourite);

  // What was shown before there was a rule can be made again, beside what the same request would get now.
  const { replay } = await demo().admin<{
    replay: {
      isSame: boolean;
      logged: { itemId: string }[];
      replayed: { itemId: string }[];
      now: { itemId: string }[];
      parts: { part: string; isOfThen: boolean }[];
    };
  }>(
    `{ replay(recommendationId: "${before.recommendationId}") { isSame parts { part isOfThen }
       logged { itemId } replayed { itemId } now { itemId } } }`,
  );
  expect(replay.logged.map(({ itemId }) => itemId)).toEqual(before.ids);
  expect(replay.replayed[0]?.itemId).toBe(first);
  expect(replay.isSame).toBe(true);
  expect(replay.now[0]?.itemId).toBe(favourite);
  expect(replay.parts.filter(({ isOfThen }) => !isOfThen)).toEqual([]);

  await step('archiveRule', 'story-front');
  await until(async () => (await list()).ids[0] === first);
});

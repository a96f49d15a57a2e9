import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiFixture, openApi } from '../api.fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  await api.store(api.shop, { id: 'tent', title: 'A tent for two' });
});
afterAll(() => api.close());

const admin = { path: '/admin/graphql' };
const rule = '{ key: "r", kind: "boost", arguments: {}, expectedRevision: 0 }';
const placement = 'key: "spot", name: "Spot", kind: PERSONAL, strategyKey: "cold-start"';

/** Every change that a merchandiser can make, in an order in which each can be made, and what it is called in the log. */
const changes: readonly (readonly [mutation: string, action: string, target: string])[] = [
  [
    'saveStrategy(input: { key: "s", name: "S", expectedVersion: 0, config: {} }) { key }',
    'strategy.save',
    's',
  ],
  ['archiveStrategy(key: "s", expectedVersion: 1) { key }', 'strategy.archive', 's'],
  [`savePlacement(input: { ${placement}, expectedVersion: 0 }) { key }`, 'placement.save', 'spot'],
  ['deletePlacement(key: "spot", expectedVersion: 1) { key }', 'placement.delete', 'spot'],
  [
    'saveSegment(input: { key: "g", label: "G", when: { field: "coldness", in: ["COLD"] } }) { key }',
    'segment.save',
    'g',
  ],
  ['deleteSegment(key: "g", expectedVersion: 1)', 'segment.delete', 'g'],
  [
    'saveOnboardingFlow(config: { key: "default", name: "F" }, expectedVersion: 0) { version }',
    'onboarding.save',
    'default',
  ],
  [
    'saveMerchandisingPolicy(input: { reviewByAnother: false, expectedVersion: 0 }) { version }',
    'merchandising.save',
    'shop',
  ],
  [`saveRule(input: ${rule}) { key }`, 'rule.save', 'r'],
  ['startPopulationDiff(input: { ruleKey: "r", profiles: 10 }) { id }', 'populationDiff.start', ''],
  ['submitRule(key: "r") { key }', 'rule.submit', 'r'],
  ['rejectRule(key: "r", reason: "not yet") { key }', 'rule.reject', 'r'],
  [`saveRules(inputs: [${rule.replace(': 0', ': 3')}]) { key }`, 'rule.save', 'r'],
  ['changeRules(changes: [{ key: "r" }], action: SUBMIT) { key }', 'rule.submit', 'r'],
  ['publishRule(key: "r") { key }', 'rule.publish', 'r'],
  ['rollBackRule(key: "r", revision: 6) { key }', 'rule.rollBack', 'r'],
  ['archiveRule(key: "r") { key }', 'rule.archive', 'r'],
];

it.each(changes)('%s stands in the audit log, with who did it', async (mutation, action, target) => {
  const before = await log();
  const { errors } = await api.ask(api.shop.secretKey, `mutation { ${mutation} }`, {}, admin);
  expect(errors).toEqual([]);
  const added = (await log()).filter(({ id }) => !before.some((one) => one.id === id));
  expect(added).toHaveLength(1);
  expect(added[0]).toMatchObject({ action, actor: expect.stringMatching(/^key:/) });
  if (target !== '') expect(added[0]?.target).toBe(target);
});

it('and what is refused does not', async () => {
  const before = await log();
  for (const [mutation] of changes.slice(1, 4)) {
    await api.ask(
      api.shop.secretKey,
      `mutation { ${mutation.replace(/Version: \d/, 'Version: 77')} }`,
      {},
      admin,
    );
  }
  expect(await log()).toEqual(before);
});

async function log(): Promise<{ id: string; action: string; target: string; actor: string }[]> {
  const query = '{ auditLog(first: 100) { nodes { id action target actor } } }';
  return (await api.ask(api.shop.secretKey, query, {}, admin)).data.auditLog.nodes;
}
